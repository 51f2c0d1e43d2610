"""What the desk does with brands that share a group: it watches them more closely, and merges what is one crisis. Pure.

Who is in a group is what the config says now. With `brands: auto` nobody is, and a group of one brand is none.
"""

from collections import defaultdict
from collections.abc import Mapping

import msgspec

from alerts import contagion, vigilance
from alerts.brand import BrandIncidents, Step
from alerts.own_names import OwnNames, words_of
from alerts.rules import Rules
from alerts.severity import severity_of
from alerts.silences import Silence, silenced
from alerts.vigilance import SPREADS
from schemas.config.model import Config
from schemas.enums import Kind
from schemas.signal import Signal

States = Mapping[str, BrandIncidents]


class Groups:
    """The groups of one config."""

    def __init__(self, config: Config) -> None:
        listed = [] if config.brands == "auto" else config.brands
        self._group = {brand.id: brand.group_key for brand in listed}
        members: dict[str, list[str]] = defaultdict(list)
        for brand in listed:
            members[brand.group_key].append(brand.id)
        self._members = {group: sorted(ids) for group, ids in members.items() if len(ids) > 1}
        names = OwnNames.of(config).names
        self._names = {group: words_of([n for id_ in ids for n in names[id_]]) for group, ids in self._members.items()}

    def siblings(self, brand: str) -> list[str]:
        """The other brands of its group, in order."""
        return [each for each in self._members.get(self._group.get(brand, ""), []) if each != brand]

    def concern(self, state: BrandIncidents) -> bool:
        """Whether there is anybody to look at when a level of this brand comes."""
        track = state.tracks.get(SPREADS)
        return bool(self.siblings(state.brand)) or (track is not None and bool(track.joined))

    def closely(self, rules: Rules, state: BrandIncidents, kind: Kind, states: States, now_ms: int) -> Rules:
        """The brand's rules for a kind that spreads, as long as another one of its group has rung of late."""
        if kind is not SPREADS:
            return rules
        others = [states[name] for name in self.siblings(state.brand) if name in states]
        return vigilance.closely(rules, state, others, self._names_of(state.brand), now_ms)

    def heard(
        self, step: Step, before: BrandIncidents, states: States, shared: list[BrandIncidents], signal: Signal, rules: Rules
    ) -> list[Step]:
        """The step of a brand after a level, and what follows for those that share its group."""
        now_ms = step.state.now_ms
        state = _free(vigilance.rung(before, step.state, now_ms), states)
        steps = [Step(state, step.drafts, step.incidents, step.learned)]
        track = state.tracks.get(SPREADS)
        if track is not None and track.joined:
            common = states[contagion.key(track.joined)]
            return [*steps, contagion.restated(common, state, signal, severity_of(signal, rules), rules, now_ms)]
        group = {name: states[name] for name in self.siblings(state.brand) if name in states} | {state.brand: state}
        near = [each for each in shared if each.group == self._group.get(state.brand)]
        return steps + contagion.spread(state.brand, group, near, self._names_of(state.brand), rules, now_ms)

    def advanced(
        self, shared: BrandIncidents, states: States, rules: Rules, silences: dict[str, Silence], now_ms: int
    ) -> list[Step]:
        """A shared incident after time has passed. It is quiet when it is silenced, or each brand that burns is."""
        found = contagion.incident_of(shared)
        burning = contagion.burning(shared)
        quiet = found is not None and bool(burning) and all(silenced(silences, b, found.id, now_ms) for b in burning)
        return contagion.advanced(shared, states, self._group.get, quiet, rules, now_ms)

    def _names_of(self, brand: str) -> frozenset[str]:
        return self._names.get(self._group.get(brand, ""), frozenset())


def _free(state: BrandIncidents, states: States) -> BrandIncidents:
    """The brand without what it had joined, if that is no more."""
    track = state.tracks.get(SPREADS)
    if track is None or not track.joined or contagion.key(track.joined) in states:
        return state
    return msgspec.structs.replace(state, tracks=state.tracks | {SPREADS: msgspec.structs.replace(track, joined="")})
