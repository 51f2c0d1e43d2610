"""What people say of incidents, as metrics."""

import math

import pytest

from alerts.feedback import Tally
from alerts.standing import BrandStanding, Standing
from schemas.config.model import Config
from schemas.enums import Counted
from streams import verdict_gauges
from streams.metrics import Metrics
from streams.roles.role import Role
from streams.verdict_gauges import VerdictGauges

NOTHING = Standing({}, dict.fromkeys(Counted, 0.0), 0.0, math.nan)


def said(**brands: BrandStanding) -> Standing:
    """Two brand-months in which three incidents opened."""
    return Standing(brands, {Counted.OPENED: 3.0, Counted.NOT_REAL: 2.0, Counted.FALSE: 1.0}, 2.0, 1.0)


@pytest.fixture
def metrics() -> Metrics:
    """Those of the role."""
    return Metrics(Role.INCIDENTS, Config(brands="auto"))


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    """What a scrape finds."""
    return metrics.registry.get_sample_value(f"rebato_{name}", labels)


def test_a_judged_brand_has_its_verdicts_its_precision_and_its_budget(metrics: Metrics) -> None:
    """One that nobody has judged has none of them."""
    judged = BrandStanding(Tally(real=3, false=1, missed=2), 1.3)
    VerdictGauges(metrics).show(said(ikea=judged, telar=BrandStanding(Tally(), 1.0)))
    assert value(metrics, "incident_verdicts", brand="ikea", verdict="false") == 1
    assert value(metrics, "incident_verdicts", brand="ikea", verdict="missed") == 2
    assert value(metrics, "incident_precision_ratio", brand="ikea") == 0.75
    assert value(metrics, "learned_budget_ratio", brand="ikea") == 1.3
    assert value(metrics, "incident_precision_ratio", brand="telar") is None


def test_a_brand_whose_verdicts_are_taken_back_goes(metrics: Metrics) -> None:
    """Its last value must not stay for ever."""
    gauges = VerdictGauges(metrics)
    gauges.show(said(ikea=BrandStanding(Tally(missed=1), 1.4)))
    assert math.isnan(value(metrics, "incident_precision_ratio", brand="ikea") or 0.0)
    gauges.show(said())
    for name in ("incident_precision_ratio", "learned_budget_ratio"):
        assert value(metrics, name, brand="ikea") is None
    assert value(metrics, "incident_verdicts", brand="ikea", verdict="real") is None


def test_how_often_it_rings_stands_beside_how_often_it_may(metrics: Metrics) -> None:
    """Before anything was watched there is no rate, and no alarm compares with it."""
    assert math.isnan(value(metrics, "incidents_achieved_per_brand_month", counted="opened") or 0.0)
    VerdictGauges(metrics).show(said())
    rates = [value(metrics, "incidents_achieved_per_brand_month", counted=how) for how in Counted]
    assert rates == [1.5, 1.0, 0.5]
    assert value(metrics, "incidents_budget_per_brand_month") == 1.0
    assert value(metrics, "incidents_watched_brand_months") == 2.0
    VerdictGauges(metrics).show(NOTHING)
    assert math.isnan(value(metrics, "incidents_achieved_per_brand_month", counted="opened") or 0.0)


def test_how_many_brands_are_held_back_is_shown_whether_judged_or_not(metrics: Metrics) -> None:
    """Which ones, `rebato config explain` says."""
    brands = {"a": BrandStanding(Tally(), 0.67), "b": BrandStanding(Tally(false=2), 0.5), "c": BrandStanding(Tally(), 1.0)}
    VerdictGauges(metrics).show(said(**brands))
    assert value(metrics, "brands_held_back") == 2


def test_there_are_only_so_many_brands(metrics: Metrics, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest is one."""
    monkeypatch.setattr(verdict_gauges, "MOST_BRANDS", 1)
    one = BrandStanding(Tally(real=1, false=1), 0.7)
    gauges = VerdictGauges(metrics)
    gauges.show(said(a=one, b=one, c=one))
    assert value(metrics, "incident_verdicts", brand="other", verdict="real") == 2
    assert value(metrics, "incident_precision_ratio", brand="other") == 0.5
    assert value(metrics, "learned_budget_ratio", brand="other") is None
    gauges.show(said(a=one))
    assert value(metrics, "incident_verdicts", brand="other", verdict="real") is None
