"""Which detector judges, as people write it."""

import pytest
from pydantic import ValidationError

from schemas.config.detector import Detector
from schemas.config.model import Config


def chosen(value: object) -> Detector:
    return Config.model_validate({"brands": "auto", "detector": value}).detector


def test_a_name_alone_is_enough() -> None:
    """The rest is river's own defaults."""
    assert chosen("crisis") == Detector()
    assert not chosen("none").judges
    assert chosen("river.anomaly.HalfSpaceTrees") == Detector(name="river.anomaly.HalfSpaceTrees")
    assert chosen({"name": "river.anomaly.HalfSpaceTrees", "settings": {"n_trees": 5}}).is_rivers


@pytest.mark.parametrize(
    ("value", "field", "told"),
    [
        ("HalfSpaceTrees", "name", "Did you mean `river.anomaly.HalfSpaceTrees`?"),
        ("nonne", "name", "Did you mean `none`?"),
        ("os.system", "name", "Known are `crisis`, `none`, and river's: river.anomaly.GaussianScorer"),
        ("river.anomaly.ThresholdFilter", "name", "unknown detector"),
        ({"name": "crisis", "settings": {"a": 1}}, "settings", "`crisis` has no settings. Remove it."),
        (
            {"name": "river.anomaly.HalfSpaceTrees", "settings": {"n_tree": 5}},
            "settings",
            "has no setting `n_tree`. Did you mean `n_trees`?",
        ),
        ({"name": "river.anomaly.HalfSpaceTrees", "settings": {"n_trees": "many"}}, "settings", "river refuses these"),
        ({"name": "river.anomaly.LODA", "settings": {"seed": [1]}}, "seed", "must be a number, a text, true or false"),
    ],
)
def test_a_mistake_names_what_is_wrong_and_what_is_possible(value: object, field: str, told: str) -> None:
    """Before anything is started."""
    with pytest.raises(ValidationError) as wrong:
        chosen(value)
    (problem,) = wrong.value.errors()
    assert told in problem["msg"]
    assert field in (*problem["loc"], *problem.get("ctx", {}).get("at", ()))
