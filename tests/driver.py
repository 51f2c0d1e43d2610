"""The whole pipeline on a desk: pipe in, advance, read out, crash, restart. No broker, no clock, no chance, no sleep.

    mentions ─▶ intake ─▶ digests ─▶ watch ─▶ signals ─▶ incidents ─▶ alerts ─▶ notify ─▶ receivers
                                                 ▲───────── deliveries ────────────┘

Every partition of every role is a process of its own that can die between any two things that become durable one after
the other. The stages, and the runner that keeps their order of durability, are the real ones; the topics, the
changelogs and the receivers are lists. Time is that of a replay: `advance` tells it to all partitions of `mentions`.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from schemas.config.model import Config
from schemas.enums import Channel
from streams.demo.story import GROUPS
from streams.demo.texts import HANDLES, NAMES
from streams.engine.hooks import Hooks
from streams.engine.stage import Output, Stage
from streams.intake.records import control_headers
from streams.intake.scores import Scorer
from streams.sources.place import place_of
from streams.stages.incidents import IncidentsStage
from streams.stages.notify import NotifyStage
from streams.stages.watch import WatchStage
from streams.story import told
from tests.driver_crash import Moment, Order
from tests.driver_intake import IntakeProcess
from tests.driver_logs import Logs
from tests.driver_sender import Receivers, Sender
from tests.driver_stage import StageProcess

HASH = "9f3c21aa"
INPUTS = {"watch": "digests", "incidents": "signals", "notify": "alerts"}
ROLES = ("intake", *INPUTS)


def demo_config(partitions: int = 3, **more: object) -> Config:
    """The demo's five brands, in Spanish, told on all four channels."""
    brands = [
        {"id": brand, "names": [name], "handles": {"x": HANDLES[brand]}, "group": GROUPS[brand]}
        for brand, name in NAMES.items()
    ]
    channels = {
        "slack": {"webhook_url": "https://hooks.example.com/x"},
        "email": {"to": ["guardia@example.com"], "smtp": {"host": "mail.example.com"}},
        "pagerduty": {"routing_key": "0" * 32},
        "webhook": {"url": "https://example.com/x", "secret": "whsec_ZGVtb2RlbW9kZW1vZGVtb2RlbW9kZW1v"},
    }
    assert set(channels) == set(Channel)
    kafka = {"partitions": partitions, "source_partitions": partitions}
    settings = {"brands": brands, "alerts": channels, "kafka": kafka, "time": "replay", **more}
    return Config.model_validate({"timezone": "Europe/Madrid", "language": "es", **settings})


class Driver:
    """All processes and topics of one installation. `checkpoint_every`: records a stage reads between checkpoints."""

    def __init__(self, config: Config, scorer: Scorer, checkpoint_every: int = 50) -> None:
        self.config = config
        self.logs = Logs()
        self.receivers = Receivers()
        self.partitions = config.kafka.partitions
        self._every = checkpoint_every
        self._stages: dict[tuple[str, int], Any] = {}
        self._intakes = [IntakeProcess(p, self.partitions, config, scorer, self.logs) for p in range(self.partitions)]
        self._processes = {(role, p): self._process(role, p) for role in INPUTS for p in range(self.partitions)}
        self._senders = [
            Sender(p, self._processes["notify", p], config, self.logs, self.receivers) for p in range(self.partitions)
        ]

    def pipe_in(self, mentions: Iterable[Mapping[str, Any] | bytes]) -> None:
        """Writes mentions (or bytes that may be none) into their partitions of `mentions`; `advance` has them read."""
        for each in mentions:
            value = each if isinstance(each, bytes) else json.dumps(each, ensure_ascii=False).encode()
            key, partition = place_of(value, self.partitions)
            self.logs.append(Output("mentions", partition, key, value))

    def advance(self, to_ms: int, learn_until_ms: int = 0) -> None:
        """Log time goes on to `to_ms` (ms since 1970), and everybody alive does all that there is to do.

        Before `learn_until_ms` nothing rings.
        """
        self.logs.now_ms = max(self.logs.now_ms, to_ms)
        mark = told(to_ms, learn_until_ms)
        for partition in range(self.partitions):
            self.logs.append(Output("mentions", partition, None, mark.value, tuple(control_headers(mark.word))))
        self.settle()

    def settle(self) -> None:
        """Everybody alive works until nothing is left."""
        while self._round():
            pass

    def read_out(self, topic: str) -> list[Any]:
        """The decoded records of a topic, with whatever a crash has written twice."""
        return self.logs.read(topic)

    def crash(self, role: str, partition: int, moment: Moment | None = None, after: int = 0) -> None:
        """Kills a process now; or at the first `moment` of that kind after it has read `after` more records."""
        if moment is None:
            self._of(role, partition).kill()
        else:
            self._of(role, partition).obey(Order(moment, after))

    def restart(self, role: str, partition: int) -> None:
        """Starts a dead process anew, from what is durable; it works at the next `advance` or `settle`."""
        assert not self._of(role, partition).alive, f"{role} {partition} is alive"
        self._of(role, partition).start()

    @property
    def dead(self) -> list[tuple[str, int]]:
        """Role and partition of the processes that have died."""
        return [(role, p) for role in ROLES for p in range(self.partitions) if not self._of(role, p).alive]

    def counted(self) -> dict[str, int]:
        """Mentions that watch has counted in all, by brand."""
        counts: Counter[str] = Counter()
        for partition in range(self.partitions):
            for name, brand in self._stages["watch", partition].core.brands.items():
                counts[name] += brand.mentions
        return dict(counts)

    def _of(self, role: str, partition: int) -> IntakeProcess | StageProcess:
        return self._intakes[partition] if role == "intake" else self._processes[role, partition]

    def _process(self, role: str, partition: int) -> StageProcess:
        def ready(number: int, stage: Stage, _: object) -> None:
            self._stages[role, number] = stage

        return StageProcess(INPUTS[role], partition, self._factory(role), self.logs, self._every, Hooks(ready=ready))

    def _factory(self, role: str) -> Any:
        def make(partition: int, states: dict[bytes, bytes], position: bytes | None) -> Stage:
            if role == "watch":
                return WatchStage(self.config, states, position)
            if role == "incidents":
                return IncidentsStage(self.config, HASH, states, position)
            return NotifyStage(self.config, states, position)

        return make

    def _round(self) -> bool:
        worked = [self._of(role, p).run() for role in ROLES for p in range(self.partitions)]
        for partition, sender in enumerate(self._senders):
            if self._processes["notify", partition].alive:
                worked.append(sender.run(self._stages["notify", partition]))
        return any(worked)
