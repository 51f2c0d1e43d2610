"""What `rebato tune` proposes, as sentences for people and as JSON for scripts. Pure."""

import re
from collections.abc import Sequence
from math import floor
from typing import Any

from schemas.config.model import LEVELS, Sensitivity
from schemas.errors import UsageError
from streams.backtest.report import rfc3339
from streams.backtest.rings import Ring
from streams.backtest.run import Backtest
from streams.backtest.tune import ALL, DAY_MS, LEAST_MS, Advice, Finding, judged
from streams.backtest.words import told

_BUDGET = re.compile(r"(\d+(?:\.\d+)?)\s*(?:per|a|/)\s*(?:brand-)?(month|week|year)")
MOST = 12  # incidents named for each brand; --json has all


def read_budget(written: str) -> Sensitivity:
    """What was asked, as people write it. Raises `UsageError`.

    >>> read_budget("1 per brand-month").per_month, read_budget("2.5 a week").per, read_budget("quiet").false_alarms
    (1.0, 'brand-week', 0.25)
    """
    if written.strip() in LEVELS:
        return Sensitivity(false_alarms=LEVELS[written.strip()])
    found = _BUDGET.fullmatch(written.strip())
    if not found or not 0 < float(found[1]) <= 1000:
        remedy = 'Write it as "1 per brand-month" (or brand-week, brand-year; more than 0, at most 1000), or as a level: '
        raise UsageError(f"--budget {written}: isn't a number of false alarms in a time. {remedy}{', '.join(LEVELS)}.")
    return Sensitivity.model_validate({"false_alarms": float(found[1]), "per": f"brand-{found[2]}"})


def written(value: Sensitivity) -> str:
    """A sensitivity in words.

    >>> written(Sensitivity(false_alarms=0.25))
    '0.25 a month'
    """
    return f"{value.false_alarms:g} a {value.per.removeprefix('brand-')}"


def sentences(found: Sequence[Advice], run: Backtest, zone: str) -> list[str]:
    """Brand by brand: how it stands, what is proposed, and what that would change, by name and time."""
    days = floor((run.last_ms - run.first_ms) / DAY_MS * 10) / 10  # 6.99 days are no week
    out = [f"Files of {days:.1f} days."]
    if any(advice.finding is Finding.TOO_SHORT for advice in found):
        least = LEAST_MS // DAY_MS
        out.append(
            f"That is too short to say anything: a brand's normal is learned for a week. Give files of {least} days or more."
        )
        return out
    for advice in found:
        out.append(f"{advice.brand or 'All brands together'}: {_standing(advice)} {_proposal(advice)}")
        out += [f"    counted: {_named(ring, advice.brand, zone)}" for ring in advice.counted[:MOST]]
        for verb, rung in (("would ring too", advice.appear), ("would no longer ring", advice.disappear)):
            out += [f"    {verb}: {_named(ring, advice.brand, zone)}" for ring in rung[:MOST]]
            if len(rung) > MOST:
                out.append(f"    {verb}: {len(rung) - MOST:,} more")
    return out


def _standing(advice: Advice) -> str:
    if advice.finding is Finding.UNHEARD:
        return "no mention in these files, so nothing can be said."
    alarms = f"{advice.alarms_asked} alarm{'' if advice.alarms_asked == 1 else 's'}"
    besides = f" besides {advice.real} real" if advice.real else ""
    standing = f"{alarms}{besides} at {written(advice.asked)}, {advice.allowed:.1f} allowed"
    if advice.finding is Finding.TOO_MANY:
        return f"{standing}: more than chance explains."
    if advice.finding is Finding.TOO_FEW:
        return f"{standing}: fewer than chance explains."
    if advice.alarms_asked > advice.allowed:
        return f"{standing}: no more than chance explains, so it fits."
    return f"{standing}: fits."


def _proposal(advice: Advice) -> str:
    unmoved = (
        advice.finding in (Finding.TOO_MANY, Finding.TOO_FEW)
        and advice.proposed in (advice.asked, advice.now)
        and judged(advice.alarms_proposed, advice.allowed) is advice.finding
    )
    closest = f" No setting from a quarter to four times of {written(advice.asked)} comes closer." if unmoved else ""
    if advice.finding is Finding.TOO_MANY and unmoved:
        closest += " If some of them were real, name them: --real ID."
    if not advice.changes:
        return f"Stays at {written(advice.now)}.{closest}"
    change = f"{written(advice.now)} → {written(advice.proposed)}"
    return f"Proposed: {change} ({advice.alarms_proposed} alarm{'' if advice.alarms_proposed == 1 else 's'}).{closest}"


def _named(ring: Ring, brand: str, zone: str) -> str:
    name = f"{ring.brand}, " if brand == ALL else ""
    return f"{name}{told(ring, zone)}, {ring.incident.id}"


def as_json(found: Sequence[Advice], run: Backtest, config_hash: str, files: list[str], saved: str | None) -> dict[str, Any]:
    """For scripts; rates as they are written in the config. `saved`: the config file that was changed."""
    return {
        "config_hash": config_hash,
        "input": {
            "files": files,
            "mentions": run.mentions,
            "first": rfc3339(run.first_ms),
            "last": rfc3339(run.last_ms),
        },
        "advice": [_advice(advice) for advice in found],
        "changes": sum(advice.changes for advice in found),
        "written": saved,
    }


def _advice(advice: Advice) -> dict[str, Any]:
    return {
        "brand": advice.brand or None,
        "finding": advice.finding.value,
        "now": advice.now.model_dump(),
        "asked": advice.asked.model_dump(),
        "proposed": advice.proposed.model_dump(),
        "changes": advice.changes,
        "brand_months": round(advice.months, 3),
        "allowed": round(advice.allowed, 2),
        "alarms": advice.alarms_asked,
        "alarms_proposed": advice.alarms_proposed,
        "real": advice.real,
        "appear": [_ring(ring) for ring in advice.appear],
        "disappear": [_ring(ring) for ring in advice.disappear],
    }


def _ring(ring: Ring) -> dict[str, Any]:
    incident = ring.incident
    return {
        "id": incident.id,
        "brand": ring.brand,
        "kind": incident.kind.value,
        "opened_at": rfc3339(incident.opened_ms),
        "told_at": rfc3339(ring.told_ms),
        "peak_severity": incident.peak_severity.value,
    }
