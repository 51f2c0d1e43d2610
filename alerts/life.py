"""One incident's life: `open → escalated* → (acknowledged) → resolved`, and maybe a second wave.

Every function takes a life and returns the next one; none writes an alert. There is one slot for the next thing that
rings (`pending`, due at `due_ms`): the first alert, a rise, or a reminder; `alerts.agenda` empties it.

1. A rise in severity rings even when acknowledged: an acknowledgement covers the severity that it was given for. A rise to
   what has rung within `TOLD_FOR_MS` doesn't, unless an acknowledgement of less was given since, or one has expired, or
   there is twice as much as anybody was told of (`alerts.growth`).
2. A fall rings never, and counts only after it has lasted `FALL_AFTER_MS`, so that what wavers doesn't ring each time.
3. What has doubled rings as news of the same (`alerts.growth`), unless somebody has it in hand.
4. A wave that nobody has been told of waits for `group_wait`; a rise can shorten that wait.
"""

import msgspec

from alerts import growth, ids
from alerts.rules import Rules, ms
from alerts.story import Story, told
from schemas.enums import IncidentState, Kind, Severity, Transition
from schemas.incident import Incident
from schemas.signal import Figures, Signal
from schemas.wire import VERSION

FALL_AFTER_MS = 15 * 60_000
TOLD_FOR_MS = 4 * 3_600_000
"""So long people know how bad it has been. Reminders say how bad it is meanwhile."""
MAX_AGE_MS = 24 * 3_600_000
"""A wave that comes later than this after the opening is a new episode, however short the calm was."""


class Life(msgspec.Struct, frozen=True):
    """An incident and what only its desk must know."""

    incident: Incident
    firing: list[str] = []  # destinations told that it burns and not yet that it is over
    pending: Transition | None = None
    due_ms: int = 0
    muted: bool = False  # the pending alert is held back by a silence, and the story says so
    reminders: int = 0  # sent since the first alert or the last rise
    lower_since_ms: int = 0  # since when the level has been below the severity; 0 = it isn't
    published_ms: int = 0  # updated_ms of the record that was last written
    told_ms: int = 0  # of the last alert that told how much there was, and
    told_size: int = 0  # the most that any of them has told of (`alerts.growth`) …
    told_usual: float = 0.0  # … and the most that was usual then
    anew: bool = False  # the next ring is one more at a severity that has rung: to a pager another page
    rang_ms: dict[Severity, int] = {}  # when a first alert or a rise last rang at it, unless an acknowledgement ended that

    def told_of(self, least: int = 0) -> growth.Size:
        """The most that people were told of, or `least`."""
        return growth.Size(max(self.told_size, least), self.told_usual)

    @property
    def is_open(self) -> bool:
        """Whether it burns, acknowledged or not."""
        return self.incident.state is not IncidentState.RESOLVED

    @property
    def untold(self) -> bool:
        """Whether the first alert of this wave is still waiting."""
        return self.pending in (Transition.OPENED, Transition.ESCALATED) and not self.firing


def opened(signal: Signal, severity: Severity, rules: Rules, now_ms: int) -> Life:
    """A new incident; its first alert waits."""
    incident = Incident(
        v=VERSION,
        id=ids.incident_id(signal.brand, signal.kind, now_ms),
        brand=signal.brand,
        group=signal.group,
        kind=signal.kind,
        state=IncidentState.OPEN,
        severity=severity,
        peak_severity=severity,
        opened_ms=now_ms,
        since_ms=signal.since_ms,
        revision=0,
        figures=signal.figures,
        evidence=signal.evidence,
        false_alarms_per_month=signal.false_alarms_per_month,
        budget_per_month=rules.budget_per_month,
        brands=[signal.brand],
        neighbour=rules.neighbour,
    )
    incident = told(_stated(incident, signal, rules, now_ms), now_ms, Story.OPENED)
    return Life(incident, pending=Transition.OPENED, due_ms=now_ms + rules.group_wait_ms(severity, signal.kind))


def reopened(life: Life, signal: Signal, severity: Severity, rules: Rules, now_ms: int) -> Life:
    """The same incident burning again: a second wave."""
    incident = msgspec.structs.replace(
        _stated(life.incident, signal, rules, now_ms),
        state=IncidentState.OPEN,
        severity=severity,
        resolved_ms=0,
        resolved_why="",
        neighbour=rules.neighbour,
    )
    incident = told(_peaked(incident), now_ms, Story.SECOND_WAVE)
    return Life(
        incident,
        pending=Transition.ESCALATED,
        due_ms=now_ms + rules.group_wait_ms(severity, signal.kind),
        published_ms=life.published_ms,
    )


def same_episode(life: Life, now_ms: int, rules: Rules) -> bool:
    """Whether a wave that starts now belongs to this resolved incident."""
    incident = life.incident
    lingers = now_ms - incident.resolved_ms <= ms(rules.alerts.linger) and now_ms - incident.opened_ms < MAX_AGE_MS
    return lingers or ids.bucket_of(now_ms) == ids.bucket_of(incident.opened_ms)


def restated(life: Life, signal: Signal, severity: Severity, rules: Rules, now_ms: int) -> Life:
    """The open incident with a new level."""
    return shifted(
        msgspec.structs.replace(life, incident=_stated(life.incident, signal, rules, now_ms)), severity, rules, now_ms
    )


def shifted(life: Life, severity: Severity, rules: Rules, now_ms: int) -> Life:
    """The open incident at another severity: a rise rings, a fall must last."""
    now_rank, rank = severity.rank, life.incident.severity.rank
    if now_rank > rank:
        return _escalated(life, severity, rules, now_ms)
    if now_rank == rank:
        return msgspec.structs.replace(life, lower_since_ms=0)
    lower_since_ms = life.lower_since_ms or now_ms
    if now_ms - lower_since_ms < FALL_AFTER_MS:
        return msgspec.structs.replace(life, lower_since_ms=lower_since_ms)
    incident = told(msgspec.structs.replace(life.incident, severity=severity), now_ms, Story.EASED)
    return msgspec.structs.replace(life, incident=incident, lower_since_ms=0)


def acknowledged(life: Life, author: str, comment: str, rules: Rules, now_ms: int) -> Life:
    """The open incident in somebody's hands: quiet until the acknowledgement expires, which rings again."""
    until_ms = now_ms + ms(rules.alerts.ack_for)
    incident = msgspec.structs.replace(
        life.incident, state=IncidentState.ACKNOWLEDGED, acked_by=author, acked_until_ms=until_ms, updated_ms=now_ms
    )
    incident = told(incident, now_ms, Story.ACKNOWLEDGED, author, comment)
    covered = {severity: at_ms for severity, at_ms in life.rang_ms.items() if severity.rank <= incident.severity.rank}
    return msgspec.structs.replace(
        life, incident=incident, pending=Transition.REMINDER, due_ms=until_ms, muted=False, reminders=0, rang_ms=covered
    )


def ack_expired(life: Life, now_ms: int) -> Life:
    """The life with an acknowledgement that has run out taken back; the reminder that is due then rings."""
    incident = life.incident
    if incident.state is not IncidentState.ACKNOWLEDGED or now_ms < incident.acked_until_ms:
        return life
    incident = told(unacked(incident), now_ms, Story.ACK_EXPIRED, incident.acked_by)
    return msgspec.structs.replace(life, incident=incident, anew=True, rang_ms={})


def resolved(life: Life, why: str, now_ms: int) -> Life:
    """The incident closed. `firing` still names who must be told."""
    incident = msgspec.structs.replace(
        unacked(life.incident), state=IncidentState.RESOLVED, resolved_ms=now_ms, resolved_why=why, updated_ms=now_ms
    )
    incident = told(incident, now_ms, Story.RESOLVED)
    return msgspec.structs.replace(life, incident=incident, pending=None, due_ms=0, muted=False)


def noted(life: Life, what: Story, now_ms: int, author: str = "", detail: str = "") -> Life:
    """The life with one more line in its story."""
    return msgspec.structs.replace(life, incident=told(life.incident, now_ms, what, author, detail))


def _escalated(life: Life, severity: Severity, rules: Rules, now_ms: int) -> Life:
    anew = life.anew or severity.rank <= life.incident.peak_severity.rank
    incident = told(_peaked(msgspec.structs.replace(life.incident, severity=severity)), now_ms, Story.ESCALATED)
    if not life.untold and _is_known(life, severity, rules, now_ms):
        return msgspec.structs.replace(life, incident=incident, lower_since_ms=0)
    incident = unacked(incident)
    if life.untold:
        due_ms = min(life.due_ms, now_ms + rules.group_wait_ms(severity, incident.kind))
        return msgspec.structs.replace(life, incident=incident, due_ms=due_ms, lower_since_ms=0)
    return msgspec.structs.replace(
        life, incident=incident, pending=Transition.ESCALATED, due_ms=now_ms, muted=False, reminders=0, lower_since_ms=0,
        anew=anew,
    )  # fmt: skip


def _is_known(life: Life, severity: Severity, rules: Rules, now_ms: int) -> bool:
    """Whether a rise to that severity tells nobody anything: what wavers would ring each time."""
    lately = [each for each, at_ms in life.rang_ms.items() if now_ms - at_ms < TOLD_FOR_MS]
    grown = growth.has_doubled(growth.size(life.incident), life.told_of(rules.floors.mentions))
    return any(each.rank >= severity.rank for each in lately) and not grown


def unacked(incident: Incident) -> Incident:
    """The incident in nobody's hands."""
    return msgspec.structs.replace(incident, state=IncidentState.OPEN, acked_by="", acked_until_ms=0)


def _peaked(incident: Incident) -> Incident:
    worst = max(incident.peak_severity, incident.severity, key=lambda severity: severity.rank)
    return msgspec.structs.replace(incident, peak_severity=worst)


def _stated(incident: Incident, signal: Signal, rules: Rules, now_ms: int) -> Incident:
    """The incident with the newest level, and its peak if this is it."""
    incident = msgspec.structs.replace(
        incident,
        figures=signal.figures,
        evidence=signal.evidence,
        false_alarms_per_month=signal.false_alarms_per_month,
        budget_per_month=rules.budget_per_month,
        evidence_window_s=signal.evidence_window_s,
        updated_ms=now_ms,
        rising=signal.rising,
        learning=signal.learning,
        config_hash=rules.config_hash,
        trouble=signal.trouble,
    )
    incident = msgspec.structs.replace(incident, peak_evidence=max(incident.peak_evidence, signal.evidence))
    if incident.peak_ms and pace(signal.kind, signal.figures) <= pace(signal.kind, incident.peak_figures):
        return incident
    return msgspec.structs.replace(incident, peak_ms=now_ms, peak_figures=signal.figures, peak_brand=signal.brand)


def pace(kind: Kind, figures: Figures) -> float:
    """What the peak has most of: mentions a second that the kind is about (negative ones, or all of them for talk without
    anger), how many wait for an answer, or how many are missing.
    """
    if kind is Kind.SILENCE and figures.unusual:
        return figures.unusual.usual - figures.unusual.observed
    if kind is Kind.UNANSWERED and figures.waiting:
        return figures.waiting.waiting
    return (figures.mentions if kind is Kind.VOLUME else figures.negative) / figures.window_s
