"""What the config says about one brand's incidents."""

import pytest

from alerts.rules import RuleBook, installation_rules
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
    book = RuleBook(listed, "h")
    ikea, telar = book.of("ikea"), book.of("telar")
    assert ikea is not None
    assert telar is not None
    assert (ikea.budget_per_month, ikea.floors.mentions, ikea.floors.authors) == (4.0, 100, 5)
    assert (telar.budget_per_month, telar.floors.mentions) == (0.25, 8)
    assert book.of("unknown") is None


def test_automatic_brands_have_the_rules_of_the_installation() -> None:
    """`brands: auto` takes every brand as it comes."""
    assert RuleBook(config(), "h").of("anything") == installation_rules(config(), "h")


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


@pytest.mark.parametrize(
    ("evidence_min", "window_min", "negative", "last_quarter", "rings", "calm"),
    [
        pytest.param(15, 15, 17, 0, True, False, id="a quarter above 1.5 times the usual 10 and one more"),
        pytest.param(15, 15, 16, 0, False, True, id="a quarter of usual anger is over, whatever the evidence remembers"),
        pytest.param(45, 60, 41, 17, True, False, id="evidence of 45 min needs no more than the quarter"),
        pytest.param(360, 60, 82, 17, True, False, id="evidence of 6 h rings above twice the usual hour of 40"),
        pytest.param(360, 60, 81, 17, False, False, id="between 1.5 and 2 times the hour it goes on but doesn't begin"),
        pytest.param(360, 60, 61, 17, False, True, id="a usual hour ends what only a long window remembers"),
        pytest.param(360, 60, 90, 16, False, True, id="a usual quarter ends it too"),
    ],
)
def test_an_alarm_is_about_what_goes_on(
    evidence_min: int, window_min: int, negative: int, last_quarter: int, rings: bool, calm: bool
) -> None:
    """The evidence stays high for hours; the last quarter (and hour) decide whether there is anything to ring for."""
    rules = installation_rules(config(), "abc")
    shown = figures(
        window_s=window_min * 60,
        negative=negative,
        negative_expected=10.0 * window_min / 15,
        negative_per_min=[0] * 45 + [0] * 14 + [last_quarter],
    )
    signal = level(rate=0.01, figures=shown, evidence_window_s=evidence_min * 60)
    assert (rules.rings(signal), rules.calm(signal)) == (rings, calm)


@pytest.mark.parametrize(
    ("usual", "hour", "calm"),
    [
        pytest.param(0.5, 4, True, id="an hour as usual, and one more for chance"),
        pytest.param(0.5, 5, False, id="an empty quarter after a busy hour says nothing where two an hour are usual"),
        pytest.param(3.9, 25, False, id="nor where fewer than four a quarter are"),
        pytest.param(4.0, 90, True, id="where more are, an empty quarter is the end"),
    ],
)
def test_of_a_small_brand_the_hour_tells_whether_it_is_over(usual: float, hour: int, *, calm: bool) -> None:
    """Else one crisis is told as many."""
    rules = installation_rules(config(), "abc")
    shown = figures(window_s=900, negative=0, negative_expected=usual, negative_per_min=[hour] + [0] * 59)
    assert rules.calm(level(rate=0.01, figures=shown, evidence_window_s=900)) is calm
