"""Verdicts of people on incidents and brands: what they change in the incident, in its story, and in the brand's budget.

1. A verdict on an incident that burns or lingers stands in its story; `false` closes it. `real` and `none` lift that again:
   the same alarm may ring once more.
2. Most verdicts come the morning after. By then the desk has only the incident's case; the command brings the record
   along, as its sender has read it on the topic, and a line is added to that. A record that lacks the line of an earlier
   such verdict is left alone; the verdict counts all the same.
   Either way a budget that has moved stands in the story, too.
3. A verdict on an incident that several brands share is one on each of them.
4. What is about a brand (`missed`, its withdrawal, `forget`) belongs to no incident.
5. A word that this version doesn't know changes nothing.
"""

from collections.abc import Callable, Mapping

import msgspec

from alerts import feedback
from alerts import life as lives
from alerts import track as tracks
from alerts.brand import BrandIncidents, Step, published
from alerts.feedback import Case, Learned, teaches
from alerts.life import Life
from alerts.restraint import in_force
from alerts.rules import Rules
from alerts.story import Story, told
from schemas.enums import IncidentState, Verdict
from schemas.errors import RecordError
from schemas.incident import Incident, Member, decode_incident
from schemas.signal import Command

LINES = {
    Verdict.REAL: Story.CONFIRMED,
    Verdict.FALSE: Story.FALSE_ALARM,
    Verdict.NONE: Story.VERDICT_WITHDRAWN,
}
"""What a verdict on an incident is called in its story."""
Line = tuple[Story, str, str]
"""A line of a story: what, by whom, and details."""


def judged(state: BrandIncidents, command: Command, rules: Rules, now_ms: int) -> Step:
    """The brand after a verdict on one of its incidents. `rules`: as configured, without what was learned."""
    verdict = _verdict(command)
    if verdict not in LINES:
        return Step(state, [], [])
    found = state.life_of(command.incident)
    cases = state.cases
    if found is not None and teaches(found[0]):
        cases = feedback.with_opened(cases, command.incident, found[1].incident.opened_ms)
    cases = feedback.judged(cases, command.incident, verdict)
    moved = _learned(state, cases, command, verdict, rules, now_ms)
    lines = [(LINES[verdict], command.author, command.comment), *_budget_line(moved)]
    after = msgspec.structs.replace(state, cases=cases)
    step = _judged_late(after, command, lines, now_ms)
    if found is not None:
        step = _judged_now(after, found[1], verdict, lines, rules, now_ms)
    return Step(step.state, step.drafts, step.incidents, moved)


def judged_together(
    state: BrandIncidents,
    brands: Mapping[str, BrandIncidents],
    command: Command,
    rules_of: Callable[[str], Rules],
    now_ms: int,
) -> list[Step]:
    """The incident that brands share, and they themselves, after a verdict on it. `rules_of`: as configured."""
    verdict, found = _verdict(command), state.life_of(command.incident)
    if verdict not in LINES or found is None:
        return []
    life = found[1]
    steps = [
        _of_member(brands[m.brand], m, verdict, command, rules_of, now_ms)
        for m in life.incident.members
        if m.brand in brands
    ]
    lines = [(LINES[verdict], command.author, command.comment)]
    for step in steps:
        lines += [(what, author, f"{step.state.brand} {detail}") for what, author, detail in _budget_line(step.learned)]
    return [*steps, _judged_now(state, life, verdict, lines, rules_of(life.incident.brand), now_ms)]


def judged_late_together(
    brands: Mapping[str, BrandIncidents], command: Command, rules_of: Callable[[str], Rules], now_ms: int
) -> list[Step]:
    """The other brands of a shared incident that its desk no longer holds, as the command's record names them."""
    verdict = _verdict(command)
    try:
        members = decode_incident(command.record).members[1:]
    except RecordError:
        return []
    if verdict not in LINES:
        return []
    return [_of_member(brands[m.brand], m, verdict, command, rules_of, now_ms) for m in members if m.brand in brands]


def _of_member(
    state: BrandIncidents, member: Member, verdict: Verdict, command: Command, rules_of: Callable[[str], Rules], now_ms: int
) -> Step:
    cases = feedback.judged(state.cases, member.incident, verdict)
    moved = _learned(state, cases, command, verdict, rules_of(state.brand), now_ms)
    return Step(msgspec.structs.replace(state, cases=cases), [], [], moved)


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
    moved = _learned(state, cases, command, verdict, rules, now_ms)
    return Step(msgspec.structs.replace(state, cases=cases), [], [], moved)


def standing(incident: Incident) -> Verdict | None:
    """The verdict that stands, as the incident's story tells it."""
    of_line = {str(line): verdict for verdict, line in LINES.items()}
    said = [of_line.get(entry.what.partition(": ")[0]) for entry in incident.timeline]
    last = next((verdict for verdict in reversed(said) if verdict is not None), None)
    return None if last is Verdict.NONE else last


def _budget_line(moved: Learned | None) -> list[Line]:
    was, now = (f"{rate:.2g}" for rate in (moved.before_per_month, moved.per_month)) if moved else ("", "")
    return [(Story.BUDGET, "", f"{was} → {now}")] if was != now else []


def _verdict(command: Command) -> Verdict | None:
    return Verdict(command.verdict) if command.verdict in set(Verdict) else None


def _judged_now(state: BrandIncidents, life: Life, verdict: Verdict, lines: list[Line], rules: Rules, now_ms: int) -> Step:
    kind = life.incident.kind
    for what, author, detail in lines:
        life = lives.noted(life, what, now_ms, author, detail)
    if verdict is Verdict.FALSE:
        track, drafts = tracks.called_false(state.tracks[kind], life, rules, now_ms)
    else:
        track, drafts = msgspec.structs.replace(state.tracks[kind], life=life, judged=None), []
    return published(state, msgspec.structs.replace(state, tracks=state.tracks | {kind: track}), drafts)


def _judged_late(state: BrandIncidents, command: Command, lines: list[Line], now_ms: int) -> Step:
    case = feedback.of(state.cases, command.incident)
    record = _record(command, state.brand, case) if case else None
    if record is None:
        return Step(state, [], [])
    for what, author, detail in lines:
        record = told(record, now_ms, what, author, detail)
    cases = feedback.with_revision(state.cases, record.id, record.revision)
    return Step(msgspec.structs.replace(state, cases=cases), [], [record])


def _record(command: Command, brand: str, case: Case) -> Incident | None:
    try:
        record = decode_incident(command.record)
    except RecordError:
        return None
    is_it = (record.id, record.brand, record.state) == (case.id, brand, IncidentState.RESOLVED)
    return record if is_it and record.revision >= case.revision else None


def _learned(
    state: BrandIncidents, cases: list[Case], command: Command, verdict: Verdict, rules: Rules, now_ms: int
) -> Learned | None:
    """What the changed cases make of the budget, or None when they are the same."""
    if cases == state.cases:
        return None
    about = command.incident or (str(command.about_ms // 60_000) if command.about_ms else "")
    after = msgspec.structs.replace(state, cases=cases)
    was, now = (in_force(rules.budget_per_month, each, now_ms) for each in (state, after))
    return Learned(state.brand, verdict, about, command.author, was, now, rules.budget_per_month)
