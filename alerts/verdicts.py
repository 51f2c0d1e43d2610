"""Verdicts of people on incidents and brands: what they change in the incident, in its story, and in the brand's budget.

1. A verdict on an incident that burns or lingers stands in its story; `false` closes it. `real` and `none` lift that again:
   the same alarm may ring once more.
2. Most verdicts come the morning after. By then the desk has only the incident's case; the command brings the record
   along, as its sender has read it on the topic, and a line is added to that. A record that lacks the line of an earlier
   such verdict is left alone; the verdict counts all the same.
3. What is about a brand (`missed`, its withdrawal, `forget`) belongs to no incident.
4. A word that this version doesn't know changes nothing.
"""

import msgspec

from alerts import feedback
from alerts import life as lives
from alerts import track as tracks
from alerts.agenda import Draft
from alerts.brand import BrandIncidents, Step, published
from alerts.feedback import Case, Learned, learned, teaches
from alerts.life import Life
from alerts.rules import Rules
from alerts.story import Story, told
from alerts.track import Track
from schemas.enums import IncidentState, Verdict
from schemas.errors import RecordError
from schemas.incident import Incident, decode_incident
from schemas.signal import Command

LINES = {
    Verdict.REAL: Story.CONFIRMED,
    Verdict.FALSE: Story.FALSE_ALARM,
    Verdict.NONE: Story.VERDICT_WITHDRAWN,
}
"""What a verdict on an incident is called in its story."""


def judged(state: BrandIncidents, command: Command, rules: Rules, now_ms: int) -> Step:
    """The brand after a verdict on one of its incidents. `rules`: as configured, without what was learned."""
    verdict = _verdict(command)
    if verdict not in LINES:
        return Step(state, [], [])
    found = state.life_of(command.incident)
    if found is None:
        step = _judged_late(state, command, verdict, now_ms)
    else:
        step = _judged_now(state, found[1], command, verdict, rules, now_ms)
    return _with_learned(state, step, command, verdict, rules, now_ms)


def judged_brand(state: BrandIncidents, command: Command, rules: Rules, now_ms: int) -> Step:
    """The brand after a verdict on itself."""
    verdict = _verdict(command)
    match verdict:
        case Verdict.MISSED:
            cases = feedback.with_missed(state.cases, command.about_ms, now_ms)
        case Verdict.NONE:
            cases = feedback.without_missed(state.cases, command.about_ms)
        case Verdict.FORGET:
            cases = feedback.forgotten(state.cases)
        case _:
            return Step(state, [], [])
    step = Step(msgspec.structs.replace(state, cases=cases), [], [])
    return _with_learned(state, step, command, verdict, rules, now_ms)


def standing(incident: Incident) -> Verdict | None:
    """The verdict that stands, as the incident's story tells it."""
    of_line = {line: verdict for verdict, line in LINES.items()}
    said = [of_line.get(entry.what.partition(": ")[0]) for entry in incident.timeline]  # type: ignore[call-overload]
    last = next((verdict for verdict in reversed(said) if verdict is not None), None)
    return None if last is Verdict.NONE else last


def _verdict(command: Command) -> Verdict | None:
    return Verdict(command.verdict) if command.verdict in set(Verdict) else None


def _judged_now(state: BrandIncidents, life: Life, command: Command, verdict: Verdict, rules: Rules, now_ms: int) -> Step:
    incident = life.incident
    track, drafts = _on_track(state.tracks[incident.kind], life, command, verdict, rules, now_ms)
    cases = state.cases
    if teaches(incident.kind):
        known = feedback.with_opened(cases, incident.id, incident.opened_ms)
        cases = feedback.judged(known, incident.id, verdict)
    after = msgspec.structs.replace(state, tracks=state.tracks | {incident.kind: track}, cases=cases)
    return published(state, after, drafts)


def _on_track(
    track: Track, life: Life, command: Command, verdict: Verdict, rules: Rules, now_ms: int
) -> tuple[Track, list[Draft]]:
    life = lives.noted(life, LINES[verdict], now_ms, command.author, command.comment)
    if verdict is Verdict.FALSE:
        return tracks.called_false(track, life, rules, now_ms)
    return msgspec.structs.replace(track, life=life, judged=None), []


def _judged_late(state: BrandIncidents, command: Command, verdict: Verdict, now_ms: int) -> Step:
    case = feedback.of(state.cases, command.incident)
    if case is None:
        return Step(state, [], [])
    record = _record(command, state.brand, case)
    incidents = [told(record, now_ms, LINES[verdict], command.author, command.comment)] if record else []
    cases = feedback.judged(state.cases, case.id, verdict, *(incident.revision for incident in incidents))
    return Step(msgspec.structs.replace(state, cases=cases), [], incidents)


def _record(command: Command, brand: str, case: Case) -> Incident | None:
    try:
        record = decode_incident(command.record)
    except RecordError:
        return None
    is_it = (record.id, record.brand, record.state) == (case.id, brand, IncidentState.RESOLVED)
    return record if is_it and record.revision >= case.revision else None


def _with_learned(before: BrandIncidents, step: Step, command: Command, verdict: Verdict, rules: Rules, now_ms: int) -> Step:
    if step.state.cases == before.cases:
        return step
    about = command.incident or (str(command.about_ms // 60_000) if command.about_ms else "")
    was, now = (learned(rules, state.cases, now_ms).budget_per_month for state in (before, step.state))
    found = Learned(before.brand, verdict, about, command.author, was, now, rules.budget_per_month)
    return Step(step.state, step.drafts, step.incidents, found)
