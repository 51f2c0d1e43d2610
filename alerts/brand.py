"""All incidents of one brand: one track a kind, under one log time, and what people say of them. The desk keeps these.

Each step takes the state and returns the next one with what it writes: drafts of alerts, and records of incidents. A record
is written at each line of an incident's story, and between them when its figures have aged `RESTATE_MS`.
"""

from dataclasses import dataclass

import msgspec

from alerts import ids, known, questions
from alerts import track as tracks
from alerts.agenda import Draft
from alerts.feedback import Case, Learned, believed, is_undoubted, teaches, with_opened
from alerts.life import Life
from alerts.likeness import Words
from alerts.rules import Rules
from alerts.silences import Silence, silenced
from alerts.track import Track
from schemas.enums import Kind
from schemas.incident import Incident
from schemas.logclock import LogClock
from schemas.signal import Signal, is_about_questions
from schemas.wire import VERSION

RESTATE_MS = 10_000


class Outcry(msgspec.Struct, frozen=True, array_like=True):
    """What other brands of the group must know of a brand."""

    incident: str = ""  # the last one that has rung
    rang_ms: int = 0  # when it opened, opened again or rose
    words: Words = {}  # of the last hour


class BrandIncidents(msgspec.Struct, frozen=True):
    """What is known of a brand's incidents, or of one that several brands share (`alerts.contagion`)."""

    brand: str
    v: int = VERSION
    now_ms: int = 0  # log time of its newest level
    partition: int = 0  # digests partition that its levels come from; negative: what we say about ourselves
    tracks: dict[Kind, Track] = {}
    cases: list[Case] = []  # incidents that count against the budget, and crises that were missed; oldest first
    group: str = ""  # not empty: these are no brand's incidents, but one shared by brands of this group
    outcry: Outcry = Outcry()
    waiters_told_ms: int = 0  # `alerts.questions`: when people had last been told of those who wait …
    waiters_told: list[str] = []  # … and at which destinations

    @property
    def idle(self) -> bool:
        """Whether time alone changes nothing any more."""
        return all(track.idle for track in self.tracks.values())

    @property
    def waiters(self) -> questions.Told:
        """What people know of those who wait for an answer."""
        return questions.Told(self.waiters_told_ms, self.waiters_told)

    @property
    def is_own(self) -> bool:
        """Whether this is about ourselves: no brand of the config, and watched by no partition of digests."""
        return self.partition < 0

    def time_ms(self, clock: LogClock) -> int:
        """The brand's log time: the clock, or its newest level where that is ahead. It never goes back."""
        return max(self.now_ms, clock.now_ms)

    def life_of(self, incident: str) -> tuple[Kind, Life] | None:
        """The incident of that id, while it burns or lingers."""
        for kind, track in self.tracks.items():
            if track.life is not None and track.life.incident.id == incident:
                return kind, track.life
        return None


@dataclass(frozen=True, slots=True)
class Step:
    """A brand's next state and what was written on the way."""

    state: BrandIncidents
    drafts: list[Draft]
    incidents: list[Incident]
    learned: Learned | None = None


def heard(state: BrandIncidents, signal: Signal, rules: Rules, silences: dict[str, Silence], clock: LogClock) -> Step:
    """The brand after a level: what time has brought about first, then the level, then what it makes due."""
    now_ms = max(state.now_ms, clock.now_ms, signal.at_ms)
    if not signal.at_ms:
        signal = msgspec.structs.replace(signal, at_ms=now_ms, since_ms=now_ms)
    state = msgspec.structs.replace(state, now_ms=now_ms, partition=signal.source.partition)
    before = advanced(state, rules, silences, clock)
    signal = known.goes_on(signal, before.state.tracks, rules)
    track = before.state.tracks.get(signal.kind, Track())
    heard_before = questions.is_told(signal, before.state.tracks, before.state.waiters, rules, now_ms)
    if heard_before or known.is_told(signal, before.state.tracks, rules, now_ms):
        track = tracks.given_way(track, signal.at_ms)
    else:
        track = tracks.heard(track, signal, rules, now_ms)
    others = _beside(before.state.tracks, signal)
    found = others | ({signal.kind: track} if track != Track() else {})
    tracked = _with_tracks(before.state, questions.told_once(found, rules, now_ms))
    life = tracked.tracks.get(signal.kind, Track()).life
    told = _with_case(tracked, life, undoubted=is_undoubted(signal, rules))
    after, drafts = _passed(told, rules, silences, clock)
    return published(before.state, after, before.drafts + drafts, before.incidents)


def advanced(state: BrandIncidents, rules: Rules, silences: dict[str, Silence], clock: LogClock) -> Step:
    """The brand after time has passed."""
    after, drafts = _passed(state, rules, silences, clock)
    return published(state, after, drafts)


def removed(state: BrandIncidents, rules: Rules, clock: LogClock) -> Step:
    """The brand after the config has dropped it: its incidents closed, nothing left to remember but verdicts, if any.

    An incident that opened in this very minute is kept until it is over: were the brand listed again, another one would have
    its id.
    """
    now_ms = state.time_ms(clock)
    after: dict[Kind, Track] = {}
    drafts: list[Draft] = []
    for kind, track in state.tracks.items():
        after[kind], more = tracks.closed(track, "brand_removed", rules, now_ms)
        drafts += more
    step = published(state, _with_tracks(state, after), drafts)
    cases = state.cases if any(case.verdict for case in state.cases) else []
    kept = {
        kind: Track(life=track.life)
        for kind, track in step.state.tracks.items()
        if track.life is not None and ids.bucket_of(track.life.incident.opened_ms) == ids.bucket_of(now_ms)
    }
    return Step(msgspec.structs.replace(state, tracks=kept, cases=cases), step.drafts, step.incidents)


def published(
    before: BrandIncidents, after: BrandIncidents, drafts: list[Draft], earlier: list[Incident] | None = None
) -> Step:
    """The step with the records of the incidents that have changed, after those written `earlier`.

    Cases that have become part of another incident aren't doubted any more.
    """
    written = list(earlier or [])
    kept = dict(after.tracks)
    for kind, track in after.tracks.items():
        life = track.life
        if life is not None and _worth_writing(before.tracks.get(kind, Track()).life, life):
            written.append(life.incident)
            kept[kind] = msgspec.structs.replace(
                track, life=msgspec.structs.replace(life, published_ms=life.incident.updated_ms)
            )
    cases = believed(after.cases, _parts_of_others(after))
    return Step(msgspec.structs.replace(after, tracks=kept, cases=cases), drafts, written)


def _parts_of_others(state: BrandIncidents) -> set[str]:
    """Incidents that have become part of another: what two brands or two kinds say is no chance."""
    found: set[str] = set()
    for track in state.tracks.values():
        if track.life is not None and track.life.incident.merged_into:
            found.add(track.life.incident.id)
        if track.joined and track.alarms:
            found |= {case.id for case in state.cases if case.at_ms >= track.alarms[-1].at_ms}
    return found


def _worth_writing(before: Life | None, life: Life) -> bool:
    incident = life.incident
    if before is None or (before.incident.id, before.incident.revision) != (incident.id, incident.revision):
        return True
    return incident.updated_ms - life.published_ms >= RESTATE_MS


def _passed(
    state: BrandIncidents, rules: Rules, silences: dict[str, Silence], clock: LogClock
) -> tuple[BrandIncidents, list[Draft]]:
    now_ms = state.time_ms(clock)
    watched_ms = clock.now_ms if state.is_own else clock.of(state.partition)
    after: dict[Kind, Track] = {}
    drafts: list[Draft] = []
    for kind, track in state.tracks.items():
        quiet = track.life is not None and silenced(silences, state.brand, track.life.incident.id, now_ms)
        after[kind], more = tracks.advanced(track, rules, quiet, now_ms, watched_ms, _heir(state.tracks, kind))
        drafts += more
    waiters = questions.told_now(state.waiters, after, now_ms)
    state = msgspec.structs.replace(state, waiters_told_ms=waiters.at_ms, waiters_told=list(waiters.destinations))
    return _with_tracks(state, after), drafts


def _heir(now: dict[Kind, Track], kind: Kind) -> str:
    """The burning incident as which one of this kind goes on when its level has given way; "" where there is none.

    Anger takes over: what a loud voice or a kind of trouble has begun is then told of as the surge that it has become. And
    those who ask are told of as those who wait, once it is known who is answered. What people have been told of goes on as
    nothing that they haven't.
    """
    heirs = [Kind.SURGE] if kind in tracks.BECOMES_SURGE else []
    own = now[kind].life
    if own is not None and is_about_questions(kind, own.incident.peak_figures.unusual):
        heirs.append(Kind.UNANSWERED)
    told = set(own.firing) if own is not None else set[str]()
    lives = [life for heir in heirs if (life := now.get(heir, Track()).life) is not None and life.is_open]
    return next((life.incident.id for life in lives if told <= set(life.firing)), "")


def _beside(now: dict[Kind, Track], signal: Signal) -> dict[Kind, Track]:
    """The tracks after a level that is about another kind."""
    if signal.kind not in tracks.STATED_ALONE:
        return now
    return {k: tracks.given_way(track, signal.at_ms) if k in tracks.STATED_ALONE else track for k, track in now.items()}


def _with_case(state: BrandIncidents, life: Life | None, *, undoubted: bool) -> BrandIncidents:
    """The brand with its burning incident among the cases; `undoubted`: whether its level is."""
    if life is None or not life.is_open or not teaches(life.incident.kind):
        return state
    cases = with_opened(state.cases, life.incident.id, life.incident.opened_ms)
    cases = believed(cases, [life.incident.id]) if undoubted else cases
    return state if cases is state.cases else msgspec.structs.replace(state, cases=cases)


def _with_tracks(state: BrandIncidents, after: dict[Kind, Track]) -> BrandIncidents:
    return msgspec.structs.replace(state, tracks=after)
