"""The incident desk: everything that is decided about the incidents of one signals partition.

Levels, ticks, commands and outcomes of deliveries come in one order; alerts and records of incidents go out. The desk is a
function of that order: what it has read before it skips, and its time is the ticks' (`schemas.logclock`).

    record ─▶ position ─▶ brand ─▶ track (alarm) ─▶ life (incident) ─▶ agenda (alerts due)
              read before?         alerts.recurrence  alerts.severity    alerts.route, alerts.silences

What brands of a group have to do with each other: `alerts.groups`.
"""

from dataclasses import dataclass, field

import msgspec

from alerts import aftershock, commands, contagion, verdicts, vigilance
from alerts import brand as brands
from alerts.achieved import STEP_MS, counted, watched_on
from alerts.audit import Finding, audit_brand
from alerts.brand import BrandIncidents, Step
from alerts.feedback import Learned, of, tally
from alerts.groups import Groups
from alerts.own_names import OwnNames
from alerts.position import MINUTE_MS, DeskPosition, after_reading, decode_position, on_the_way
from alerts.restraint import held_back
from alerts.rules import RuleBook, Rules, budgets
from alerts.silences import asked, key_of, with_silence
from alerts.standing import BrandStanding, Standing
from alerts.story import Story
from schemas.alert import Alert
from schemas.config.model import Config
from schemas.enums import Verdict
from schemas.incident import Incident
from schemas.signal import Command, Delivery, Signal, SignalRecord, Source, Tick
from schemas.wire import RecordDecoder, encode

_decode = RecordDecoder[BrandIncidents](BrandIncidents)


@dataclass(frozen=True, slots=True)
class Decisions:
    """What one record leads to, in order."""

    alerts: list[Alert] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    beat_ms: int = 0  # round of the heartbeat that has come through all digests partitions; 0 = none has just now
    learned: list[Learned] = field(default_factory=list)  # what verdicts have made of budgets


class IncidentDesk:
    """Keeps the incidents of one signals partition. Memory: one `BrandIncidents` for each brand that has had an alarm."""

    def __init__(self, config: Config, config_hash: str) -> None:
        self._position = DeskPosition()
        self._brands: dict[str, BrandIncidents] = {}
        self._restless: set[str] = set()  # brands that time alone can change
        self._changed: set[str] = set()
        self.reconfigure(config, config_hash)

    def reconfigure(self, config: Config, config_hash: str) -> None:
        """Takes over a config; what follows from it is decided at the next tick."""
        self._config = config
        self._rules = RuleBook(config, config_hash)
        self._budgets: list[float] | None = None
        self._groups = Groups(config)
        self._own_names = OwnNames.of(config)
        self._restless = set(self._brands)

    @property
    def waits(self) -> bool:
        """Whether time alone may change something; if not, a tick that another one follows may be left out."""
        return bool(self._restless)

    def apply(self, record: SignalRecord, at: Source, heard_ms: int | None = None) -> Decisions:
        """The decisions about a record, whose place `at` is (signals partition, offset, 0).

        `heard_ms`: when the broker took it; without one the time that it tells.
        """
        if isinstance(record, Command) and record.incident:
            record = msgspec.structs.replace(record, incident=contagion.named_now(record.incident, self._shared()))
        position = after_reading(self._position, record, self._config.time == "replay", heard_ms)
        if position is None:
            return Decisions()
        before, self._position = self._position, position
        kept = self._brands, self._restless, self._changed
        try:
            earlier, steps = self._leap(before), self._decide(record)
            if isinstance(record, Tick):
                self._watch_on(at.partition)
        except BaseException:
            self._position = before
            self._brands, self._restless, self._changed = kept
            raise
        for step in steps:
            self._keep(step.state)
        steps = [*earlier, *steps]
        drafts = [draft for step in steps for draft in step.drafts]
        return Decisions(
            [draft.alert(at, index) for index, draft in enumerate(drafts)],
            [incident for step in steps for incident in step.incidents],
            position.beats.passed_ms if position.beats.passed_ms > before.beats.passed_ms else 0,
            [step.learned for step in steps if step.learned is not None],
        )

    def _leap(self, before: DeskPosition) -> list[Step]:
        """What falls due while the clock leaps to where it stands now."""
        after, found = self._position, list[Step]()
        if not self._restless or after.clock.now_ms - before.clock.now_ms <= MINUTE_MS:
            return found
        # What there was must be left as it was, should a step fail.
        self._brands, self._restless, self._changed = dict(self._brands), set(self._restless), set(self._changed)
        burning = sum(not state.idle for state in self._brands.values())  # the same after a restart
        for position in on_the_way(before, after, burning):
            self._position = position
            for step in self._on_tick():
                self._keep(step.state)
                if step.drafts or step.incidents or step.learned:
                    found.append(step)
            if not self._restless:
                break
        self._position = after
        return found

    def audit(self) -> list[Finding]:
        """The open incidents that lack a next step."""
        return [
            finding
            for name, state in self._brands.items()
            if (rules := self._rules_in_force(state)) is not None
            for finding in audit_brand(state, rules, self._position.clock, name in self._restless)
        ]

    def standing(self) -> Standing:
        """What verdicts say, and how often it has rung, as of the desk's log time."""
        now_ms = self._position.clock.now_ms
        cases = [case for state in self._brands.values() for case in state.cases]
        allowed = self._budgets or [self._config.sensitivity.per_month]
        brands = {name: self._standing_of(state, now_ms) for name, state in self._brands.items() if state.cases}
        months = self._position.watched.months(now_ms)
        return Standing(brands, counted(cases, now_ms), months, sum(allowed) / len(allowed))

    def _standing_of(self, state: BrandIncidents, now_ms: int) -> BrandStanding:
        rules = self._rules_or_default(state.brand)
        return BrandStanding(tally(state.cases), held_back(rules, state, now_ms).budget_per_month / rules.budget_per_month)

    def changed(self) -> dict[str, bytes | None]:
        """The state of each brand that has changed since `taken`; None = nothing is left to remember."""
        return {name: encode(self._brands[name]) if name in self._brands else None for name in sorted(self._changed)}

    def taken(self) -> None:
        """Says that what `changed` gave is being written."""
        self._changed.clear()

    def position(self) -> bytes:
        """The part of the state that belongs to no brand."""
        return encode(self._position)

    def restore(self, states: dict[str, bytes], position: bytes | None) -> None:
        """Takes over a kept state. Raises `RecordError` on one that this version can't read."""
        self._brands = {name: _decode(raw) for name, raw in states.items()}
        self._position = decode_position(position) if position is not None else DeskPosition()
        self._restless = set(self._brands)
        self._changed.clear()

    def _decide(self, record: SignalRecord) -> list[Step]:
        match record:
            case Signal():
                return self._on_signal(record)
            case Tick():
                return self._on_tick()
            case Delivery():
                concerned = self._concerned(record.incident, "")
                return [commands.delivered(state, record, self._time_ms(state)) for state in concerned]
            case Command(action="silence" | "unsilence"):
                return self._on_silence(record)
            case Command(action="feedback"):
                return self._on_verdict(record)
            case Command(action="ack"):
                concerned = self._concerned(record.incident, "")
                return [
                    commands.acknowledged(s, record, self._rules_or_default(s.brand), self._time_ms(s)) for s in concerned
                ]
        return []

    def _on_signal(self, signal: Signal) -> list[Step]:
        """What is about ourselves is in no config; where nobody knows the time yet it waits to be stated again."""
        state = self._brands.get(signal.brand) or BrandIncidents(signal.brand, partition=signal.source.partition)
        rules = self._rules_in_force(state)
        if rules is None or not (signal.at_ms or self._time_ms(state)):
            return []
        signal, now_ms = self._own_names.left_out(signal), max(self._time_ms(state), signal.at_ms)
        grouped = self._groups.concern(state)
        listening = vigilance.listened(state, signal) if grouped else state
        rules = self._groups.closely(rules, listening, signal.kind, self._brands, self._time_ms(state))
        rules = aftershock.closely(rules, listening, signal.kind, now_ms)
        step = brands.heard(listening, signal, rules, self._position.silences, self._position.clock)
        return self._groups.heard(step, state, self._brands, self._shared(), signal, rules) if grouped else [step]

    def _on_tick(self) -> list[Step]:
        """First the brands, then what they share, for its end follows from theirs."""
        waiting = [self._brands[name] for name in sorted(self._restless)]
        steps = [self._on_time(state) for state in waiting if not state.group]
        shared = self._shared()
        now = self._brands | {step.state.brand: step.state for step in steps} if shared else {}
        for state in shared:
            rules = self._rules_or_default(contagion.host_of(state))
            more = self._groups.advanced(state, now, rules, self._position.silences, self._time_ms(state))
            now |= {step.state.brand: step.state for step in more}
            steps += more
        return steps

    def _on_time(self, state: BrandIncidents) -> Step:
        rules, position = self._rules_in_force(state), self._position
        if rules is None:
            return brands.removed(state, self._rules_or_default(state.brand), position.clock)
        return brands.advanced(state, rules, position.silences, position.clock)

    def _on_verdict(self, command: Command) -> list[Step]:
        if command.incident:
            remembering = (s for s in self._brands.values() if of(s.cases, command.incident))
            states = self._concerned(command.incident, "") or list(remembering)
            return [step for state in states for step in self._judged(state, command)]
        state = self._brands.get(command.brand) or BrandIncidents(command.brand)
        rules = None if state.is_own or not command.brand else self._rules.of(command.brand)
        return [] if rules is None else [verdicts.judged_brand(state, command, rules, self._time_ms(state))]

    def _judged(self, state: BrandIncidents, command: Command) -> list[Step]:
        """A brand, or what several share, after a verdict; "false alarm" ends the closer watch on others of its group."""
        now_ms = self._time_ms(state)
        if state.group:
            steps = verdicts.judged_together(state, self._brands, command, self._rules_or_default, now_ms)
        else:
            steps = [verdicts.judged(state, command, self._rules_or_default(state.brand), now_ms)]
            others = {name: each for name, each in self._brands.items() if name != state.brand}
            steps += verdicts.judged_late_together(others, command, self._rules_or_default, now_ms)
        return [vigilance.hushed(step) for step in steps] if command.verdict == Verdict.FALSE else steps

    def _watch_on(self, partition: int) -> None:
        """Counts the time that brands have been watched; the brands of an automatic config are those that were ever loud."""
        watched, now_ms = self._position.watched, self._position.clock.now_ms
        if watched.at_ms and now_ms - watched.at_ms < STEP_MS:
            return
        if self._budgets is None:
            self._budgets = budgets(self._config, partition)
        loud = sum(not (state.is_own or state.group) for state in self._brands.values())
        heard = loud if self._config.brands == "auto" else 0
        watched = watched_on(watched, now_ms, heard or len(self._budgets))
        self._position = msgspec.structs.replace(self._position, watched=watched)

    def _time_ms(self, state: BrandIncidents) -> int:
        return state.time_ms(self._position.clock)

    def _on_silence(self, command: Command) -> list[Step]:
        concerned = self._concerned(command.incident, command.brand)
        now_ms = max([self._position.clock.now_ms, *(self._time_ms(state) for state in concerned)])
        silences, key = self._position.silences, key_of(command)
        silence = asked(command, now_ms)
        if command.action == "silence" and silence is not None:
            silences, what, comment = with_silence(silences, key, silence, now_ms), Story.SILENCED, silence.comment
        elif command.action == "unsilence" and key in silences:
            silences, what, comment = {k: s for k, s in silences.items() if k != key}, Story.UNSILENCED, command.comment
        else:
            return []
        self._position = msgspec.structs.replace(self._position, silences=silences)
        return [commands.noted(state, command.incident, what, now_ms, command.author, comment) for state in concerned]

    def _concerned(self, incident: str, brand: str) -> list[BrandIncidents]:
        if incident:
            return [s for name in sorted(self._restless) if (s := self._brands[name]).life_of(incident)]
        shared = [state for state in self._shared() if brand in contagion.burning(state)]
        return ([self._brands[brand]] if brand in self._brands else []) + shared

    def _shared(self) -> list[BrandIncidents]:
        """The incidents that brands share."""
        return [state for name in sorted(self._restless) if (state := self._brands[name]).group]

    def _keep(self, state: BrandIncidents) -> None:
        name, before = state.brand, self._brands.get(state.brand)
        if state.tracks or state.cases:
            self._brands[name] = state
        elif self._brands.pop(name, None) is None:
            return
        (self._restless.discard if state.idle else self._restless.add)(name)
        if state != before:
            self._changed.add(name)

    def _rules_in_force(self, state: BrandIncidents) -> Rules | None:
        """With what verdicts and what it has rung have taught; None: the config doesn't list the brand."""
        if state.group:
            return self._rules_or_default(contagion.host_of(state))
        rules = self._rules.default if state.is_own else self._rules.of(state.brand)
        return held_back(rules, state, self._time_ms(state)) if rules is not None else None

    def _rules_or_default(self, brand: str) -> Rules:
        return self._rules.of(brand) or self._rules.default
