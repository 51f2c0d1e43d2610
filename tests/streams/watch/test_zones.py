"""The hour that a brand's people live by."""

import pytest

from schemas.config.model import Config
from streams.watch.zones import standard_offset_min, zones_of


@pytest.mark.parametrize(
    ("zone", "offset_min"),
    [
        ("UTC", 0),
        ("Europe/Madrid", 60),
        ("Atlantic/Canary", 0),
        ("America/Santiago", -240),
        ("America/Mexico_City", -360),
        ("Asia/Kolkata", 330),
        ("Australia/Sydney", 600),
        ("Europe/Dublin", 0),
    ],
)
def test_the_offset_is_that_of_winter_on_either_hemisphere(zone: str, offset_min: int) -> None:
    """Summer time would make an hour of the day jump."""
    assert standard_offset_min(zone) == offset_min


def test_a_brand_has_its_own_zone_or_that_of_the_installation() -> None:
    """As the config says."""
    brands = [{"id": "ikea", "names": ["Ikea"], "timezone": "America/Bogota"}, {"id": "correos", "names": ["Correos"]}]
    zone_min = zones_of(Config.model_validate({"timezone": "Europe/Madrid", "brands": brands}))
    assert [zone_min(brand) for brand in ("ikea", "correos", "ikea")] == [-300, 60, -300]
    assert zones_of(Config(brands="auto"))("anybody") == 0


def test_a_brand_that_the_config_does_not_have_lives_by_the_installations_zone() -> None:
    """Intake may read a changed config a moment before watch does: its whole record would be put aside."""
    config = Config.model_validate({"brands": [{"id": "ikea", "names": ["IKEA"]}], "timezone": "Europe/Madrid"})
    assert zones_of(config)("added-a-moment-ago") == 60
