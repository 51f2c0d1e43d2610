"""Brands of a group that talk of the same crisis share one incident, of kind `contagion`. Pure.

1. When a brand's incident burns and another brand's of the group does, or one that several share, and their new words are
   alike (`alerts.likeness`), they become one. It keeps the id of the earliest; the incidents of the others resolve as
   *merged into* it, and destinations that were told of those are told where they went, which closes their pages.
2. It lies in a state of its own (`key`), as any brand's: one track of kind `contagion`. The tracks of its members go on
   with their alarms and have `joined` it; they open nothing themselves.
3. Its severity is that of its worst member. Its figures are those of its lead: the earliest member that isn't calm.
4. A member that joins rings, acknowledged or not: somebody else has to be called. Those that join within `group_wait`, and
   later ones within 10 minutes of the last, are told in one alert.
5. It resolves when all members are calm, removed, or have left the group. A member that rings anew while it lingers opens it
   again, unless it was called false and this is no worse.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import msgspec

from alerts import life as lives
from alerts import track as tracks
from alerts.agenda import put_off, rung, taken_back
from alerts.brand import BrandIncidents, Step, published
from alerts.life import Life
from alerts.likeness import shared
from alerts.rules import QUARTER_S, Rules
from alerts.story import Story, told
from alerts.track import Track
from alerts.vigilance import SPREADS
from schemas.enums import IncidentState, Kind, Severity, Transition
from schemas.incident import MERGED, Incident, Member, Neighbour
from schemas.signal import Figures, Signal

AGAIN_MS = 10 * 60_000
_PREFIX = "contagion:"
GroupOf = Callable[[str], str | None]
"""The group that the config gives a brand; None = it isn't listed."""


def key(incident: str) -> str:
    """Under what a shared incident is kept."""
    return _PREFIX + incident


def incident_of(state: BrandIncidents) -> Incident | None:
    """The incident of a state that several brands share."""
    life = _life(state)
    return life.incident if life is not None else None


def host_of(state: BrandIncidents) -> str:
    """The brand whose id the shared incident has."""
    found = incident_of(state)
    return found.brand if found is not None else ""


def burning(state: BrandIncidents) -> list[str]:
    """The brands of a shared incident that aren't calm, while it burns."""
    found = incident_of(state)
    is_open = found is not None and found.state is not IncidentState.RESOLVED
    return [member.brand for member in found.members if not member.ended_ms] if found is not None and is_open else []


def named_now(incident: str, shared_ones: Iterable[BrandIncidents]) -> str:
    """The id of the shared incident that an incident has become part of; else its own. So old buttons go on working."""
    for state in shared_ones:
        found = incident_of(state)
        if found is not None and any(member.incident == incident for member in found.members):
            return found.id
    return incident


def spread(
    brand: str,
    group: Mapping[str, BrandIncidents],
    common: Iterable[BrandIncidents],
    names: Collection[str],
    rules: Rules,
    now_ms: int,
) -> list[Step]:
    """What follows when the incident of `brand` burns: nothing, or that it becomes one with others of its `group`.

    `common`: the incidents that brands of the group share already.
    """
    burns = {name: life for name in sorted(group) if (life := _burning(group[name])) is not None}
    if brand not in burns:
        return []

    def alike(other: str) -> list[str]:
        return shared(group[brand].outcry.words, group[other].outcry.words, names, now_ms) if other in group else []

    for state in common:
        life = _life(state)
        words = next((words for name in burning(state) if (words := alike(name))), [])
        if life is not None and words:
            return _joined(state, life, [_Party(group[brand], burns[brand], words)], rules, now_ms)
    others = {name: words for name in burns if name != brand and (words := alike(name))}
    if not others:
        return []
    first = min([brand, *others], key=lambda name: (burns[name].incident.opened_ms, name))
    words_of = others | {brand: others.get(first, [])}
    parties = [_Party(group[name], burns[name], words_of[name]) for name in sorted(words_of) if name != first]
    host, state, life = _begun(group[first], burns[first], now_ms)
    return [Step(host, [], []), *_joined(state, life, parties, rules, now_ms)]


def restated(
    state: BrandIncidents, brand: BrandIncidents, signal: Signal, severity: Severity, rules: Rules, now_ms: int
) -> Step:
    """The shared incident after a level of one of its members. `rules`: the member's."""
    life = _life(state)
    track = brand.tracks[SPREADS]
    if life is None or signal.kind is not SPREADS:
        return Step(state, [], [])
    again = not life.is_open and tracks.opens(_as_judged(track, state), signal, severity, rules)
    if not life.is_open and not again:
        return Step(state, [], [])
    before = next(m for m in life.incident.members if m.brand == brand.brand)
    ended_ms = 0 if track.under_way else before.ended_ms or now_ms
    after = msgspec.structs.replace(before, severity=severity, figures=_brief(signal.figures), ended_ms=ended_ms)
    life = _with_members(life, [after if m.brand == after.brand else m for m in life.incident.members])
    lead = next((m.brand for m in life.incident.members if not m.ended_ms), after.brand)
    own = replace(rules, budget_per_month=rules.budget_per_month / rules.raised, raised=1.0, neighbour=None)
    if again:
        life = lives.reopened(life, signal, severity, own, now_ms)
    elif lead == after.brand:
        life = lives.restated(life, signal, _worst(life), own, now_ms)
    else:
        life = lives.shifted(life, _worst(life), own, now_ms)
        life = msgspec.structs.replace(life, incident=msgspec.structs.replace(life.incident, updated_ms=now_ms))
    next_state = _with_life(state, life, now_ms)
    if again:
        next_state = _with_track(next_state, msgspec.structs.replace(next_state.tracks[Kind.CONTAGION], judged=None))
    return published(state, next_state, [])


def advanced(
    state: BrandIncidents, brands: Mapping[str, BrandIncidents], group_of: GroupOf, quiet: bool, rules: Rules, now_ms: int
) -> list[Step]:
    """The shared incident after time has passed, and the brands that have left it."""
    life = _life(state)
    if life is None:
        return [Step(msgspec.structs.replace(state, tracks={}), [], [])]
    left = [m.brand for m in life.incident.members if group_of(m.brand) != state.group]
    members = [_as_it_is(m, brands.get(m.brand), m.brand in left, now_ms) for m in life.incident.members]
    life = life if members == life.incident.members else _with_members(life, members)
    after = _with_life(state, life, now_ms)
    parted = [_parted(brands[name], life.incident.id) for name in left if name in brands]
    if life.is_open and all(m.ended_ms for m in members):
        why = "brand_removed" if len(left) == len(members) else "calm"
        track, drafts = tracks.closed(after.tracks[Kind.CONTAGION], why, rules, now_ms)
        after = _with_track(after, track)
    elif life.is_open:
        life = put_off(life, now_ms) if _is_calm(members, brands) else life
        life, drafts = rung(lives.ack_expired(life, now_ms), rules, quiet, now_ms)
        after = _with_life(after, life, now_ms)
    elif all(m.ended_ms for m in members) and not lives.same_episode(life, now_ms, rules):
        parted += [_parted(brands[m.brand], life.incident.id) for m in members if m.brand in brands and m.brand not in left]
        return [*parted, Step(msgspec.structs.replace(after, tracks={}), [], [])]
    else:
        drafts = []
    return [*parted, published(state, after, drafts)]


@dataclass(frozen=True, slots=True)
class _Party:
    """A brand that joins, its own incident, and the words that it shares."""

    brand: BrandIncidents
    life: Life
    words: list[str]


def _begun(host: BrandIncidents, life: Life, now_ms: int) -> tuple[BrandIncidents, BrandIncidents, Life]:
    """The earliest brand without its incident, and that incident as one that others can share."""
    incident = msgspec.structs.replace(life.incident, kind=Kind.CONTAGION)
    first = Member(host.brand, incident.id, incident.opened_ms, incident.severity, _brief(incident.figures))
    life = _with_members(msgspec.structs.replace(life, incident=incident), [first])
    state = BrandIncidents(key(incident.id), partition=host.partition, now_ms=now_ms, group=incident.group)
    bare = msgspec.structs.replace(host.tracks[SPREADS], life=None, joined=incident.id)
    host = msgspec.structs.replace(host, tracks=host.tracks | {SPREADS: bare})
    return host, _with_track(state, Track(under_way=True, life=life)), life


def _joined(state: BrandIncidents, life: Life, parties: list[_Party], rules: Rules, now_ms: int) -> list[Step]:
    """The shared incident with more members, and those brands without theirs."""
    steps = [_merged(party, life.incident, rules, now_ms) for party in parties]
    for party in parties:
        life = _with_member(life, party, now_ms)
    life = lives.shifted(_ringing(life, rules, now_ms), _worst(life), rules, now_ms)
    return [*steps, published(BrandIncidents(state.brand), _with_life(state, life, now_ms), [])]


def _merged(party: _Party, kept: Incident, rules: Rules, now_ms: int) -> Step:
    """The brand whose own incident has gone into the one that is kept."""
    host = kept.members[0]
    life = lives.resolved(party.life, f"{MERGED}{kept.id}", now_ms)
    neighbour = Neighbour(host.brand, kept.id, host.joined_ms, party.words)
    life = msgspec.structs.replace(life, incident=msgspec.structs.replace(life.incident, neighbour=neighbour))
    life, drafts = taken_back(life, Transition.RESOLVED, rules)
    track = msgspec.structs.replace(party.brand.tracks[SPREADS], life=life, joined=kept.id)
    after = msgspec.structs.replace(party.brand, tracks=party.brand.tracks | {SPREADS: track})
    return published(party.brand, after, drafts)


def _with_member(life: Life, party: _Party, now_ms: int) -> Life:
    kept, own, name = life.incident, party.life.incident, party.brand.brand
    member = Member(name, own.id, now_ms, own.severity, _brief(own.figures), 0, party.words)
    others = [m for m in kept.members if m.brand != name]
    life = _with_members(life, [*others, member])
    incident = msgspec.structs.replace(
        life.incident, spread_to=[*(b for b in kept.spread_to if b != name), name], updated_ms=now_ms
    )
    incident = told(incident, now_ms, Story.SPREAD, detail=f"{name} · {' · '.join(party.words)}")
    return msgspec.structs.replace(life, incident=incident)


def _ringing(life: Life, rules: Rules, now_ms: int) -> Life:
    """The life with an alert due that says who has joined."""
    if life.untold:
        return life
    due_ms = now_ms + rules.group_wait_ms(life.incident.severity, life.incident.kind)
    told_ms = [
        entry.at_ms for entry in life.incident.timeline if entry.what.startswith(Story.SPREAD) and entry.at_ms < now_ms
    ]
    if told_ms:
        due_ms = max(due_ms, told_ms[-1] + AGAIN_MS)
    if life.pending is Transition.ESCALATED:
        due_ms = min(due_ms, life.due_ms)
    return msgspec.structs.replace(
        life, incident=lives.unacked(life.incident), pending=Transition.ESCALATED, due_ms=due_ms, muted=False, reminders=0,
        anew=True,
    )  # fmt: skip


def _as_it_is(member: Member, brand: BrandIncidents | None, has_left: bool, now_ms: int) -> Member:
    burns = brand is not None and not has_left and SPREADS in brand.tracks and brand.tracks[SPREADS].under_way
    return msgspec.structs.replace(member, ended_ms=0 if burns else member.ended_ms or now_ms)


def _is_calm(members: list[Member], brands: Mapping[str, BrandIncidents]) -> bool:
    return all(tracks.is_calm(brands[m.brand].tracks[SPREADS]) for m in members if not m.ended_ms)


def _parted(brand: BrandIncidents, incident: str) -> Step:
    """The brand on its own again."""
    track = brand.tracks.get(SPREADS)
    if track is None or track.joined != incident:
        return Step(brand, [], [])
    return Step(msgspec.structs.replace(brand, tracks=brand.tracks | {SPREADS: _alone(track)}), [], [])


def _alone(track: Track) -> Track:
    return msgspec.structs.replace(track, joined="")


def _as_judged(track: Track, state: BrandIncidents) -> Track:
    """A member's track under what was said of the shared incident."""
    return msgspec.structs.replace(track, judged=state.tracks[Kind.CONTAGION].judged)


def _worst(life: Life) -> Severity:
    burning = [m.severity for m in life.incident.members if not m.ended_ms] or [life.incident.severity]
    return max(burning, key=lambda severity: severity.rank)


def _with_members(life: Life, members: list[Member]) -> Life:
    brands = [member.brand for member in members]
    return msgspec.structs.replace(life, incident=msgspec.structs.replace(life.incident, members=members, brands=brands))


def _with_life(state: BrandIncidents, life: Life, now_ms: int) -> BrandIncidents:
    track = msgspec.structs.replace(state.tracks[Kind.CONTAGION], life=life)
    return msgspec.structs.replace(_with_track(state, track), now_ms=max(state.now_ms, now_ms))


def _with_track(state: BrandIncidents, track: Track) -> BrandIncidents:
    return msgspec.structs.replace(state, tracks={Kind.CONTAGION: track})


def _life(state: BrandIncidents) -> Life | None:
    track = state.tracks.get(Kind.CONTAGION)
    return track.life if track is not None else None


def _burning(state: BrandIncidents) -> Life | None:
    """The brand's own incident, while it burns."""
    track = state.tracks.get(SPREADS)
    if track is None or track.joined or track.life is None or not track.life.is_open:
        return None
    return track.life


def _brief(figures: Figures) -> Figures:
    """What is shown of a member: numbers and words."""
    windows = {QUARTER_S: figures.windows[QUARTER_S]} if QUARTER_S in figures.windows else {}
    return msgspec.structs.replace(
        figures, samples=[], loudest=[], negative_per_min=[], windows=windows, novelty={}, networks={}, categories={}
    )
