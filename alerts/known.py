"""What people have been told of a brand's anger isn't told again as another kind of it.

- **What grows in a surge that people know** (`topic`) goes on as that surge, where every destination that would hear of it
  has.
- It isn't told anew when the surge has just ended, for its long windows remember it: not within `linger`, while what is said
  in a quarter of an hour is as usual.
- **Worse days** (`negativity`) are left out for a day after anger of which somebody was told: the day that they look back on
  is made of it.

What people ask, and who waits for an answer: `alerts.questions`.
"""

from collections.abc import Mapping

import msgspec

from alerts.route import destinations
from alerts.rules import Rules, ms, quarter_is_usual
from alerts.severity import severity_of
from alerts.track import Track
from schemas.enums import Kind
from schemas.signal import Signal, is_about_questions

DAY_MS = 24 * 3_600_000
"""The window of `detectors.slow_burn`."""
ANGER = (Kind.SURGE, Kind.TOPIC, Kind.CONTAGION)


def goes_on(signal: Signal, now: Mapping[Kind, Track], rules: Rules) -> Signal:
    """The level as that of the surge which people know, where it is about nothing else."""
    if signal.kind is not Kind.TOPIC or is_about_questions(signal.kind, signal.figures.unusual):
        return signal
    known = known_to(now, Kind.SURGE, rules)
    if known is None or not set(destinations(rules.alerts, signal.kind, severity_of(signal, rules))) <= known:
        return signal
    return msgspec.structs.replace(signal, kind=Kind.SURGE, figures=msgspec.structs.replace(signal.figures, unusual=None))


def is_told(signal: Signal, now: Mapping[Kind, Track], rules: Rules, now_ms: int) -> bool:
    """Whether people know what has made the days worse, or has grown in a surge that has ended."""
    life = now.get(signal.kind, Track()).life
    if life is not None and life.is_open:  # it was there first
        return False
    if signal.kind is Kind.NEGATIVITY:
        return any(now_ms - now[kind].told_ms < DAY_MS for kind in ANGER if kind in now)
    if signal.kind is not Kind.TOPIC or is_about_questions(signal.kind, signal.figures.unusual):
        return False
    ended = now_ms - now.get(Kind.SURGE, Track()).told_ms < ms(rules.alerts.linger)
    return ended and quarter_is_usual(signal.figures)


def known_to(now: Mapping[Kind, Track], kind: Kind, rules: Rules) -> set[str] | None:
    """The destinations that know of the burning incident of that kind, or will in a moment; None where none burns."""
    life = now.get(kind, Track()).life
    if life is None or not life.is_open:
        return None
    return {*life.firing, *(destinations(rules.alerts, kind, life.incident.severity) if life.untold else ())}
