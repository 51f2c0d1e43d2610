"""Tables of crises found and of false alarms, out of outcomes. Pure."""

from collections.abc import Mapping, Sequence
from statistics import median

from benchmarks.detection.measure import NEGATIVES, ORACLE, ORACLE_NATS, STEPS, VOLUME, Key, Outcomes
from benchmarks.detection.report import Table
from benchmarks.detection.river_rules import RIVER_RULES
from benchmarks.detection.rules import RULES
from benchmarks.detection.tally import (
    SIZE_GROUPS,
    Found,
    Outcome,
    Rate,
    Share,
    causes,
    false_alarms,
    found,
    median_delay,
    size_group,
)

ONE_A_MONTH = 1.0
SMALL_NEGATIVES_PER_H = 10.0


def of(measured: Sequence[Outcomes], key: Key) -> list[Outcome]:
    """One detector's outcomes on all brands."""
    return [outcomes[key] for outcomes in measured]


def in_hindsight(measured: Sequence[Outcomes], detector: str, thresholds: Sequence[float], budget: float) -> Key | None:
    """The lowest threshold with no more than so many false alarms a month on these very brands; None if none has."""
    for threshold in sorted(thresholds):
        key = Key(detector, threshold)
        if false_alarms(of(measured, key)).per_month <= budget:
            return key
    return None


def oracle(measured: Sequence[Outcomes], budget: float) -> list[Outcome]:
    """The oracle's outcomes, with the threshold of each group of sizes chosen in hindsight."""
    chosen = []
    for group in SIZE_GROUPS:
        own = [m for m in measured if size_group(next(iter(m.values())).size_per_min) == group]
        key = in_hindsight(own, ORACLE, ORACLE_NATS, budget) if own else None
        chosen += of(own, key or Key(ORACLE, max(ORACLE_NATS))) if own else []
    return chosen


def shares(outcomes: Sequence[Outcome]) -> list[Share]:
    """What was found: all; of 5x and more; 2–3x where ≥ 10 negatives come an hour, within 15 min of twice the volume;
    all of brands with ≥ 10 mentions a minute within 15 min; of 0.3–10 within 60; of smaller ones within 60, and at all.
    """
    return [
        found(outcomes),
        found(outcomes, lambda _, f: f.size >= 5),
        found(outcomes, lambda o, f: f.size <= 3 and o.negatives_per_h >= SMALL_NEGATIVES_PER_H, 15),
        found(outcomes, lambda o, _: o.size_per_min >= 10, 15),
        found(outcomes, lambda o, _: 0.3 <= o.size_per_min < 10, 60),
        found(outcomes, _is_tiny, 60),
        found(outcomes, _is_tiny),
    ]


def _is_tiny(outcome: Outcome, _: Found) -> bool:
    return outcome.size_per_min < 0.3


CRISES_COLUMNS = (
    "detector",
    "threshold",
    "false alarms a brand-month",
    "found",
    "of ≥ 5x",
    "2–3x, ≥ 10 negatives/h: ≤ 15 min",
    "≥ 10/min: ≤ 15 min",
    "0.3–10/min: ≤ 60 min",
    "< 0.3/min: ≤ 60 min",
    "< 0.3/min: ever",
    "median min after 2x",
)


def crises_table(title: str, measured: Sequence[Outcomes], budgets: Sequence[float]) -> Table:
    """rebato, the oracle and everybody else on the same brands."""
    rows = [_row("**rebato**", f"budget {b:g}", of(measured, Key("rebato", b))) for b in budgets]
    told = oracle(measured, ONE_A_MONTH)
    rows.append(_row("oracle", "1 a month in hindsight", told))
    rows.append(_of_oracle(of(measured, Key("rebato", ONE_A_MONTH)), told))
    for what in (NEGATIVES, VOLUME):
        for name, rule in RULES.items():
            tried = [rule.threshold * step for step in STEPS]
            rows += _both(measured, f"{name}, {what}", rule.threshold, tried)
        for name, river in RIVER_RULES.items():
            rows += _both(measured, f"{name}, {what}", river.threshold, river.tried)
    months = false_alarms(told).months
    running = was_open(of(measured, Key("rebato", ONE_A_MONTH)))
    note = (
        f"{len(measured)} brands, {months:.0f} brand-months without a crisis. Minutes count from twice the volume. "
        f"An alarm that is open when a crisis starts doesn't find it: at budget {ONE_A_MONTH:g} rebato misses {running} so."
    )
    return Table(title, CRISES_COLUMNS, rows, note)


def _both(measured: Sequence[Outcomes], name: str, own: float | None, tried: Sequence[float]) -> list[tuple[str, ...]]:
    rows = [] if own is None else [_row(name, f"{own:g}, its own", of(measured, Key(name, own)))]
    key = in_hindsight(measured, name, tried, ONE_A_MONTH)
    if key is None:
        rows.append((name, "none rings once a month or less", *[""] * (len(CRISES_COLUMNS) - 2)))
    elif key.at != own:
        rows.append(_row(name, f"{key.at:.4g}, 1 a month in hindsight", of(measured, key)))
    return rows


def _row(name: str, threshold: str, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    delay = median_delay(outcomes)
    cells = [str(share) for share in shares(outcomes)]
    shown = "" if delay is None else f"{delay:+.0f}"
    return (name, threshold, f"{false_alarms(outcomes).per_month:.2f}", *cells, shown)


def _of_oracle(ours: Sequence[Outcome], told: Sequence[Outcome]) -> tuple[str, ...]:
    """rebato's finds as a share of the oracle's."""
    pairs = zip(shares(ours), shares(told), strict=True)
    cells = [f"{100 * own.hits / best.hits:.0f} %" if best.hits else "" for own, best in pairs]
    return ("rebato, of the oracle's", "budget 1", "", *cells, "")


def worlds_table(measured: Mapping[str, Sequence[Outcomes]], budget: float) -> Table:
    """False alarms and finds of rebato in each world."""
    rows = []
    for world, outcomes in measured.items():
        ours = of(outcomes, Key("rebato", budget))
        rate = false_alarms(ours)
        why = ", ".join(f"{n} {cause}" for cause, n in causes(ours).most_common(3))
        all_found, large = found(ours), found(ours, lambda _, f: f.size >= 5)
        running = was_open(ours)
        rows.append((world, *rate_cells(rate), why, str(all_found), str(large), str(running or "")))
    columns = (
        "world", "false alarms a brand-month", "95 %", "brand-months", "what they fell into", "found", "of ≥ 5x",
        "not found: open already",
    )  # fmt: skip
    return Table(f"False alarms in other worlds, budget {budget:g} a brand-month", columns, rows)


def was_open(outcomes: Sequence[Outcome]) -> int:
    """Crises that weren't found because an alarm was open when they began."""
    return sum(f.was_open and f.delay_min is None for o in outcomes for f in o.crises)


def rate_cells(rate: Rate) -> tuple[str, str, str]:
    """Rate, its interval, and out of how much."""
    low, high = rate.interval()
    return f"{rate.per_month:.2f}", f"{low:.2f}–{high:.2f}", f"{rate.months:.1f}"


def honesty_table(measured: Sequence[Outcomes], budgets: Sequence[float]) -> Table:
    """False alarms over those that were asked for."""
    rows = []
    for budget in budgets:
        ours = of(measured, Key("rebato", budget))
        for group in (*SIZE_GROUPS, "all"):
            rate = false_alarms([o for o in ours if group in (size_group(o.size_per_min), "all")])
            low, high = rate.interval()
            cells = (f"{rate.per_month / budget:.2f}", f"{low / budget:.2f}–{high / budget:.2f}")
            rows.append((f"{budget:g}", group, *cells, str(rate.alarms), f"{rate.months:.0f}"))
    columns = ("budget a brand-month", "mentions a minute", "achieved / asked", "95 %", "false alarms", "brand-months")
    return Table("Is the budget kept? Brands without crises", columns, rows)


def slow_table(measured: Sequence[Outcomes], budgets: Sequence[float]) -> Table:
    """Slow burns: twice the usual volume after 48 h."""
    rows = []
    for budget in budgets:
        ours = of(measured, Key("rebato", budget))
        for group in (*SIZE_GROUPS, "all"):
            own = [o for o in ours if group in (size_group(o.size_per_min), "all")]
            if own:
                rows.append(("**rebato**", f"budget {budget:g}", group, *_slow_cells(own)))
    rows.append(("oracle", "1 a month in hindsight", "all", *_slow_cells(oracle(measured, ONE_A_MONTH))))
    columns = (
        "detector", "threshold", "mentions a minute", "found", "≤ 8 h of onset", "≤ 12 h", "≤ 24 h", "≤ 48 h",
        "median h after onset", "twice the volume: ≤ 8 h", "≤ 12 h",
    )  # fmt: skip
    return Table("Slow burn: anger grows to once the usual volume in 48 h", columns, rows)


def _slow_cells(outcomes: Sequence[Outcome]) -> list[str]:
    every = [f for o in outcomes for f in o.crises]
    after_h = sorted((f.delay_min + f.doubled) / 60 for f in every if f.delay_min is not None)
    counts = [sum(h <= limit for h in after_h) for limit in (8, 12, 24, 48)]
    cells = [str(Share(hits, len(every))) for hits in (len(after_h), *counts)]
    late = [str(found(outcomes, within_min=limit * 60)) for limit in (8, 12)]
    return [*cells, f"{median(after_h):.0f}" if after_h else "", *late]
