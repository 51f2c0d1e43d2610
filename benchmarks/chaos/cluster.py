"""One Apache Kafka, or three with every topic on all of them; each role reaches each node by an address of its own.

Nodes are broker and controller in one (KRaft). Listeners: one for whoever measures, one for each role, whose advertised
port is that of a proxy. Data is kept over restarts.
"""

import signal
from collections.abc import Sequence
from pathlib import Path

from benchmarks.chaos.proxy import HOST, Proxy
from tests.kafka import CLUSTER_ID, KafkaNode, run_java
from tests.ports import free_ports

_PROPERTIES = """\
process.roles=broker,controller
node.id={node}
controller.quorum.voters={voters}
listeners={listeners}
advertised.listeners={advertised}
inter.broker.listener.name=DIRECT
controller.listener.names=CONTROLLER
listener.security.protocol.map={protocols}
log.dirs={data}
offsets.topic.num.partitions=5
offsets.topic.replication.factor={copies}
transaction.state.log.num.partitions=5
transaction.state.log.replication.factor={copies}
transaction.state.log.min.isr={in_sync}
share.coordinator.state.topic.replication.factor={copies}
share.coordinator.state.topic.min.isr={in_sync}
min.insync.replicas={in_sync}
default.replication.factor={copies}
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
auto.create.topics.enable=false
unclean.leader.election.enable=false
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=3000
replica.lag.time.max.ms=5000
leader.imbalance.check.interval.seconds=5
log.retention.check.interval.ms=1000
"""


class Node(KafkaNode):
    """One broker of several."""

    def __init__(self, folder: Path, number: int, ports: dict[str, int]) -> None:
        """`ports`: by listener: `DIRECT` for whoever measures, `CONTROLLER`, and one for each role in capitals."""
        super().__init__(folder, f"{HOST}:{ports['DIRECT']}")
        self.number = number
        self.ports = ports


class Cluster:
    """All nodes, and the proxies in front of them."""

    def __init__(self, folder: Path, nodes: int, clients: Sequence[str]) -> None:
        """`clients`: who gets an address of its own. Formats the nodes' data folders; starts nothing."""
        self.clients = list(clients)
        names = ["DIRECT", "CONTROLLER", *(client.upper() for client in clients)]
        proxied = len(clients) * nodes
        ports = free_ports(len(names) * nodes + proxied)
        outer, inner = iter(ports[:proxied]), iter(ports[proxied:])
        self.nodes = [
            Node(folder / f"node-{number}", number, {name: next(inner) for name in names}) for number in range(1, nodes + 1)
        ]
        self.proxies = {
            client: [Proxy(next(outer), node.ports[client.upper()]) for node in self.nodes] for client in self.clients
        }
        for index, node in enumerate(self.nodes):
            node.folder.mkdir(parents=True)
            path = node.folder / "server.properties"
            path.write_text(self._properties(index))
            run_java("kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(path))

    @property
    def address(self) -> str:
        """Direct addresses of all nodes, for whoever measures."""
        return ",".join(node.address for node in self.nodes)

    def address_for(self, client: str) -> str:
        """The addresses that a client is given: its proxies."""
        return ",".join(f"{HOST}:{proxy.port}" for proxy in self.proxies[client])

    async def start_proxies(self) -> None:
        """In the running event loop."""
        for proxies in self.proxies.values():
            for proxy in proxies:
                await proxy.start()

    async def close_proxies(self) -> None:
        """Cuts everything."""
        for proxies in self.proxies.values():
            for proxy in proxies:
                await proxy.close()

    def start(self) -> None:
        """Blocks until all answer."""
        for node in self.nodes:
            node.launch()
        for node in self.nodes:
            node.wait()

    def stop(self) -> None:
        """Kills all nodes: nothing of theirs is needed any more."""
        for node in self.nodes:
            node.end(signal.SIGKILL)

    def _properties(self, index: int) -> str:
        node = self.nodes[index]
        many = len(self.nodes) > 1
        advertised = {"DIRECT": node.ports["DIRECT"]}
        advertised |= {client.upper(): self.proxies[client][index].port for client in self.clients}
        return _PROPERTIES.format(
            node=node.number,
            voters=",".join(f"{each.number}@{HOST}:{each.ports['CONTROLLER']}" for each in self.nodes),
            listeners=",".join(f"{name}://{HOST}:{port}" for name, port in node.ports.items()),
            advertised=",".join(f"{name}://{HOST}:{port}" for name, port in advertised.items()),
            protocols=",".join(f"{name}:PLAINTEXT" for name in node.ports),
            data=node.folder / "data",
            copies=3 if many else 1,
            in_sync=2 if many else 1,
        )
