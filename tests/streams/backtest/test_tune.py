"""What is proposed: nothing that chance explains, never beyond a quarter or four times, and by name what it changes."""

import pytest

from alerts.desk import IncidentDesk
from schemas.config.model import Config, Sensitivity
from schemas.errors import UsageError
from schemas.signal import Source, Tick
from streams.backtest.run import Backtest, BrandCounts, alone
from streams.backtest.tune import ALL, DAY_MS, MONTH_MS, Advice, Finding, Tuner
from streams.backtest.tune_words import as_json, read_budget, sentences
from tests.alerts.bench import CALM, MINUTE, START_MS, level

EVERY_MS = 4 * DAY_MS  # alarms further apart than recurrence looks back to, several at a time
ONE = Sensitivity()


def listed(**own: Sensitivity | None) -> Config:
    """A config with these brands and their own settings."""
    brands = [{"id": name, "names": [name], "sensitivity": value} for name, value in own.items()]
    return Config.model_validate({"brands": brands})


def history(config: Config, months: float, slow_min: int = 0, **rates: list[float]) -> Backtest:
    """A run in which each brand had alarms of these rates (false alarms a month), apart; 5 times them for `slow_min`."""
    said = []
    for brand, found in rates.items():
        for number, high in enumerate(found):
            for minute in range(50):
                rate = high if minute >= slow_min else 5 * high
                shown = {"rate": rate, "evidence": 3.0 * 1.2**number} if minute < 10 else CALM
                said.append((START_MS + number * EVERY_MS + minute * MINUTE, brand, shown))
    run = Backtest(first_ms=START_MS, last_ms=START_MS + round(months * MONTH_MS))
    run.brands = {brand: BrandCounts(mentions=100) for brand in rates}
    for at_ms, brand, shown in sorted(said, key=lambda each: each[0]):
        run.levels.append(level(at_ms, brand=brand, offset=len(run.levels), **shown))
        run.levels.append(Tick(1, Source(0, len(run.levels), 0), at_ms, 1))
    desk = IncidentDesk(alone(config), "hash")
    for offset, record in enumerate(run.levels):
        decisions = desk.apply(record, Source(0, offset, 0))
        run.alerts += decisions.alerts
        run.incidents.update({incident.id: incident for incident in decisions.incidents})
    return run


def advised(
    config: Config, run: Backtest, asked: Sensitivity | None = None, real: list[str] | None = None
) -> dict[str, Advice]:
    """The advice by brand."""
    return {advice.brand: advice for advice in Tuner(config, "hash", run, real or []).advise(asked)}


def test_what_chance_explains_gets_what_is_asked() -> None:
    """Three alarms where two are allowed are no reason to turn anything."""
    config = listed(ikea=None)
    advice = advised(config, history(config, 2, ikea=[0.6, 0.6, 0.1]))["ikea"]
    assert (advice.finding, advice.alarms_asked, advice.proposed, advice.changes) == (Finding.FITS, 3, ONE, False)
    assert (advice.appear, advice.disappear) == ([], [])


def test_too_many_alarms_are_turned_down_to_what_chance_explains() -> None:
    """The first step that fits, and the alarms that it costs by name; another brand is left alone."""
    config = listed(ikea=None, delta=None)
    run = history(config, 2, ikea=[0.2] * 7 + [0.02, 0.02], delta=[0.2])
    found = advised(config, run)
    ikea = found["ikea"]
    assert (ikea.finding, ikea.alarms_asked, ikea.alarms_proposed) == (Finding.TOO_MANY, 9, 5)
    assert ikea.proposed == Sensitivity(false_alarms=0.35)
    assert [i.brand for i in ikea.disappear] == ["ikea"] * 4
    assert not found["delta"].changes
    text = "\n".join(sentences(list(found.values()), run, "UTC"))
    assert "ikea: 9 alarms at 1 a month, 2.0 allowed: more than chance explains. Proposed: 1 a month → 0.35 a month" in text
    assert f"would no longer ring: Sun 10 Mar 12:09 (13.7x, warning), {ikea.disappear[0].incident.id}" in text


def test_nothing_is_turned_beyond_a_quarter() -> None:
    """Alarms that ring at any setting stay, and the setting too: it would cost without gaining."""
    config = listed(ikea=None)
    run = history(config, 2, ikea=[0.001] * 9)
    found = advised(config, run)
    assert (found["ikea"].finding, found["ikea"].proposed, found["ikea"].alarms_proposed) == (Finding.TOO_MANY, ONE, 9)
    said = sentences(list(found.values()), run, "UTC")[1]
    assert "No setting from a quarter to four times of 1 a month comes closer. If some of them were real, name them" in said


def test_a_stricter_setting_that_is_as_good_stays() -> None:
    """Nobody is made louder for having rung too often."""
    quiet = Sensitivity(false_alarms=0.25)
    config = listed(ikea=quiet)
    found = advised(config, history(config, 2, ikea=[0.001] * 9), ONE)
    assert (found["ikea"].finding, found["ikea"].proposed, found["ikea"].changes) == (Finding.TOO_MANY, quiet, False)


def test_a_setting_that_suits_is_no_setting_that_nothing_beats() -> None:
    """The one of now is stricter than what was asked, and chance explains what it rings."""
    now = Sensitivity(false_alarms=0.35)
    config = listed(ikea=now)
    run = history(config, 2, ikea=[0.2] * 7 + [0.02, 0.02])
    found = advised(config, run, ONE)
    assert (found["ikea"].finding, found["ikea"].proposed, found["ikea"].alarms_proposed) == (Finding.TOO_MANY, now, 5)
    said = sentences(list(found.values()), run, "UTC")[1]
    assert "Stays at 0.35 a month." in said
    assert "comes closer" not in said


def test_too_few_alarms_are_turned_up() -> None:
    """In eight months at one a month a brand that never rings is deaf, if there is something to hear."""
    config = listed(ikea=None)
    advice = advised(config, history(config, 8, ikea=[1.9] * 6))["ikea"]
    assert (advice.finding, advice.alarms_asked, advice.alarms_proposed) == (Finding.TOO_FEW, 0, 4)
    assert advice.proposed == Sensitivity(false_alarms=2.0)
    assert len(advice.appear) == 4


def test_real_crises_are_no_false_alarms() -> None:
    """Whoever says which were real keeps them."""
    config = listed(ikea=None)
    run = history(config, 2, ikea=[0.2] * 7)
    assert advised(config, run)["ikea"].finding is Finding.TOO_MANY
    advice = advised(config, run, real=[incident.id for incident in run.rung[:5]])["ikea"]
    assert (advice.finding, advice.alarms_asked, advice.real, advice.changes) == (Finding.FITS, 2, 5, False)


def test_a_real_crisis_is_known_by_its_id_at_the_asked_budget_too() -> None:
    """Its id has the minute when it opened, and at half the budget that is a later one."""
    config = listed(ikea=None)
    run = history(config, 2, slow_min=3, ikea=[0.15])
    asked = Sensitivity(false_alarms=0.25)
    (shown,) = advised(config, run, asked)["ikea"].counted
    assert shown.incident.id not in run.incidents
    assert advised(config, run, asked, [shown.incident.id])["ikea"].real == 1


def test_a_budget_of_ones_own_is_compared_with_the_config_as_it_is() -> None:
    """Where all fits it is proposed as it was asked, in its own words; a brand with that setting already stays."""
    quiet = Sensitivity(false_alarms=0.25)
    config = listed(ikea=None, delta=quiet)
    found = advised(config, history(config, 2, ikea=[0.6, 0.1], delta=[0.1]), quiet)
    assert (found["ikea"].proposed, found["ikea"].changes) == (quiet, True)
    assert len(found["ikea"].disappear) == 1
    assert not found["delta"].changes


@pytest.mark.parametrize(("months", "rates", "finding"), [(0.2, {"ikea": [0.6] * 2}, "too_short"), (2, {}, "unheard")])
def test_too_little_says_nothing(months: float, rates: dict[str, list[float]], finding: str) -> None:
    """Files of less than a week, or without the brand: no proposal, whatever was asked."""
    config = listed(ikea=None)
    run = history(config, months, **rates)
    advice = advised(config, run, Sensitivity(false_alarms=4))["ikea"]
    assert (advice.finding, advice.changes) == (finding, False)


def test_brands_as_they_come_have_one_setting_together() -> None:
    """`brands: auto`: all brands' months, all brands' alarms."""
    config = Config(brands="auto")
    run = history(config, 1, ikea=[0.2] * 5, delta=[0.2] * 4)
    advice = advised(config, run)[ALL]
    assert (advice.months, advice.finding, advice.alarms_asked) == (pytest.approx(2.0), Finding.TOO_MANY, 9)
    assert Tuner(config, "hash", run).proposed([advice]).sensitivity == advice.proposed
    report = as_json([advice], run, "hash", ["a"], None)
    assert (report["changes"], report["advice"][0]["brand"]) == (1, None)
    assert {each["brand"] for each in report["advice"][0]["disappear"]} == {"ikea", "delta"}


@pytest.mark.parametrize("written", ["", "many", "0 per month", "-1 per month", "1 per day", "2000 per month", "1"])
def test_a_budget_that_is_none_is_refused_with_its_form(written: str) -> None:
    """With an example."""
    with pytest.raises(UsageError, match='Write it as "1 per brand-month"'):
        read_budget(written)
