"""Which alerts an incident writes now, and to whom.

1. What rings goes to every destination that wants to hear of the severity. One that hears of the incident for the first time
   gets it as opened; one that was told it was over gets it as escalated, whatever the others get.
2. What takes a ring back (acknowledged, resolved) goes to every destination that was told of this wave, and to no other.
3. A destination isn't told that it doesn't take what it is told.
4. Reminders decay as the config says, the last wait repeating; nobody is reminded of what is calm. What has
   doubled rings before, as news.
"""

from dataclasses import dataclass

import msgspec

from alerts import growth
from alerts.life import Life
from alerts.route import destinations, still_configured
from alerts.rules import Rules
from alerts.story import Story, told
from schemas.alert import Alert, alert_id
from schemas.enums import Fault, Severity, Transition
from schemas.incident import Incident
from schemas.signal import Source
from schemas.wire import VERSION

CALM_STEP_MS = 60_000


@dataclass(frozen=True, slots=True)
class Draft:
    """An alert without its place in the log."""

    destination: str
    transition: Transition
    incident: Incident

    def alert(self, at: Source, index: int) -> Alert:
        """The alert, of the record at that place its output of that number."""
        incident = self.incident
        return Alert(
            v=VERSION,
            id=alert_id(incident.id, incident.revision, self.destination),
            source=Source(at.partition, at.offset, index),
            destination=self.destination,
            transition=self.transition,
            at_ms=incident.updated_ms,
            incident=incident,
        )


Drafted = tuple[Life, list[Draft]]


def rung(life: Life, rules: Rules, silenced: bool, now_ms: int) -> Drafted:
    """The life and its alerts after whatever is due by now has rung. A config that has got reminders since gives it one."""
    incident = life.incident
    names = [name for name in destinations(rules.alerts, incident.kind, incident.severity) if not _is_about(incident, name)]
    if names and not silenced:
        life = _with_news(life, rules, now_ms)
    if life.pending is None:
        return _next_reminder(life, rules, now_ms), []
    if now_ms < life.due_ms:
        return life, []
    if silenced and names:
        return _held_back(life, now_ms), []
    if not names:
        return _next_reminder(life, rules, now_ms), []
    incident = life.incident
    if life.pending is Transition.REMINDER:
        incident = told(incident, now_ms, Story.REMINDER)
        life = msgspec.structs.replace(life, reminders=life.reminders + 1)
    transitions = {name: _as_heard_by(name, life) for name in names}
    incident = _numbered(incident, incident.rounds + life.anew)
    incident = msgspec.structs.replace(incident, notified=_union(incident.notified, names), updated_ms=now_ms)
    told_of = growth.told_of(life.told_of(), growth.size(incident))
    life = msgspec.structs.replace(
        life,
        incident=incident,
        firing=_union(life.firing, names),
        told_ms=now_ms,
        told_size=told_of.amount,
        told_usual=told_of.usual,
        anew=False,
        rang_ms=_rang_ms(life, now_ms),
    )
    drafts = [Draft(name, transition, incident) for name, transition in transitions.items()]
    life = msgspec.structs.replace(life, incident=msgspec.structs.replace(incident, spread_to=[]))
    return _next_reminder(life, rules, now_ms), drafts


def put_off(life: Life, now_ms: int) -> Life:
    """The life of what is calm: a reminder that is due waits until it rings on. A first alert and a rise go."""
    if life.pending is not Transition.REMINDER or now_ms < life.due_ms:
        return life
    return msgspec.structs.replace(life, due_ms=now_ms + CALM_STEP_MS)


def taken_back(life: Life, transition: Transition, rules: Rules) -> Drafted:
    """The life and the alerts that say `acknowledged` or `resolved` to whoever was told of this wave."""
    drafts = [Draft(name, transition, life.incident) for name in still_configured(rules.alerts, life.firing)]
    return (msgspec.structs.replace(life, firing=[]) if transition is Transition.RESOLVED else life), drafts


def _numbered(incident: Incident, rounds: int) -> Incident:
    """The incident as it rings in a round. What an older program has told of it, and where, isn't known."""
    is_known = incident.rang_from or not incident.notified
    rang_from = {incident.peak_severity: rounds} | incident.rang_from if is_known else {}
    return msgspec.structs.replace(incident, rounds=rounds, rang_from=rang_from)


def _rang_ms(life: Life, now_ms: int) -> dict[Severity, int]:
    """When what has rung; a reminder and news of the size don't say how bad it is."""
    if life.pending not in (Transition.OPENED, Transition.ESCALATED):
        return life.rang_ms
    return life.rang_ms | {life.incident.severity: now_ms}


def _is_about(incident: Incident, destination: str) -> bool:
    trouble = incident.trouble
    return trouble is not None and trouble.fault is Fault.DESTINATION and trouble.about == destination


def _as_heard_by(name: str, life: Life) -> Transition:
    if name not in life.incident.notified:
        return Transition.OPENED
    if name not in life.firing or life.pending is None:
        return Transition.ESCALATED
    return life.pending


def _with_news(life: Life, rules: Rules, now_ms: int) -> Life:
    if life.pending not in (None, Transition.REMINDER):
        return life
    change = growth.news(life.incident, life.told_of(rules.floors.mentions), life.told_ms, now_ms)
    if not change:
        return life
    incident = told(life.incident, now_ms, Story.GREW, detail=change)
    return msgspec.structs.replace(life, incident=incident, pending=Transition.UPDATED, due_ms=now_ms)


def _held_back(life: Life, now_ms: int) -> Life:
    if life.muted:
        return life
    return msgspec.structs.replace(life, incident=told(life.incident, now_ms, Story.MUTED), muted=True)


def _next_reminder(life: Life, rules: Rules, now_ms: int) -> Life:
    wait_ms = rules.reminder_ms(life.reminders)
    if wait_ms is None:
        return msgspec.structs.replace(life, pending=None, due_ms=0, muted=False)
    return msgspec.structs.replace(life, pending=Transition.REMINDER, due_ms=now_ms + wait_ms, muted=False)


def _union(names: list[str], more: list[str]) -> list[str]:
    return [*names, *(name for name in more if name not in names)]
