"""A sensitivity for each brand under which its alarms over files of the past fit what was asked. Pure.

The rule, brand by brand, against the number of false alarms that the asked budget allows over the files:

- Files shorter than a week say nothing: for so long a brand's normal is still being learned.
- With the asked budget as its setting a brand *fits* unless the number of its alarms is beyond chance: a Poisson variable
  with the allowed mean would be as large, or as small, less than once in 20 times. Then it gets what was asked.
- Else its setting moves in steps of the square root of 2, at most to a quarter or to four times of what was asked, and to
  the first step where chance explains the number; when none does, the one where it comes closest. Where the setting of now
  is at least as strict, or as free, and comes as close, it stays.

Alarms that people say were real are left out of the count. With `brands: auto` there is one setting for all, and all
brands are counted together. What it does badly: it can't know which alarms were real unless it is told; and those it is told
of hold their brand back like any that nobody has judged (`alerts.restraint`).
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from schemas.config.effective import resolve
from schemas.config.model import Config, Sensitivity
from schemas.errors import UsageError
from streams.backtest.achieved import counted
from streams.backtest.chance import TAIL, at_least, at_most
from streams.backtest.rings import Ring, untold
from streams.backtest.run import Backtest, alone, decide_again
from streams.backtest.words import difference

DAY_MS = 86_400_000
MONTH_MS = 30.4 * DAY_MS
LEAST_MS = 7 * DAY_MS
FACTORS = (1.0, 2**0.5, 2.0, 2 * 2**0.5, 4.0)  # times what was asked, or parts of it
MOST_IDS = 20
ALL = ""  # the brand of an advice for the whole installation

Rung = list[Ring]


class Finding(StrEnum):
    """How a brand's alarms stand to what was asked."""

    FITS = "fits"
    TOO_MANY = "too_many"
    TOO_FEW = "too_few"
    TOO_SHORT = "too_short"  # the files
    UNHEARD = "unheard"  # nobody mentions it in the files


@dataclass(frozen=True, slots=True)
class Advice:
    """What is proposed for one brand (or for `ALL`), and what it would change. Rates are a brand and month."""

    brand: str
    finding: Finding
    now: Sensitivity
    asked: Sensitivity
    proposed: Sensitivity
    months: float = 0.0  # brand-months of the files
    counted: Sequence[Ring] = ()  # alarms with the asked budget, without those that were real
    alarms_proposed: int = 0
    real: int = 0  # alarms left out, with the asked budget
    appear: Sequence[Ring] = ()  # against the config as it is
    disappear: Sequence[Ring] = ()

    @property
    def alarms_asked(self) -> int:
        """How many they are."""
        return len(self.counted)

    @property
    def allowed(self) -> float:
        """False alarms that the asked budget allows over the files."""
        return self.asked.per_month * self.months

    @property
    def changes(self) -> bool:
        """Whether the config would say something else."""
        return abs(self.proposed.per_month / self.now.per_month - 1) > 1e-6


class Tuner:
    """Decides again over the levels of one run, with whatever setting is asked for."""

    def __init__(self, config: Config, config_hash: str, run: Backtest, real: Collection[str] = ()) -> None:
        self._config = config
        self._hash = config_hash
        self._run = run
        self._known: dict[float, Rung] = {}
        self._named = list(real)
        self._real: Rung = []

    def advise(self, asked: Sensitivity | None, tried: Callable[[], None] = lambda: None) -> list[Advice]:
        """An advice for each brand of the config; `asked` None: what the config says. `tried`: told of each setting.

        Raises `UsageError` where no setting that is looked at has an incident that is called real.
        """
        self._tried = tried
        self._real = [ring for name in self._named for ring in self._of(name, asked)]
        found = [self._advice(brand, asked or self._now(brand)) for brand in self._brands()]
        after = decide_again(self._run, alone(self.proposed(found)), self._hash)
        return [self._with_difference(advice, after) for advice in found]

    def proposed(self, found: Sequence[Advice]) -> Config:
        """The config with what is proposed."""
        wanted = {advice.brand: advice.proposed for advice in found if advice.changes}
        if ALL in wanted:
            return self._config.model_copy(update={"sensitivity": wanted[ALL]})
        brands = self._config.brands
        if brands == "auto":
            return self._config
        own = [b.model_copy(update={"sensitivity": wanted[b.id]}) if b.id in wanted else b for b in brands]
        return self._config.model_copy(update={"brands": own})

    def _brands(self) -> list[str]:
        return [ALL] if self._config.brands == "auto" else [brand.id for brand in self._config.brands]

    def _now(self, brand: str) -> Sensitivity:
        return resolve(self._config, brand).sensitivity if brand else self._config.sensitivity

    def _advice(self, brand: str, asked: Sensitivity) -> Advice:
        now, length_ms = self._now(brand), self._run.last_ms - self._run.first_ms
        heard = sum(self._run.watched_ms(name) for name in self._run.brands if brand in (ALL, name))
        months = heard / MONTH_MS
        if not heard or length_ms < LEAST_MS:
            finding = Finding.TOO_SHORT if heard else Finding.UNHEARD
            return Advice(brand, finding, now, asked, proposed=now, months=months)
        allowed = asked.per_month * months
        counted, real = self._alarms(brand, asked)
        finding = judged(len(counted), allowed)
        steps = [_times(asked, factor if finding is Finding.TOO_FEW else 1 / factor) for factor in FACTORS]
        proposed, alarms = asked, len(counted)
        for step in steps if finding is not Finding.FITS else ():
            number = len(self._alarms(brand, step)[0])
            if abs(number - allowed) < abs(alarms - allowed):
                proposed, alarms = step, number
            if judged(number, allowed) is not finding:
                break
        if finding is not Finding.FITS and self._is_as_good(brand, now, proposed, finding, abs(alarms - allowed), allowed):
            proposed, alarms = now, len(self._alarms(brand, now)[0])
        return Advice(brand, finding, now, asked, proposed, months, counted, alarms, real)

    def _is_as_good(
        self, brand: str, now: Sensitivity, proposed: Sensitivity, finding: Finding, off: float, allowed: float
    ) -> bool:
        """Whether the setting of now lies beyond the proposed one in the direction that is wanted, and is no further off."""
        stricter = now.per_month < proposed.per_month
        wanted = stricter if finding is Finding.TOO_MANY else now.per_month > proposed.per_month
        return wanted and abs(len(self._alarms(brand, now)[0]) - allowed) <= off

    def _alarms(self, brand: str, setting: Sensitivity) -> tuple[Rung, int]:
        """Alarms with this setting that nobody calls real, and how many somebody does; counted as `backtest` does."""
        rung = counted(ring for ring in self._rung(setting) if brand in (ALL, ring.brand))
        unreal = [ring for ring in rung if not any(ring.is_like(each) for each in self._real)]
        return unreal, len(rung) - len(unreal)

    def _of(self, name: str, asked: Sensitivity | None) -> Rung:
        """What the incident of this id is part of, whatever setting it has rung at: its id has the minute when it opened."""
        if found := _with(name, self._run.rings):
            return found
        if name in self._run.incidents:
            return [untold(self._run.incidents[name])]
        bases = [asked] if asked else [self._now(brand) for brand in self._brands()]
        steps = sorted({1 / f for f in FACTORS} | set(FACTORS))
        for setting in [_times(base, step) for base in bases for step in steps]:
            if found := _with(name, self._rung(setting)):
                return found
        known = ", ".join([incident.id for incident in self._run.rung][:MOST_IDS]) or "none rang"
        raise UsageError(f"--real {name}: these files have no such incident. Those that rang: {known}.")

    def _rung(self, setting: Sensitivity) -> Rung:
        """What rings with this setting for all brands."""
        if setting.per_month not in self._known:
            self._known[setting.per_month] = self._decide(setting)
            self._tried()
        return self._known[setting.per_month]

    def _decide(self, setting: Sensitivity) -> Rung:
        brands = self._config.brands
        if brands != "auto":
            brands = [brand.model_copy(update={"sensitivity": setting}) for brand in brands]
        config = self._config.model_copy(update={"sensitivity": setting, "brands": brands})
        return decide_again(self._run, alone(config), self._hash)

    def _with_difference(self, advice: Advice, after: Rung) -> Advice:
        def of(rung: Rung) -> Rung:
            return [ring for ring in rung if advice.brand in (ALL, ring.brand)]

        appear, disappear = difference(of(self._run.rings), of(after))
        return replace(advice, appear=appear, disappear=disappear)


def judged(count: int, allowed: float) -> Finding:
    """Whether chance explains so many alarms where `allowed` are expected.

    >>> judged(7, 1.25), judged(1, 1.25), judged(0, 2.0), judged(0, 6.0)
    (<Finding.TOO_MANY: 'too_many'>, <Finding.FITS: 'fits'>, <Finding.FITS: 'fits'>, <Finding.TOO_FEW: 'too_few'>)
    """
    if count > allowed and at_least(count, allowed) < TAIL:
        return Finding.TOO_MANY
    if count < allowed and at_most(count, allowed) < TAIL:
        return Finding.TOO_FEW
    return Finding.FITS


def _with(name: str, rung: Rung) -> Rung:
    return [ring for ring in rung if any(part.id == name for part in ring.parts)]


def _times(asked: Sensitivity, factor: float) -> Sensitivity:
    """The setting, in the same words, to two digits: nobody knows more."""
    return asked.model_copy(update={"false_alarms": float(f"{asked.false_alarms * factor:.2g}")})
