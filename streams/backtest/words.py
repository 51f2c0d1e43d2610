"""A backtest in sentences. Pure."""

from collections import defaultdict
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from alerts.vigilance import SPREADS
from schemas.enums import Kind, Refusal
from schemas.incident import Incident
from streams.backtest.run import Backtest, brands_of

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
    by_brand: dict[str, list[Incident]] = defaultdict(list)
    for incident in sorted(run.rung, key=lambda i: i.opened_ms):
        for brand in brands_of(incident):
            by_brand[brand].append(incident)
    out = _refused(run)
    stretch = "this day" if days == 1 else f"these {days} days"
    for brand, rung in sorted(by_brand.items()):
        said = _list([_shared(run, i, brand, zone) if i.members else told(i, zone) for i in rung])
        out.append(f"In {stretch} {brand} would have rung {_times(len(rung))}: {said}.")
    calm = len(run.brands) - len(by_brand)
    if not by_brand:
        out.append(f"In {stretch} nothing would have rung, for {_count(calm, 'brand')}.")
    elif calm:
        out.append(f"No alarm for the other {_count(calm, 'brand')}.")
    volume = sorted((i for i in run.incidents.values() if i.kind is Kind.VOLUME), key=lambda i: i.opened_ms)
    if volume:
        said = _list([f"{i.brand} {told(i, zone)}" for i in volume])
        out.append(f"Much talk that pages nobody (praise, or copies of one text): {said}.")
    names = {0.5: "At half the budget", 2.0: "At double the budget"}
    out.extend(
        f"{names[times]}: {_difference(run.rung, other, zone)}." for times, other in sorted(run.other_budgets.items())
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


def difference(rung: list[Incident], other: list[Incident]) -> tuple[list[Incident], list[Incident]]:
    """Which of `other` are more, and which of `rung` are missing there.

    The same story may have opened at another minute, so brands and times are matched.
    """
    more = [i for i in other if not any(same_story(i, r) for r in rung)]
    fewer = [r for r in rung if not any(same_story(i, r) for i in other)]
    return more, fewer


def _difference(rung: list[Incident], other: list[Incident], zone: str) -> str:
    more, fewer = (sorted(found, key=lambda i: i.opened_ms) for found in difference(rung, other))
    parts = [
        f"{len(found)} {word} ({_list([f'{i.brand} {told(i, zone)}' for i in found])})"
        for found, word in ((more, "more"), (fewer, "fewer"))
        if found
    ]
    return ", ".join(parts) or "the same"


def same_story(one: Incident, other: Incident) -> bool:
    """They overlap in time, for one brand and kind; what has spread began as a surge."""
    end, other_end = (i.resolved_ms or 1 << 60 for i in (one, other))
    kinds = {SPREADS if each.kind is Kind.CONTAGION else each.kind for each in (one, other)}
    brands = [set(each.brands or [each.brand]) for each in (one, other)]
    return len(kinds) == 1 and bool(brands[0] & brands[1]) and one.opened_ms <= other_end and other.opened_ms <= end


def _list(said: list[str]) -> str:
    rest = max(0, len(said) - MANY)
    return ", ".join(said[:MANY]) + (f" and {rest} more" if rest else "")


def told(incident: Incident, zone: str, more: str = "") -> str:
    """An incident in a few words: when it opened, how much, how bad."""
    ratio = max(incident.peak_figures.ratio, 0)
    return f"{_time(incident.opened_ms, zone)} ({ratio:.1f}x, {incident.peak_severity.value}{more})"


def _shared(run: Backtest, incident: Incident, brand: str, zone: str) -> str:
    """What a brand has of an incident that several share; the figures are of the first."""
    said = f"one crisis with that of {', '.join(name for name in incident.brands if name != brand)}"
    own = run.part_of(incident, brand)
    return told(own, zone, f", {said}") if own is incident else f"{_time(own.opened_ms, zone)} ({said})"


def _time(ms: int, zone: str) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(ZoneInfo(zone)).strftime("%a %d %b %H:%M")


def _times(count: int) -> str:
    return TIMES.get(count, f"{count} times")


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
