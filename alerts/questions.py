"""Those who ask, and those who wait for an answer: two levels of one story, of which people are told once.

A level of those who ask (a `topic` about questions) is left out where every destination that would hear of it has been told
of those who wait (`unanswered`), or will be in a moment, and for `AFTER_MS` after those have burned.
"""

from collections.abc import Sequence
from typing import NamedTuple

from alerts import track as tracks
from alerts.known import known_to
from alerts.route import destinations
from alerts.rules import Rules
from alerts.severity import severity_of
from alerts.track import Track
from schemas.enums import Kind
from schemas.incident import MERGED
from schemas.signal import Signal, is_about_questions

AFTER_MS = 6 * 3_600_000
"""So long the longest window of those who ask (`detectors.composition`) remembers what those who wait have told."""
MINUTE_MS = 60_000


class Told(NamedTuple):
    """What people know of those who wait."""

    at_ms: int = 0
    """When an incident of theirs last burned that somebody had been told of …"""
    destinations: Sequence[str] = ()
    """… and at which destinations."""


def is_told(signal: Signal, now: dict[Kind, Track], before: Told, rules: Rules, now_ms: int) -> bool:
    """Whether this level of those who ask says what one of those who wait has told, or is about to tell, people."""
    if not is_about_questions(signal.kind, signal.figures.unusual):
        return False
    told = known_to(now, Kind.UNANSWERED, rules) or set()
    if now_ms - before.at_ms < AFTER_MS:
        told |= set(before.destinations)
    return bool(told) and told >= set(destinations(rules.alerts, signal.kind, severity_of(signal, rules)))


def told_once(now: dict[Kind, Track], rules: Rules, now_ms: int) -> dict[Kind, Track]:
    """The tracks without a first alert of those who ask that would come beside one of those who wait."""
    waits, asks = now.get(Kind.UNANSWERED, Track()).life, now.get(Kind.TOPIC, Track())
    told, life = known_to(now, Kind.UNANSWERED, rules), asks.life
    if waits is None or not told or life is None or not (life.is_open and life.untold):
        return now
    wanted = set(destinations(rules.alerts, Kind.TOPIC, life.incident.severity))
    if not is_about_questions(Kind.TOPIC, life.incident.figures.unusual) or not wanted <= told:
        return now
    closed, _ = tracks.closed(asks, f"{MERGED}{waits.incident.id}", rules, now_ms)  # which nobody had heard of
    return {**now, Kind.TOPIC: closed}


def told_now(before: Told, now: dict[Kind, Track], now_ms: int) -> Told:
    """What people know by now; what was called false, or is forgotten, tells nothing any more."""
    waits = now.get(Kind.UNANSWERED, Track()).life
    if waits is not None and waits.is_open and waits.firing:
        minute_ms = now_ms - now_ms % MINUTE_MS  # so that a state that stands still isn't written at each tick
        return Told(minute_ms, waits.firing)
    if waits is not None and waits.incident.resolved_why in ("false_alarm", "not_restated"):
        return Told()
    return before
