"""What the config says about one brand's incidents, in the units of the core."""

from dataclasses import dataclass
from datetime import timedelta

from schemas.config.base import merged
from schemas.config.effective import settings_of
from schemas.config.model import Alerts, Config, Floors
from schemas.enums import Kind, Severity
from schemas.incident import Neighbour
from schemas.signal import Figures, Signal
from schemas.topics import partition_of

RELEASE = 4.0
"""An alarm is calm above this many times its budget. Measured in evidence the prototype releases at 0.7 of the threshold;
in the rate of false alarms that is 2 to 6 times the budget, depending on its size, and 4 is the middle of them."""

RELEASE_WHILE_RAISED = 1.5
"""A raised budget makes nobody's alarm longer than its own would be, but what has rung just above it isn't calm at once."""

QUARTER_S = 900
HOUR_S = 3600
NORMAL_RATIO = 1.5
"""Everyday scatter of a quarter of an hour, relative sd about 0.5."""
FEW_USUAL = 4.0
"""Where fewer negative mentions are usual in a quarter of an hour, a quarter with hardly one is no end: half of those in a
threefold crisis of two usual an hour are such."""
LIVELY_RATIO = 2.0
"""An alarm that only a long window shows begins above twice the usual hour: more than where it ends, so that chance about
the one doesn't ring again and again."""

COUNTS_ANGER = frozenset({Kind.SURGE, Kind.CONTAGION})
"""Kinds that are about how many are angry just now."""

COUNTLESS = frozenset({Kind.SILENCE, Kind.INFLUENCER, Kind.SYSTEM})
"""Kinds that aren't about how many people say something."""


def ms(duration: timedelta) -> int:
    """The duration in whole milliseconds.

    >>> ms(timedelta(seconds=1.5))
    1500
    """
    return duration // timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Rules:
    """Thresholds and times of one brand."""

    budget_per_month: float
    floors: Floors
    alerts: Alerts
    config_hash: str
    raised: float = 1.0
    """What the budget has been multiplied by because another brand of the group has rung (`alerts.vigilance`)."""
    neighbour: Neighbour | None = None
    """That brand."""
    real_ms: tuple[int, ...] = ()
    """When incidents opened that people have called real, and crises came that they say were missed."""

    def rings(self, signal: Signal) -> bool:
        """Whether the level is rarer than the budget allows, goes on, and enough people say enough different things."""
        rare = signal.false_alarms_per_month <= self.budget_per_month
        return rare and not back_to_normal(signal, LIVELY_RATIO) and self.clears_floors(signal)

    def clears_floors(self, signal: Signal, times: int = 1) -> bool:
        """Whether mentions, authors and texts are all at least `times` their floors.

        Of what waits for an answer (`unanswered`) those who wait are counted, whatever they write.
        What is about nobody talking (`silence`), one voice (`influencer`) or ourselves (`system`) has no floors.
        """
        figures, floors = signal.figures, self.floors
        if signal.kind is Kind.UNANSWERED and (waiting := figures.waiting):
            return waiting.waiting >= times * floors.mentions and waiting.authors >= times * floors.authors
        return signal.kind in COUNTLESS or (
            figures.mentions >= times * floors.mentions
            and figures.authors >= times * floors.authors
            and figures.texts >= times * floors.texts
        )

    def calm(self, signal: Signal) -> bool:
        """Whether the level is below release, or what it is about has ended while a long window still remembers it."""
        release = max(RELEASE / self.raised, RELEASE_WHILE_RAISED) * self.budget_per_month
        return signal.false_alarms_per_month > release or (back_to_normal(signal, NORMAL_RATIO) and not _may_go_on(signal))

    def group_wait_ms(self, severity: Severity, kind: Kind) -> int:
        """How long a first alert waits for more to come. About ourselves there is no more: it goes at once."""
        if kind is Kind.SYSTEM:
            return 0
        wait = self.alerts.group_wait
        return ms(wait.critical if severity is Severity.CRITICAL else wait.other)

    def reminder_ms(self, number: int) -> int | None:
        """How long after the last alert reminder `number` (from 0) goes; the last one repeats. None = there are none."""
        reminders = self.alerts.reminders
        return ms(reminders[min(number, len(reminders) - 1)]) if reminders else None


def back_to_normal(signal: Signal, hour_ratio: float) -> bool:
    """Whether the anger has ended: at most 1.5 times the usual, and one mention for chance, in the last quarter of an hour.

    Evidence of a window of 2 or 6 h stays high for hours after a crisis, but nobody wants to be told of it then: where it
    comes from such a window, the last hour must be above `hour_ratio` times the usual too.
    """
    if signal.kind is not Kind.SURGE:
        return False
    hour_is_usual = signal.figures.negative <= hour_ratio * signal.figures.negative_expected + 1
    return quarter_is_usual(signal.figures) or (signal.evidence_window_s > HOUR_S and hour_is_usual)


def quarter_is_usual(figures: Figures) -> bool:
    """Whether at most 1.5 times the usual, and one for chance, were negative in the last quarter of an hour."""
    recent = figures.negative if figures.window_s <= QUARTER_S else sum(figures.negative_per_min[-QUARTER_S // 60 :])
    return recent <= NORMAL_RATIO * figures.negative_expected * QUARTER_S / figures.window_s + 1


def _may_go_on(signal: Signal) -> bool:
    """Whether the last quarter of an hour says too little, and the hour was above the usual."""
    figures = signal.figures
    usual = figures.negative_expected * QUARTER_S / figures.window_s
    hour = sum(figures.negative_per_min[-HOUR_S // 60 :])
    return usual < FEW_USUAL and hour > NORMAL_RATIO * usual * HOUR_S / QUARTER_S + 1


def budgets(config: Config, partition: int) -> list[float]:
    """False alarms allowed a month, for each listed brand whose incidents are decided in that signals partition."""
    if config.brands == "auto":
        return []
    return [
        merged(config.sensitivity, brand.sensitivity).per_month
        for brand in config.brands
        if partition_of(brand.group_key, config.kafka.partitions) == partition
    ]


def installation_rules(config: Config, config_hash: str) -> Rules:
    """The rules of a brand that overrides nothing."""
    return Rules(config.sensitivity.per_month, config.floors, config.alerts, config_hash)


class RuleBook:
    """The rules of every brand of a config, found by its id however many there are."""

    def __init__(self, config: Config, config_hash: str) -> None:
        self.default = installation_rules(config, config_hash)
        """Of a brand that overrides nothing."""
        self._config = config
        self._listed = None if config.brands == "auto" else {brand.id: brand for brand in config.brands}
        self._known: dict[str, Rules | None] = {}

    def of(self, brand: str) -> Rules | None:
        """The rules of a brand, or None when the config doesn't list it. `brands: auto` takes every brand as it comes."""
        if brand not in self._known:
            self._known[brand] = self._made(brand)
        return self._known[brand]

    def _made(self, brand: str) -> Rules | None:
        listed = self._listed
        if listed is not None and brand not in listed:
            return None
        own = settings_of(self._config, brand, listed[brand] if listed else None)
        return Rules(own.sensitivity.per_month, own.floors, self.default.alerts, self.default.config_hash)
