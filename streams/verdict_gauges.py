"""Shows what people say of incidents as gauges.

A brand is there once somebody has judged something of it: so no text of a stranger makes a label value. The first
`MOST_BRANDS` in order of their names have their own, the rest is `other` together, whose budget isn't shown. Those that are
held back by what they have rung are a number, judged or not.
"""

from collections.abc import Iterable

from alerts.feedback import Tally
from alerts.standing import BrandStanding, Standing
from schemas.enums import Counted, Verdict
from streams.metrics import OTHER, Metrics

MOST_BRANDS = 500


class VerdictGauges:
    """Sets the gauges, and takes away brands of which no verdict stands any more."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._shown: set[str] = set()

    def show(self, standing: Standing) -> None:
        """Makes the gauges say it."""
        for how in Counted:
            self._metrics.achieved.labels(how).set(standing.achieved(how))
        self._metrics.allowed.set(standing.budget_per_month)
        self._metrics.watched.set(standing.brand_months)
        self._metrics.held_back.set(sum(brand.factor < 1 for brand in standing.brands.values()))
        judged = sorted(name for name, brand in standing.brands.items() if brand.verdicts.all)
        brands = {name: standing.brands[name] for name in judged[:MOST_BRANDS]}
        if rest := judged[MOST_BRANDS:]:
            brands[OTHER] = BrandStanding(_sum(standing.brands[name].verdicts for name in rest), 1.0)
        for name, brand in brands.items():
            self._show_brand(name, brand)
        for name in self._shown - set(brands):
            self._remove(name)
        self._shown = set(brands)

    def _show_brand(self, name: str, brand: BrandStanding) -> None:
        of = brand.verdicts
        for verdict, count in ((Verdict.REAL, of.real), (Verdict.FALSE, of.false), (Verdict.MISSED, of.missed)):
            self._metrics.verdicts.labels(name, verdict).set(count)
        self._metrics.precision.labels(name).set(float("nan") if of.precision is None else of.precision)
        if name != OTHER:
            self._metrics.learned.labels(name).set(brand.factor)

    def _remove(self, name: str) -> None:
        for verdict in (Verdict.REAL, Verdict.FALSE, Verdict.MISSED):
            self._metrics.verdicts.remove(name, verdict)
        self._metrics.precision.remove(name)
        if name != OTHER:
            self._metrics.learned.remove(name)


def _sum(tallies: Iterable[Tally]) -> Tally:
    found = list(tallies)
    return Tally(sum(t.real for t in found), sum(t.false for t in found), sum(t.missed for t in found))
