"""The curves of a backtest, for drawing: bounded however long the files are, and every peak is kept. Pure.

Time is cut into slots of one width for all brands, a minute at first. When a brand has more than `MOST_SLOTS` of them, or
all brands together more than `MOST_KEPT`, the width doubles and neighbours become one. A slot keeps the largest counts
and the least rate of false alarms of its minutes.
"""

from collections.abc import Sequence
from math import inf, log10
from typing import NamedTuple

from schemas.enums import Kind
from schemas.series import Point
from schemas.signal import Signal
from streams.pipeline import Step

MINUTE_MS = 60_000
QUARTER_S = 900  # counts are of the last 15 minutes
MOST_SLOTS = 1_500
MOST_KEPT = 200_000
RAREST, CALMEST = -3.1, 3.0  # log10 of false alarms a month, once in 100 years and calm: the edges of what is drawn


class Slot(NamedTuple):
    """One brand over one slot of time; counts are over 15 minutes. The share is that of the moment with most negatives."""

    mentions: int = 0
    mentions_expected: float = 0.0
    negative: int = 0
    negative_expected: float = 0.0
    share: float = 0.0
    share_expected: float = 0.0
    per_month: float = inf  # false alarms a month at this much evidence


def joined(one: Slot, other: Slot) -> Slot:
    """Both as one: the largest of each count, the share where most was negative, the rarest evidence.

    >>> joined(Slot(mentions=3, per_month=2.0), Slot(mentions=9, negative=1, share=0.1)).mentions
    9
    """
    loud = other if (other.negative, other.mentions) > (one.negative, one.mentions) else one
    return Slot(
        max(one.mentions, other.mentions),
        max(one.mentions_expected, other.mentions_expected),
        loud.negative,
        max(one.negative_expected, other.negative_expected),
        loud.share,
        loud.share_expected,
        min(one.per_month, other.per_month),
    )


class Curves:
    """Every brand's slots so far; `take` each step of a backtest."""

    def __init__(self, most_slots: int = MOST_SLOTS, most_kept: int = MOST_KEPT) -> None:
        self.width_ms = MINUTE_MS
        self._most_slots = most_slots
        self._most_kept = most_kept
        self._kept = 0
        self._brands: dict[str, dict[int, Slot]] = {}

    def take(self, step: Step) -> None:
        """Adds what a step says of each brand: its points, and the evidence of what may ring."""
        for point in step.points:
            self._add(point.brand, point.at_ms, _of_point(point))
        for record in step.signals:
            if isinstance(record, Signal) and record.kind is not Kind.VOLUME:
                self._add(record.brand, record.at_ms, _of_signal(record))

    def _add(self, brand: str, at_ms: int, slot: Slot) -> None:
        slots = self._brands.setdefault(brand, {})
        number = at_ms // self.width_ms
        known = slots.get(number)
        slots[number] = joined(known, slot) if known else slot
        self._kept += known is None
        while self._too_many(brand) and self._kept > len(self._brands):
            self._widen()

    def _too_many(self, brand: str) -> bool:
        return self._kept > self._most_kept or len(self._brands[brand]) > self._most_slots

    def _widen(self) -> None:
        self._kept = 0
        self.width_ms *= 2
        for brand, slots in self._brands.items():
            wider: dict[int, Slot] = {}
            for number, slot in slots.items():
                known = wider.get(number // 2)
                wider[number // 2] = joined(known, slot) if known else slot
            self._brands[brand] = wider
            self._kept += len(wider)

    def of(self, brand: str) -> list[tuple[int, Slot]]:
        """The brand's slots in order of time, by number (time = number times `width_ms`).

        Where nobody said anything there are no points: the counts are down at zero there.
        """
        slots = sorted(self._brands.get(brand, {}).items())
        apart = QUARTER_S * 1000 // self.width_ms + 1
        out: list[tuple[int, Slot]] = []
        for number, slot in slots:
            if out and number - out[-1][0] > apart + 1:
                last, before = out[-1]
                out.append((last + apart, _silent(before)))
                if number - 1 > last + apart:
                    out.append((number - 1, _silent(slot)))
            out.append((number, slot))
        return out


def _of_point(point: Point) -> Slot:
    usual = point.negative_expected / point.mentions_expected if point.mentions_expected else 0.0
    return Slot(
        point.mentions,
        point.mentions_expected,
        point.negative,
        point.negative_expected,
        point.negative / point.mentions if point.mentions else 0.0,
        usual,
        point.false_alarms_per_month,
    )


def _of_signal(signal: Signal) -> Slot:
    """Its last 15 minutes, whatever window its figures are of."""
    shown = signal.figures
    mentions, negative = shown.windows.get(QUARTER_S, (0, 0))
    part = QUARTER_S / shown.window_s
    return Slot(
        mentions,
        shown.mentions_expected * part,
        negative,
        shown.negative_expected * part,
        negative / mentions if mentions else 0.0,
        shown.negative_share_expected,
        signal.false_alarms_per_month,
    )


def _silent(near: Slot) -> Slot:
    return Slot(mentions_expected=near.mentions_expected, negative_expected=near.negative_expected)


def columns(slots: Sequence[tuple[int, Slot]], first: int) -> dict[str, list[float | None]]:
    """The slots as short columns of numbers, for a page: counts, shares in percent, and log10 of the rate.

    None stands where nothing is known: no expectation yet, no share of nothing.
    """
    return {
        "at": [number - first for number, _ in slots],
        "mentions": [s.mentions for _, s in slots],
        "mentions_usual": [_short(s.mentions_expected) for _, s in slots],
        "negative": [s.negative for _, s in slots],
        "negative_usual": [_short(s.negative_expected) if s.mentions_expected else None for _, s in slots],
        "share": [round(100 * s.share) if s.mentions else None for _, s in slots],
        "share_usual": [round(100 * s.share_expected) if s.share_expected else None for _, s in slots],
        "rate": [_log(s.per_month) for _, s in slots],
    }


def _short(value: float) -> float | None:
    return round(value, 1) if value else None


def _log(per_month: float) -> float:
    if per_month <= 0:
        return RAREST
    return round(min(max(log10(per_month), RAREST), CALMEST), 2)
