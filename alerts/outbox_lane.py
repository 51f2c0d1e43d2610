"""The alerts about one incident to one destination, in the order of their log.

1. First in, first out: nothing is sent before what was written before it is settled.
2. An update or a reminder is not sent any more once something newer waits, for the newer one tells everything; nor is
   an acknowledgement once the incident is resolved, nor whatever has waited for `OLD_MS`: after an outage each incident is
   told once, as it is now. But the end of what was told is sent though it burns again: a pager must close it first.
3. A resolve whose trigger never arrived (refused or expired) is not sent: there is nothing to resolve there. One that
   went in its trigger's place is: it tells of the whole incident.
4. What is older than the destination allows expires. A resolve lives for a day at least: an open page that nobody
   closes is worse than a late one.
5. An attempt without a receipt is in doubt (the process died): it is sent again, and the last receipt says so. But not
   before `UNDER_WAY_MS`: after an orderly hand-over the former owner may still be finishing it.
"""

from collections.abc import Collection

import msgspec

from alerts.outbox_steps import Send, Settle, Step
from schemas.alert import Alert, Attempt, Receipt
from schemas.enums import Outcome, Transition

KEPT_IDS = 64
"""Ids of settled alerts a lane remembers: a crash of the stage before writes its last few seconds again, not more."""
UNDER_WAY_MS = 10_000
"""Most sends end within a second. After a kill it costs nothing: the group gives partitions away after 10 s as well."""
OLD_MS = 60_000
"""Younger ones go out one after the other: their receiver is there, and sees each step."""
RESOLVE_LIFE_MS = 24 * 3_600_000
_TRIGGERS = (Transition.OPENED, Transition.ESCALATED)
_SOFT = (Transition.UPDATED, Transition.REMINDER)


class Waiting(msgspec.Struct):
    """An alert that isn't settled."""

    alert: Alert
    queued_ms: int  # when the broker took it: the log's time of alerts may be that of a replayed story
    attempts: int = 0
    open: bool = False  # an attempt is written, its receipt isn't
    attempted_ms: int = 0  # when the broker took the last attempt
    in_doubt: bool = False  # an attempt ended without an answer
    not_before_ms: int = 0

    @property
    def may_have_arrived(self) -> bool:
        """Whether an attempt was made of which nobody knows the end."""
        return self.in_doubt or self.open

    def is_under_way(self, now_ms: int) -> bool:
        """Whether a process that no longer owns the partition may still be sending it."""
        return self.open and now_ms < self.attempted_ms + UNDER_WAY_MS


class Lane(msgspec.Struct, omit_defaults=True):
    """The state of one incident's alerts to one destination."""

    root: str = ""
    waiting: list[Waiting] = []
    done: list[str] = []  # ids, the newest last
    trigger_settled: bool = False
    told: bool = False  # since the last resolve, something has arrived, or may have
    resolved: bool = False
    frozen_until_ms: int = 0
    failing_since_ms: int = 0  # since when nothing has arrived of what was tried; 0 = it isn't so
    failing_why: str = ""
    touched_ms: int = 0

    def add(self, alert: Alert, queued_ms: int) -> bool:
        """Takes in an alert; returns whether it is new."""
        if alert.id in self.done or self.find(alert.id):
            return False
        self.root = self.root or alert.id
        self.waiting = [*self.waiting, Waiting(alert, queued_ms)]
        self.resolved = alert.transition is Transition.RESOLVED
        return True

    def attempt(self, record: Attempt, append_ms: int) -> None:
        """Notes an attempt."""
        if waiting := self.find(record.alert):
            waiting.in_doubt |= waiting.open
            waiting.attempted_ms = append_ms
            waiting.open, waiting.attempts = True, max(waiting.attempts, record.number)

    def receipt(self, record: Receipt) -> Alert | None:
        """Notes a receipt; returns the alert if this settles it."""
        waiting = self.find(record.alert)
        if waiting is None:
            return None
        self.frozen_until_ms = max(self.frozen_until_ms, record.destination_until_ms)
        if record.retry_at_ms:
            waiting.in_doubt |= record.outcome is Outcome.IN_DOUBT
            waiting.open &= record.attempt < waiting.attempts  # a later attempt's receipt is still to come
            waiting.not_before_ms = max(waiting.not_before_ms, record.retry_at_ms)
            self.failing_since_ms, self.failing_why = self.failing_since_ms or record.at_ms, record.detail
            return None
        self._settle(waiting, record.outcome)
        return waiting.alert

    def find(self, alert_id: str) -> Waiting | None:
        """The alert if it waits here."""
        return next((waiting for waiting in self.waiting if waiting.alert.id == alert_id), None)

    def steps(self, now_ms: int, busy: Collection[str], frozen_until_ms: int, life_ms: int) -> list[Step]:
        """What is to be done now. `busy`: alerts of which a step is under way; `life_ms`: after which alerts expire.

        What isn't sent any more gets its receipts before the next one goes: a crash between must not send it after that.
        """
        dropped: list[Step] = []
        for index, waiting in enumerate(self.waiting):
            if waiting.alert.id in busy:
                break
            if not self._superseded(index, now_ms):
                head = self._head(waiting, now_ms, max(frozen_until_ms, self.frozen_until_ms), life_ms)
                return dropped or head
            dropped.append(_settle(waiting, Outcome.SUPERSEDED, "a newer alert of the same incident went instead"))
        return dropped

    def _settle(self, waiting: Waiting, outcome: Outcome) -> None:
        transition = waiting.alert.transition
        self.waiting = [other for other in self.waiting if other is not waiting]
        self.done = [*self.done, waiting.alert.id][-KEPT_IDS:]
        if outcome is Outcome.SENT or not self.waiting:
            self.failing_since_ms, self.failing_why = 0, ""
        if transition is Transition.RESOLVED:
            self.told = self.trigger_settled = False
        else:
            superseded = outcome is Outcome.SUPERSEDED
            self.told |= waiting.may_have_arrived if superseded else outcome in (Outcome.SENT, Outcome.IN_DOUBT)
            self.trigger_settled |= transition in _TRIGGERS and not superseded

    def _superseded(self, index: int, now_ms: int) -> bool:
        waiting = self.waiting[index]
        transition = waiting.alert.transition
        newer = [other.alert.transition for other in self.waiting[index + 1 :]]
        if not newer or waiting.is_under_way(now_ms):
            return False
        if transition in _SOFT or (transition is Transition.ACKNOWLEDGED and Transition.RESOLVED in newer):
            return True
        closes = transition is Transition.RESOLVED and (
            self.told or any(other.may_have_arrived for other in self.waiting[: index + 1])
        )
        return now_ms - waiting.queued_ms >= OLD_MS and not closes

    def _head(self, waiting: Waiting, now_ms: int, frozen_until_ms: int, life_ms: int) -> list[Step]:
        is_resolve = waiting.alert.transition is Transition.RESOLVED
        in_doubt = waiting.may_have_arrived
        if is_resolve and self.trigger_settled and not self.told:
            return [_settle(waiting, Outcome.EXPIRED, "its first alert never arrived")]
        if now_ms - waiting.queued_ms > (max(life_ms, RESOLVE_LIFE_MS) if is_resolve else life_ms):
            detail = f"too old after {waiting.attempts} attempts"
            return [_settle(waiting, Outcome.IN_DOUBT if in_doubt else Outcome.EXPIRED, detail)]
        if waiting.is_under_way(now_ms) or now_ms < max(frozen_until_ms, waiting.not_before_ms):
            return []
        return [Send(waiting.alert, waiting.attempts + 1, self.root, in_doubt)]


def _settle(waiting: Waiting, outcome: Outcome, detail: str) -> Settle:
    return Settle(waiting.alert, outcome, detail, waiting.attempts)
