"""How many incidents a brand-month a backtest found, beside the budget. Pure.

A brand's time counts from its first mention on.

Nobody has judged the others, so true crises count too: the rate is at least that of false alarms. Live, verdicts tell them
apart (`alerts.achieved`), and old incidents fade; here all of the files counts alike.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from alerts.achieved import MONTH_MS
from alerts.feedback import teaches
from schemas.config.base import merged
from schemas.config.model import Config
from streams.backtest.chance import interval, is_wide
from streams.backtest.rings import Ring
from streams.backtest.run import Backtest


@dataclass(frozen=True, slots=True)
class Achieved:
    """Incidents that somebody was told of and that count against the budget, over the time that brands were watched."""

    incidents: int
    brand_months: float
    budget_per_brand_month: float
    """The mean of the brands."""

    @property
    def per_brand_month(self) -> float:
        """The rate found."""
        return self.incidents / self.brand_months

    @property
    def interval(self) -> tuple[float, float]:
        """Rates that explain the count, with 5 % in each tail: 90 % of the time the true one lies between."""
        low, high = interval(self.incidents)
        return low / self.brand_months, high / self.brand_months

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "incidents": self.incidents,
            "brand_months": round(self.brand_months, 4),
            "per_brand_month": round(self.per_brand_month, 3),
            "interval_90": [round(end, 3) for end in self.interval],
            "budget_per_brand_month": round(self.budget_per_brand_month, 4),
        }

    def sentence(self) -> str:
        """For people."""
        low, high = self.interval
        count = f"{self.incidents:,} incident{'' if self.incidents == 1 else 's'}"
        few = "with so little data " if is_wide(low, high) else ""
        return (
            f"{count} in {_short(self.brand_months)} brand-months: {_short(self.per_brand_month)} a brand-month ({few}"
            f"between {_short(low)} and {_short(high)}), true crises among them. False alarms allowed: "
            f"{_short(self.budget_per_brand_month)}."
        )


def counted(rung: Iterable[Ring]) -> list[Ring]:
    """Those that count against the budget: what several brands share once."""
    once = {ring.root: ring for ring in rung if any(teaches(part.kind) for part in ring.parts)}
    return list(once.values())


def _short(value: float) -> str:
    """Two digits that matter, and never an exponent.

    >>> [_short(value) for value in (0.0067, 0.5, 5.64, 18.3, 2034.0)]
    ['0.0067', '0.5', '5.6', '18', '2,034']
    """
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def achieved(run: Backtest, config: Config) -> Achieved | None:
    """The rate, or None where no time was watched."""
    watched = {brand: ms for brand in run.brands if (ms := run.watched_ms(brand))}
    if not watched:
        return None
    budgets = dict.fromkeys(watched, config.sensitivity.per_month)
    if config.brands != "auto":
        budgets |= {b.id: merged(config.sensitivity, b.sensitivity).per_month for b in config.brands if b.id in watched}
    return Achieved(len(counted(run.rings)), sum(watched.values()) / MONTH_MS, sum(budgets.values()) / len(budgets))
