"""How many incidents a brand-month a backtest found."""

import pytest

from alerts.achieved import MONTH_MS
from schemas.config.model import Config
from schemas.enums import Kind
from schemas.incident import Incident
from streams.backtest.achieved import Achieved, achieved
from streams.backtest.run import BrandCounts
from tests.alerts.bench import START_MS
from tests.streams.backtest.making import alert, incident, run_of

ONE, TWO = incident("1"), incident("2")
MONTH = int(MONTH_MS)
QUIET = Config.model_validate(
    {"brands": [{"id": "ikea", "names": ["IKEA"]}, {"id": "telar", "names": ["Telar"], "sensitivity": "sensitive"}]}
)
AUTO = Config(brands="auto")


def of(rung: list[Incident], months: float = 1.0, config: Config = AUTO, **first: float) -> Achieved | None:
    """The rate of these over so many months; `first`: in which part of them a brand is first mentioned, 1 = never."""
    run = run_of(rung, [alert(each, each.opened_ms) for each in rung])
    run.first_ms, run.last_ms = START_MS, START_MS + round(months * MONTH)
    run.brands = {
        brand: BrandCounts(9 * (part < 1), 0, START_MS + round(part * months * MONTH)) for brand, part in first.items()
    }
    return achieved(run, config)


def test_a_brand_is_watched_from_its_first_mention() -> None:
    """One half, one whole month; nobody mentions the third. The budget is the mean of those that are mentioned."""
    found = of([ONE, TWO], 1, QUIET, ikea=0.5, telar=0, other=1)
    assert found is not None
    assert found.plain() == {
        "incidents": 2,
        "brand_months": 1.5,
        "per_brand_month": 1.333,
        "interval_90": [pytest.approx(0.237, abs=0.001), pytest.approx(4.197, abs=0.001)],
        "budget_per_brand_month": 2.5,
    }


def test_all_kinds_share_the_budget_and_one_story_counts_once() -> None:
    """A silence counts, and a surge that a loud voice has begun is one."""
    silence = incident("1", kind=Kind.SILENCE)
    voice, surge = incident("2", kind=Kind.INFLUENCER, into="3"), incident("3")
    found = of([silence, voice, surge], 2, ikea=0)
    assert found is not None
    assert found.incidents == 2


def test_it_is_said_in_a_sentence() -> None:
    """With what so little data can't tell."""
    found = of([ONE], 2, ikea=0)
    assert found is not None
    assert found.sentence() == (
        "1 incident in 2 brand-months: 0.5 a brand-month (with so little data between 0.026 and 2.4), true crises among "
        "them. False alarms allowed: 1."
    )


def test_much_data_is_not_called_little() -> None:
    """Forty incidents tell the rate to a third."""
    found = of([incident(str(n), START_MS + n) for n in range(40)], 40, ikea=0)
    assert found is not None
    assert "1 a brand-month (between 0.75 and 1.3), true crises" in found.sentence()


@pytest.mark.parametrize(("months", "first"), [(1, {}), (0, {"a": 0}), (1, {"a": 1})])
def test_without_time_there_is_no_rate(months: float, first: dict[str, float]) -> None:
    """No brand, a single moment, or nobody who mentions the brand."""
    assert of([], months, **first) is None
