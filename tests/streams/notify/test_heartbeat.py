"""When the service outside is told of a heartbeat, and what happens when it doesn't take it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from schemas.config.model import Config
from schemas.enums import BeatOutcome
from streams.notify.heartbeat import HeartbeatTeller
from tests.dead_man import DeadMan

NOW_S = 1_700_000_000.0
NOW_MS = round(NOW_S * 1000)


@dataclass
class Telling:
    """A teller, the service, and what became of each round."""

    service: DeadMan
    ended: list[BeatOutcome] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def teller(self, **more: object) -> HeartbeatTeller:
        """Its clock stands still."""
        heartbeat = {"url": self.service.address, "within": "2 min"}
        config = {"brands": "auto", "heartbeat": heartbeat, "alerts": {"private_networks": True}, **more}
        return HeartbeatTeller(Config.model_validate(config), self._told, lambda: NOW_S)

    async def end(self) -> BeatOutcome:
        """What became of the next round."""
        async with asyncio.timeout(20):
            await self._news.wait()
        self._news.clear()
        return self.ended[-1]

    def _told(self, outcome: BeatOutcome) -> None:
        self.ended.append(outcome)
        self._news.set()


@pytest.fixture
async def telling(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Telling]:
    """Waits between attempts are short."""
    monkeypatch.setattr("streams.notify.heartbeat.RETRIES_S", (0.01, 0.01))
    async with DeadMan() as service:
        yield Telling(service)


async def test_each_round_is_told_once(telling: Telling) -> None:
    """However often it is heard of, and none that is older."""
    teller = telling.teller()
    for ms in (NOW_MS - 60_000, NOW_MS):
        teller.passed(ms)
        assert await telling.end() is BeatOutcome.SENT
        teller.passed(ms)
        teller.passed(ms - 60_000)
    await teller.close()
    assert len(telling.service.calls) == 2


async def test_what_took_too_long_isnt_told(telling: Telling) -> None:
    """A pipeline that is half an hour behind beats once a minute too."""
    teller = telling.teller()
    teller.passed(NOW_MS - 121_000)
    assert telling.ended == [BeatOutcome.LATE]
    await teller.close()
    assert telling.service.calls == []


async def test_a_service_that_stumbles_is_asked_again(telling: Telling) -> None:
    """Three times in all; then the next round is soon enough."""
    teller = telling.teller()
    telling.service.failures.extend([500, 503])
    teller.passed(NOW_MS - 60_000)
    assert await telling.end() is BeatOutcome.SENT
    telling.service.failures.extend([500, 500, 500])
    teller.passed(NOW_MS)
    assert await telling.end() is BeatOutcome.FAILED
    await teller.close()
    assert len(telling.service.calls) == 6


@pytest.mark.parametrize("more", [{"heartbeat": None}, {"time": "replay"}])
async def test_nothing_is_told_without_the_setting_or_in_a_replay(telling: Telling, more: dict[str, object]) -> None:
    """A replay's rounds would be of another time."""
    teller = telling.teller(**more)
    teller.passed(NOW_MS)
    await teller.close()
    assert (telling.ended, telling.service.calls) == ([], [])
