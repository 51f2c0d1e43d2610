"""A backtest in sentences. Pure."""

from collections import defaultdict
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from schemas.enums import Kind, Refusal
from streams.backtest.rings import Ring, untold
from streams.backtest.run import Backtest
from streams.backtest.size import size

MANY_LATE, MANY_REFUSED = 0.01, 0.1  # parts of a file
MANY = 6  # rings named one by one; beyond, the first ones and a number
DAY_MS = 86_400_000
TIMES = {1: "once", 2: "twice"}


def sentences(run: Backtest, zone: str, auto: bool = False) -> list[str]:
    """What would have rung, brand by brand; what was calm; what other budgets would have changed; what was refused.

    `auto`: the brands are those that the mentions name.
    """
    if not run.brands:
        return [*_refused(run), _nothing(run, auto)]
    days = max(1, round((run.last_ms - run.first_ms) / DAY_MS))
    by_brand: dict[str, list[Ring]] = defaultdict(list)
    for ring in run.rings:
        by_brand[ring.brand].append(ring)
    out = _refused(run)
    stretch = "this day" if days == 1 else f"these {days} days"
    for brand, rung in sorted(by_brand.items()):
        said = _list([told(ring, zone) for ring in rung])
        out.append(f"In {stretch} {brand} would have rung {_times(len(rung))}: {said}.")
    calm = len(run.brands) - len(by_brand)
    if not by_brand:
        out.append(f"In {stretch} nothing would have rung, for {_count(calm, 'brand')}.")
    elif calm:
        out.append(f"No alarm for the other {_count(calm, 'brand')}.")
    volume = sorted((i for i in run.incidents.values() if i.kind is Kind.VOLUME), key=lambda i: i.opened_ms)
    if volume:
        said = _list([f"{i.brand} {told(untold(i), zone)}" for i in volume])
        out.append(f"Much talk that pages nobody (praise, or copies of one text): {said}.")
    names = {0.5: "At half the budget", 2.0: "At double the budget"}
    out.extend(
        f"{names[times]}: {_difference(run.rings, other, zone)}." for times, other in sorted(run.other_budgets.items())
    )
    return out


def _refused(run: Backtest) -> list[str]:
    refused = sum(run.refused.values())
    parts = []
    if refused:
        reasons = ", ".join(f"{reason.value} {n:,}" for reason, n in run.refused.most_common())
        line, _, detail = run.refusals[0]
        parts.append(f"{_count(refused, 'line')} refused ({reasons}); the first is line {line + 1}: {detail}")
    if run.duplicates:
        parts.append(f"{_count(run.duplicates, 'repeat')} left out.")
    if run.late:
        parts.append(f"{_count(run.late, 'mention')} came too late to count.")
    if run.refused[Refusal.FUTURE] or run.late > MANY_LATE * run.mentions:
        parts.append("Is the file in the order of `observed_at`? Out of it nothing that follows can be believed: sort it.")
    if refused > MANY_REFUSED * (run.mentions + refused):
        parts.append("That is much of the file: what follows says little until it is mended.")
    return parts


def _nothing(run: Backtest, auto: bool) -> str:
    if run.mentions and auto:
        return (
            "No mention names a `brand`, and with `brands: auto` nothing else tells whom it is about: nothing could ring. "
            "Give each line a `brand`, or list the brands with their names in the config."
        )
    if run.mentions:
        return "No mention of a watched brand: nothing could ring. Check the brands' names in the config."
    if run.refused:
        return "Nothing could ring."
    return "There is nothing in it: no line at all."


def difference(rung: list[Ring], other: list[Ring]) -> tuple[list[Ring], list[Ring]]:
    """Which of `other` are more, and which of `rung` are missing there.

    The same story may have opened at another minute, so brands and times are matched.
    """
    more = [i for i in other if not any(i.is_like(r) for r in rung)]
    fewer = [r for r in rung if not any(r.is_like(i) for i in other)]
    return more, fewer


def _difference(rung: list[Ring], other: list[Ring], zone: str) -> str:
    parts = [
        f"{len(found)} {word} ({_list([f'{ring.brand} {told(ring, zone)}' for ring in found])})"
        for found, word in zip(difference(rung, other), ("more", "fewer"), strict=True)
        if found
    ]
    return ", ".join(parts) or "the same"


def _list(said: list[str]) -> str:
    rest = max(0, len(said) - MANY)
    return ", ".join(said[:MANY]) + (f" and {rest} more" if rest else "")


def told(ring: Ring, zone: str) -> str:
    """What rang, in a few words: when, how much and how bad, with whom it is shared, and as what it went on."""
    incident, said = ring.incident, list[str]()
    if ring.is_lead:
        said = [size(incident), incident.peak_severity.value]
    if others := [name for part in ring.parts if part.members for name in part.brands if name != ring.brand]:
        said.append(f"one crisis with that of {', '.join(others)}")
    said += [f"went on as {part.kind.value}, {part.peak_severity.value}" for part in ring.parts[1:]]
    return f"{_time(ring.told_ms, zone)} ({', '.join(said)})"


def _time(ms: int, zone: str) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(ZoneInfo(zone)).strftime("%a %d %b %H:%M")


def _times(count: int) -> str:
    return TIMES.get(count, f"{count} times")


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
