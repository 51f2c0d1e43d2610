"""What the config says about one brand's incidents."""

import pytest

from alerts.rules import installation_rules, rules_for
from schemas.config.model import Config
from schemas.enums import Kind, Severity
from tests.alerts.bench import config, figures, level

LISTED = [
    {"id": "ikea", "names": ["IKEA"], "sensitivity": "sensitive", "floors": {"mentions": 100}},
    {"id": "telar", "names": ["Telar"]},
]


def test_a_brand_overrides_the_installation() -> None:
    """Its own sensitivity and floors, else those of the installation; None when it isn't watched."""
    listed = config(brands=LISTED, sensitivity="quiet")
    ikea, telar = rules_for(listed, "h", "ikea"), rules_for(listed, "h", "telar")
    assert ikea is not None
    assert telar is not None
    assert (ikea.budget_per_month, ikea.floors.mentions, ikea.floors.authors) == (4.0, 100, 5)
    assert (telar.budget_per_month, telar.floors.mentions) == (0.25, 8)
    assert rules_for(listed, "h", "unknown") is None


def test_automatic_brands_have_the_rules_of_the_installation() -> None:
    """`brands: auto` takes every brand as it comes."""
    assert rules_for(config(), "h", "anything") == installation_rules(config(), "h")


@pytest.mark.parametrize(
    ("floor", "rings"),
    [("mentions", (False, True)), ("authors", (False, True)), ("texts", (False, True))],
)
def test_nobody_is_called_below_a_floor(floor: str, rings: tuple[bool, bool]) -> None:
    """However strange it is."""
    least = {"mentions": 8, "authors": 5, "texts": 4}
    below, at = least | {floor: least[floor] - 1}, least
    rules = installation_rules(config(), "h")
    assert (rules.rings(level(figures=figures(**below))), rules.rings(level(figures=figures(**at)))) == rings


def test_silence_has_no_floors() -> None:
    """It is about nobody talking."""
    rules = installation_rules(config(), "h")
    assert rules.rings(level(kind=Kind.SILENCE, figures=figures(mentions=0, authors=0, texts=0)))


@pytest.mark.parametrize(
    ("rate", "rings", "calm"), [(1.0, True, False), (1.01, False, False), (4.0, False, False), (4.1, False, True)]
)
def test_it_rings_within_the_budget_and_is_calm_beyond_four_times_of_it(rate: float, rings: bool, calm: bool) -> None:
    """Between the two, nothing changes."""
    rules = installation_rules(config(), "h")
    assert (rules.rings(level(rate=rate)), rules.calm(level(rate=rate))) == (rings, calm)


def test_waits_are_those_of_the_config() -> None:
    """The last reminder repeats; critical waits less than the rest."""
    rules = installation_rules(config(alerts={"reminders": ["1 min", "2 min"]}), "h")
    assert [rules.reminder_ms(n) for n in range(4)] == [60_000, 120_000, 120_000, 120_000]
    waits = [rules.group_wait_ms(severity, Kind.SURGE) for severity in (Severity.CRITICAL, Severity.WATCH)]
    assert waits == [5_000, 60_000]
    assert rules.group_wait_ms(Severity.WARNING, Kind.SYSTEM) == 0


def test_no_reminders_is_a_setting() -> None:
    """An empty list reminds never."""
    rules = installation_rules(Config.model_validate({"brands": "auto", "alerts": {"reminders": []}}), "h")
    assert rules.reminder_ms(0) is None
