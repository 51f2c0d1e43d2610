"""How many incidents a brand-month a backtest found."""

import pytest

from alerts.achieved import MONTH_MS
from schemas.config.model import Config
from schemas.enums import Kind
from streams.backtest.achieved import achieved
from streams.backtest.rings import untold
from tests.streams.backtest.making import incident

ONE, TWO = untold(incident("1")), untold(incident("2"))
QUIET = Config.model_validate(
    {"brands": [{"id": "ikea", "names": ["IKEA"]}, {"id": "telar", "names": ["Telar"], "sensitivity": "sensitive"}]}
)


def test_a_listed_brand_is_watched_though_nobody_speaks_of_it() -> None:
    """Two brands for half a month are a brand-month; the budget is their mean."""
    found = achieved([ONE, TWO], ["ikea"], int(MONTH_MS / 2), QUIET)
    assert found is not None
    assert found.plain() == {
        "incidents": 2,
        "brand_months": 1.0,
        "per_brand_month": 2.0,
        "interval_90": [pytest.approx(0.355, abs=0.001), pytest.approx(6.296, abs=0.001)],
        "budget_per_brand_month": 2.5,
    }


def test_what_pages_nobody_is_no_incident_here() -> None:
    """Talk without anger has no budget; neither have we ourselves."""
    volume = untold(incident("1", kind=Kind.VOLUME))
    found = achieved([volume], ["a", "b"], int(MONTH_MS), Config(brands="auto"))
    assert found is not None
    assert (found.incidents, found.brand_months, found.interval[0]) == (0, 2.0, 0.0)


def test_it_is_said_in_a_sentence() -> None:
    """With what so little data can't tell."""
    found = achieved([ONE], ["a"], int(MONTH_MS * 2), Config(brands="auto"))
    assert found is not None
    assert found.sentence() == (
        "1 incident in 2 brand-months: 0.5 a brand-month (with so little data between 0.026 and 2.4), true crises among "
        "them. False alarms allowed: 1."
    )


@pytest.mark.parametrize(("seen", "watched_ms"), [([], 1_000), (["a"], 0)])
def test_without_time_there_is_no_rate(seen: list[str], watched_ms: int) -> None:
    """No brand, or a single moment."""
    assert achieved([], seen, watched_ms, Config(brands="auto")) is None
