"""The auditor: does every open incident have a next step, and every waiting alert a time at which it goes? Pure.

It reads the states of the desk and of the outbox and repairs nothing: what it finds is a mistake of ours, and is told.
`SLACK_MS` and `WAIT_MS` are how late something may be before that is called broken: ticks come every few seconds, and one
slow receiver keeps its other alerts waiting for some minutes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from alerts.brand import BrandIncidents
from alerts.outbox_backoff import MOST_RETRY_AFTER_S
from alerts.outbox_lane import UNDER_WAY_MS, Lane
from alerts.rules import Rules, ms
from alerts.track import NOT_RESTATED_MS, Track
from schemas.enums import Audit
from schemas.logclock import LogClock

SLACK_MS = 5 * 60_000
WAIT_MS = 15 * 60_000
_MOST_AHEAD_MS = int(MOST_RETRY_AFTER_S * 1000) + SLACK_MS


@dataclass(frozen=True, slots=True)
class Finding:
    """A promise that isn't kept, and of which incident."""

    check: Audit
    incident: str


def audit_brand(state: BrandIncidents, rules: Rules, clock: LogClock, is_restless: bool) -> Iterator[Finding]:
    """What is wrong with a brand's open incidents. `is_restless`: whether ticks reach it."""
    now_ms = state.time_ms(clock)
    watched_ms = clock.now_ms if state.is_own else clock.of(state.partition)
    for track in state.tracks.values():
        life = track.life
        if life is None or not life.is_open:
            continue
        incident = life.incident.id
        if not track.under_way or not is_restless:
            yield Finding(Audit.NO_END, incident)
        elif not state.group and _end_ms(track, rules) + SLACK_MS < watched_ms:
            yield Finding(Audit.OVERDUE, incident)
        if life.pending is None and rules.alerts.reminders:
            yield Finding(Audit.NO_REMINDER, incident)
        elif life.pending is not None and not life.muted and life.due_ms + SLACK_MS < now_ms:
            yield Finding(Audit.OVERDUE, incident)


def _end_ms(track: Track, rules: Rules) -> int:
    """When it closes if nothing more is stated."""
    return track.calm_since_ms + ms(rules.alerts.calm_for) if track.calm_since_ms else track.stated_ms + NOT_RESTATED_MS


def audit_lane(incident: str, lane: Lane, frozen_until_ms: int, now_ms: int) -> Iterator[Finding]:
    """What is wrong with the first alert that waits in a lane; the others wait for it. `now_ms`: wall clock."""
    if not lane.waiting:
        return
    head = lane.waiting[0]
    under_way_ms = head.attempted_ms + UNDER_WAY_MS if head.open else 0
    due_ms = max(head.queued_ms, head.not_before_ms, under_way_ms, frozen_until_ms)
    if due_ms > now_ms + _MOST_AHEAD_MS:
        yield Finding(Audit.NO_DUE_TIME, incident)
    elif due_ms + WAIT_MS < now_ms:
        yield Finding(Audit.OVERDUE, incident)
