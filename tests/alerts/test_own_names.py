"""The brand's own names are no news."""

import pytest

from alerts.own_names import OwnNames
from schemas.config.model import Config
from schemas.signal import Signal
from tests.alerts.bench import Bench, config, figures, level

BRAND = {"id": "casalumbre", "names": ["Casa Lumbre", "#lumbre"], "handles": {"x": "LumbreES"}}
NAMES = OwnNames.of(config(brands=[BRAND]))


def of(*terms: str, brand: str = "casalumbre") -> Signal:
    return level(brand=brand, figures=figures(terms=list(terms), novelty=dict.fromkeys(terms, 4.0)))


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (["casa", "lumbre", "caballo", "lumbrees", "casalumbre"], ["caballo"]),
        (["casa lumbre", "#lumbre"], ["#lumbre"]),
        (["paquete de casa", "carne de caballo"], ["paquete", "carne de caballo"]),
        (["carne de caballo", "carne de casa"], ["carne de caballo"]),
        ([], []),
    ],
)
def test_names_are_left_out_and_what_is_left_of_a_phrase_stays(said: list[str], shown: list[str]) -> None:
    """Its hashtags are news."""
    assert NAMES.left_out(of(*said)).figures.terms == shown


def test_a_brand_that_no_config_lists_has_its_id() -> None:
    """With `brands: auto` that is its name."""
    assert OwnNames.of(Config(brands="auto")).left_out(of("airways", "bag", brand="us-airways")).figures.terms == ["bag"]


def test_what_compares_brands_has_no_names_either() -> None:
    """A phrase with one is none."""
    assert list(NAMES.left_out(of("lumbre", "paquete de casa", "caballo")).figures.novelty) == ["caballo"]


def test_an_alert_doesnt_show_them() -> None:
    """The desk leaves them out."""
    bench = Bench(config(brands=[BRAND]))
    bench.say(brand="casalumbre", figures=figures(terms=["lumbre", "caballo"]))
    assert bench.last.figures.terms == ["caballo"]
