"""What is known of one brand and kind: its alarms, and the incident that burns or lingers.

An alarm begins with a level that rings (`Rules.rings`) and ends after `calm_for` of calm, or when it isn't restated for
`NOT_RESTATED_MS` although it wasn't calm (watch restates every minute and says a last level when it falls below its floor:
one that stops without calm has lost its watcher). An incident opens when the alarm's evidence reaches the bar of
`alerts.recurrence`, and resolves with the alarm.

`now_ms` is the brand's log time. `watched_ms` is how far its own watcher has come: an alarm ends by that time alone, so that
a watcher that has stalled isn't taken for a crowd that has calmed down.
"""

import msgspec

from alerts import growth, recurrence
from alerts import life as lives
from alerts.agenda import Draft, put_off, rung, taken_back
from alerts.feedback import is_undoubted, teaches
from alerts.life import Life
from alerts.recurrence import Alarm, Bar
from alerts.rules import COUNTLESS, Rules, ms
from alerts.severity import severity_of
from schemas.enums import Kind, Severity, Transition
from schemas.incident import MERGED
from schemas.signal import Signal

MINUTE_MS = 60_000
NOT_RESTATED_MS = 5 * MINUTE_MS
STATED_ALONE = frozenset({Kind.SURGE, Kind.VOLUME, Kind.TOPIC, Kind.NEGATIVITY, Kind.INFLUENCER, Kind.SILENCE})
"""Kinds of which watch states one a brand: what is found beside the anger only when that is below the floor, and talk
without anger only when all of them are."""
BECOMES_SURGE = STATED_ALONE - {Kind.SURGE, Kind.VOLUME}
"""Kinds whose incidents go on as a surge where one has begun meanwhile; talk without anger has told nobody anything."""


class Track(msgspec.Struct, frozen=True):
    """Alarms and incident of one brand and kind."""

    alarms: list[Alarm] = []  # of the last 30 days, oldest first
    under_way: bool = False  # whether the last alarm still is
    bar: float = 0.0  # evidence from which it opens an incident …
    stated_ms: int = 0  # when watch stated the last level
    calm_since_ms: int = 0  # 0 = the last level wasn't calm
    ended_ms: int = 0
    judged: Severity | None = None  # a person said "false alarm" of this severity; a worse one opens again
    life: Life | None = None
    joined: str = ""  # the contagion that its alarms are part of: what they open and end is decided there
    doubles: int = 0  # … or twice so much of it (`recurrence.Bar`) …
    doubles_usual: float = 0.0  # … where so much is usual
    told_ms: int = 0  # when an incident last burned that somebody had been told of; to the minute

    @property
    def idle(self) -> bool:
        """Whether time alone changes nothing any more."""
        return not self.under_way and self.life is None


Drafted = tuple[Track, list[Draft]]


def heard(track: Track, signal: Signal, rules: Rules, now_ms: int) -> Track:
    """The track after a level; alerts that follow from it are drafted by `advanced`."""
    rings = rules.rings(signal)
    if not track.under_way and rings:
        track = _alarmed(track, signal.kind, rules, now_ms)
    if not track.under_way:
        return track
    calm_since_ms = (track.calm_since_ms or signal.at_ms) if rules.calm(signal) else 0
    size = growth.size_of(signal.kind, signal.figures)
    undoubted = is_undoubted(signal, rules) or bool(track.joined) or not _has_habits(signal.kind)
    alarms = recurrence.heard(track.alarms, signal.evidence, signal.false_alarms_per_month, size, undoubted=undoubted)
    track = msgspec.structs.replace(track, alarms=alarms, stated_ms=signal.at_ms, calm_since_ms=calm_since_ms)
    severity = severity_of(signal, rules)
    if track.joined:
        return track
    if track.life is not None and track.life.is_open:
        return msgspec.structs.replace(track, life=lives.restated(track.life, signal, severity, rules, now_ms))
    if opens(track, signal, severity, rules):
        return msgspec.structs.replace(track, life=_burning(track.life, signal, severity, rules, now_ms), judged=None)
    return track


def _has_habits(kind: Kind) -> bool:
    """Whether its size is a number of mentions, and it pages somebody."""
    return teaches(kind) and kind not in COUNTLESS


def opens(track: Track, signal: Signal, severity: Severity, rules: Rules) -> bool:
    """Whether a level is enough to open an incident, or to open it again."""
    bar = Bar(track.bar, growth.Size(track.doubles, track.doubles_usual))
    passed = bar.is_passed(signal.evidence, growth.size_of(signal.kind, signal.figures), rules.floors.mentions)
    return rules.rings(signal) and passed and _worse_than_judged(track, severity)


def given_way(track: Track, at_ms: int) -> Track:
    """The track of one kind of `STATED_ALONE` after a level of another: calm from then on, until it is stated again."""
    if not track.under_way or track.calm_since_ms:
        return track
    return msgspec.structs.replace(track, calm_since_ms=at_ms)


def advanced(track: Track, rules: Rules, silenced: bool, now_ms: int, watched_ms: int, heir: str = "") -> Drafted:
    """The track after time has passed, with the alerts that are due; `heir`: the incident as which a calm one goes on."""
    if track.under_way and (why := _over_why(track, rules, watched_ms)):
        why = f"{MERGED}{heir}" if heir and why == "calm" else why
        track = msgspec.structs.replace(track, under_way=False, calm_since_ms=0, ended_ms=now_ms)
        return closed(track, why, rules, now_ms)
    if track.life is None:
        return track, []
    if track.life.is_open:
        life = put_off(track.life, now_ms) if is_calm(track) else track.life
        life, drafts = rung(lives.ack_expired(life, now_ms), rules, silenced, now_ms)
        told_ms = now_ms - now_ms % MINUTE_MS if life.firing else track.told_ms
        return msgspec.structs.replace(track, life=life, told_ms=told_ms), drafts
    if not track.under_way and not lives.same_episode(track.life, now_ms, rules):
        return msgspec.structs.replace(track, life=None), []
    return track, []


def is_calm(track: Track) -> bool:
    """Whether nothing rings just now: soon it is over, or it rings on."""
    return not track.under_way or track.calm_since_ms > 0


def closed(track: Track, why: str, rules: Rules, now_ms: int) -> Drafted:
    """The track with its incident resolved, if one burns, and the alerts that say so."""
    if track.life is None or not track.life.is_open:
        return track, []
    life, drafts = taken_back(lives.resolved(track.life, why, now_ms), Transition.RESOLVED, rules)
    return msgspec.structs.replace(track, life=life), drafts


def called_false(track: Track, life: Life, rules: Rules, now_ms: int) -> Drafted:
    """The track after a verdict "false alarm": its incident closed, to open again in this alarm only if it gets worse."""
    track, drafts = closed(msgspec.structs.replace(track, life=life), "false_alarm", rules, now_ms)
    return msgspec.structs.replace(track, judged=life.incident.peak_severity, told_ms=0), drafts


def _alarmed(track: Track, kind: Kind, rules: Rules, now_ms: int) -> Track:
    """A new alarm, or the last one going on when the calm between was short. Nobody gets used to our own faults."""
    if track.alarms and now_ms - track.ended_ms <= ms(rules.alerts.linger):
        return msgspec.structs.replace(track, under_way=True)
    bar = Bar() if kind is Kind.SYSTEM else recurrence.bar(track.alarms, now_ms, rules.budget_per_month, rules.real_ms)
    return msgspec.structs.replace(
        track,
        under_way=True,
        bar=bar.evidence,
        doubles=bar.doubles.amount,
        doubles_usual=bar.doubles.usual,
        alarms=recurrence.begun(track.alarms, now_ms, rules.budget_per_month),
        judged=None,
    )


def _over_why(track: Track, rules: Rules, watched_ms: int) -> str:
    if track.calm_since_ms:
        return "calm" if watched_ms - track.calm_since_ms >= ms(rules.alerts.calm_for) else ""
    return "not_restated" if watched_ms - track.stated_ms > NOT_RESTATED_MS else ""


def _worse_than_judged(track: Track, severity: Severity) -> bool:
    return track.judged is None or severity.rank > track.judged.rank


def _burning(life: Life | None, signal: Signal, severity: Severity, rules: Rules, now_ms: int) -> Life:
    if life is not None and lives.same_episode(life, now_ms, rules):
        return lives.reopened(life, signal, severity, rules, now_ms)
    return lives.opened(signal, severity, rules, now_ms)
