"""What the page is about: a run, its curves, and how its reader reads. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from alerts.render.clean import clean
from alerts.render.quote import Quote
from alerts.render.view import View, view_of
from schemas.alert import Alert
from schemas.config.effective import resolve
from schemas.config.model import Config
from streams.backtest.curves import Curves
from streams.backtest.page.words import PAGE_WORDS, PageWords
from streams.backtest.rings import Ring, brands_of, root, untold
from streams.backtest.run import Backtest
from streams.planned_view import Row

MOST_BRANDS = 40
NAME_CHARS = 80
MONTH_MS = 30.4 * 86_400_000
_LONG_MS = 300 * 86_400_000  # from here on a date says its year


@dataclass(frozen=True, slots=True)
class Subject:
    """Everything that the parts of the page are made of."""

    run: Backtest
    curves: Curves
    config: Config
    config_hash: str
    files: list[str]
    planned: Sequence[Row]  # what was planned for the time of the files
    view: View
    words: PageWords
    rung: dict[str, list[Ring]] = field(default_factory=dict)  # by brand, what somebody was told of
    silent: dict[str, list[Ring]] = field(default_factory=dict)  # by brand, the others
    alerts: dict[str, list[Alert]] = field(default_factory=dict)  # by incident
    quotes: Mapping[str, list[Quote]] = field(default_factory=dict)  # by incident, what people said
    other: dict[float, dict[str, list[Ring]]] = field(default_factory=dict)  # by multiple of the budget and brand

    @property
    def months(self) -> float:
        """Brand-months of the run."""
        return max(sum(map(self.run.watched_ms, self.run.brands)), 1) / MONTH_MS

    def budget(self, brand: str) -> float:
        """False alarms a month that the config allows this brand."""
        return resolve(self.config, brand).sensitivity.per_month

    def name(self, brand: str) -> str:
        """The brand's name for people."""
        return clean(self.view.name(brand), NAME_CHARS) or "?"

    def rang(self, brand: str) -> str:
        """How often it would have rung, in words."""
        count, words = len(self.rung.get(brand, [])), self.words
        few = (words.rang_never, words.rang_once, words.rang_twice)
        return few[count] if count < len(few) else words.rang_often.format(n=self.view.count(count))

    def brands(self, count: int) -> str:
        """So many brands."""
        one, many = self.words.brands
        return one if count == 1 else many.format(n=self.view.count(count))

    def moment(self, ms: int) -> str:
        """Day and time, with the year where the files are long."""
        long = self.run.last_ms - self.run.first_ms > _LONG_MS
        return self.date(ms, "d MMM y H:mm" if long else "EEE d MMM H:mm")

    def date(self, ms: int, pattern: str) -> str:
        """A time in the reader's zone and language; `pattern` is CLDR's."""
        at = datetime.fromtimestamp(ms / 1000, UTC).astimezone(ZoneInfo(self.view.zone))
        return str(format_datetime(at, pattern, locale=self.view.language))

    def ordered(self) -> list[str]:
        """Brands that rang first, those with the most incidents ahead; then by mentions."""
        return sorted(
            self.run.brands,
            key=lambda b: (
                -len(self.rung.get(b, [])),
                -len(self.silent.get(b, [])),
                -self.run.brands[b].mentions,
                b,
            ),
        )


def subject(
    run: Backtest,
    curves: Curves,
    config: Config,
    config_hash: str,
    files: list[str],
    planned: Sequence[Row],
    quotes: Mapping[str, list[Quote]],
) -> Subject:
    """The subject, with everything sorted by brand."""
    view = view_of(config, "")
    about = Subject(run, curves, config, config_hash, files, planned, view, PAGE_WORDS[view.language], quotes=quotes)
    for ring in run.rings:
        about.rung.setdefault(ring.brand, []).append(ring)
    told = {(ring.brand, ring.root) for ring in run.rings}
    for incident in sorted(run.incidents.values(), key=lambda i: i.opened_ms):
        for brand in brands_of(incident):
            if root(incident, run.incidents) == incident.id and (brand, incident.id) not in told:
                about.silent.setdefault(brand, []).append(untold(incident, brand))
    for alert in run.alerts:
        about.alerts.setdefault(alert.incident.id, []).append(alert)
    for times, rung in run.other_budgets.items():
        by_brand = defaultdict(list)
        for ring in rung:
            by_brand[ring.brand].append(ring)
        about.other[times] = dict(by_brand)
    return about
