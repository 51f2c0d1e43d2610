"""Faults drawn from a seed, and a proxy that is a bad network."""

import asyncio
import random
from collections import Counter

import pytest

from benchmarks.chaos.faults import ALONE, Kind, plan
from benchmarks.chaos.proxy import HOST, Proxy


def test_a_hundred_faults_have_each_kind_at_least_five_times() -> None:
    """Whatever the seed; a single node has no leaders to change."""
    for seed in range(20):
        for nodes, kinds in ((1, len(Kind) - 1), (3, len(Kind))):
            counts = Counter(each.kind for each in plan(seed, 100, nodes))
            assert len(counts) == kinds
            assert min(counts.values()) >= 5
            assert counts.total() == 100


def test_the_seed_is_the_plan() -> None:
    """The same one breaks the same things, another one others; what has topics of its own overlaps nothing."""
    assert plan(1, 50, 3) == plan(1, 50, 3) != plan(2, 50, 3)
    assert not any(each.overlaps for each in plan(1, 200, 3) if each.kind in ALONE)


class _Echo(asyncio.Protocol):
    """A server that says what it hears."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._transport.write(data)


async def test_a_proxy_passes_on_until_it_is_silent_or_cut() -> None:
    """What is said into the silence arrives when it is over; a cut connection is reset, and a new one stands."""
    server = await asyncio.get_running_loop().create_server(_Echo, HOST, 0)
    proxy = Proxy(0, server.sockets[0].getsockname()[1])
    await proxy.start()
    assert proxy.port
    reader, writer = await asyncio.open_connection(HOST, proxy.port)
    with proxy.silent():
        writer.write(b"hello")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.readexactly(5), 0.2)
    assert await asyncio.wait_for(reader.readexactly(5), 5) == b"hello"
    assert proxy.cut(random.Random(1), 1.0) == 1
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await asyncio.wait_for(reader.readexactly(1), 5)
    again, other = await asyncio.open_connection(HOST, proxy.port)
    other.write(b"again")
    assert await asyncio.wait_for(again.readexactly(5), 5) == b"again"
    await proxy.close()
    server.close()
    for each in (writer, other):
        each.transport.abort()
