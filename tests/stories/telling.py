"""The demo's story as the stories' tests tell it to a driver: a calm day to learn from, then the crisis."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.alert import Alert
from schemas.incident import Incident
from streams.demo import story, texts
from tests.driver import Driver

MINUTE_MS = 60_000
CALM = timedelta(hours=12)  # before the day itself; volume is judged after the first day
CAMPAIGN = story.Burst("brisa", story.BURSTS[2].at, 20, 3, 20, 10, texts.praising, rings=False)
"""On top of the demo's own praise: together more than ten times the usual."""
AFTER_MIN = 60  # silence after the last mention, for everything to end

Mention = dict[str, Any]


def ms(at: datetime) -> int:
    """Milliseconds since 1970."""
    return int(at.timestamp() * 1000)


def observed_ms(mention: Mention) -> int:
    """When it was seen."""
    return ms(datetime.fromisoformat(mention["observed_at"].replace("Z", "+00:00")))


def all_mentions() -> list[Mention]:
    """The story from `CALM` before its day on, with the campaign, in order of time."""
    start_ms = ms(story.DAY - CALM)
    told = [mention for mention in story.mentions() if observed_ms(mention) >= start_ms]
    return sorted([*told, *_campaign()], key=observed_ms)


def _campaign() -> Iterator[Mention]:
    chance = random.Random(7)
    for minute in range(60):
        at = CAMPAIGN.at + timedelta(minutes=minute)
        count = round(CAMPAIGN.rate(at))
        for number in range(count):
            seen = (at + timedelta(seconds=60 * number / count)).astimezone(UTC).isoformat(timespec="milliseconds")
            text = texts.praising(chance, CAMPAIGN.brand)
            author = {"id": f"fan-{minute}-{number}"}
            yield {**author, "source": "x", "observed_at": seen, "text": text, "lang": "es", "author": author}


def learn(driver: Driver, mentions: list[Mention]) -> None:
    """Everything up to the moment from which the demo is told slowly; nothing rings."""
    look_ms = ms(story.LOOK)
    now_ms = ms(story.DAY - CALM)
    driver.advance(now_ms, look_ms)
    calm = iter(mentions)
    waiting = next(calm)
    while now_ms < look_ms:
        now_ms = min(now_ms + 30 * MINUTE_MS, look_ms)
        batch = []
        while observed_ms(waiting) < now_ms:
            batch.append(waiting)
            waiting = next(calm)
        driver.pipe_in(batch)
        driver.advance(now_ms, look_ms)


def live(driver: Driver, mentions: list[Mention], advance: Callable[[int], None]) -> None:
    """The crisis minute by minute to its end, then an hour of silence. `advance` moves the driver's time."""
    first_ms, end_ms = ms(story.LOOK), ms(story.END)
    by_minute: dict[int, list[Mention]] = {}
    for mention in mentions:
        if (at_ms := observed_ms(mention)) >= first_ms:
            by_minute.setdefault((at_ms - first_ms) // MINUTE_MS, []).append(mention)
    for minute in range((end_ms - first_ms) // MINUTE_MS + AFTER_MIN):
        driver.pipe_in(by_minute.get(minute, []))
        advance(first_ms + (minute + 1) * MINUTE_MS)


def last_incidents(driver: Driver) -> dict[str, Incident]:
    """Each incident as it was last recorded, by id."""
    newest: dict[str, Incident] = {}
    for incident in driver.read_out("incidents"):
        if incident.id not in newest or incident.revision >= newest[incident.id].revision:
            newest[incident.id] = incident
    return newest


def written_alerts(driver: Driver) -> dict[str, Alert]:
    """The alerts that were decided, by id."""
    return {record.id: record for record in driver.read_out("alerts") if isinstance(record, Alert)}
