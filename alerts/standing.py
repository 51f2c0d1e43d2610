"""What people's verdicts and the incidents of late say of a signals partition: for metrics and tables. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from alerts.feedback import Tally
from schemas.enums import Counted


@dataclass(frozen=True, slots=True)
class BrandStanding:
    """One brand."""

    verdicts: Tally
    """Plainly counted."""
    factor: float
    """What it rings at in terms of the configured budget."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One partition, or several together."""

    brands: dict[str, BrandStanding]
    counted: dict[Counted, float]
    """Faded incidents."""
    brand_months: float
    """Faded, watched."""
    budget_per_month: float
    """False alarms allowed a brand-month: the mean of the brands."""

    def achieved(self, how: Counted) -> float:
        """Incidents a brand-month; nan before anything was watched."""
        return self.counted[how] / self.brand_months if self.brand_months else float("nan")


def together(standings: Iterable[Standing]) -> Standing:
    """Several partitions as one; budgets are weighted by the time watched."""
    brands: dict[str, BrandStanding] = {}
    sums = dict.fromkeys(Counted, 0.0)
    months = allowed = 0.0
    for standing in standings:
        brands |= standing.brands
        sums = {how: sums[how] + standing.counted[how] for how in Counted}
        months += standing.brand_months
        allowed += standing.brand_months * standing.budget_per_month
    return Standing(brands, sums, months, allowed / months if months else float("nan"))
