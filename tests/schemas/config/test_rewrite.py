"""A sensitivity written into a config file: it means what was meant, and nothing else has moved."""

from pathlib import Path

import pytest

from schemas.config.load import load_config
from schemas.config.model import Sensitivity
from schemas.config.rewrite import with_sensitivity

EXAMPLES = Path(__file__).parents[3] / "deploy/examples"
WEEKLY = Sensitivity(false_alarms=0.7, per="brand-week")
SHOWN = "{ false_alarms: 0.7, per: brand-week }"


def loaded(tmp_path: Path, text: str) -> list[Sensitivity]:
    """What a text means: the installation's sensitivity, then that of each brand which has its own."""
    path = tmp_path / "rebato.yaml"
    path.write_text(text, encoding="utf-8")
    config = load_config(path, {}).config
    brands = [] if config.brands == "auto" else config.brands
    return [config.sensitivity, *(brand.sensitivity for brand in brands if brand.sensitivity)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (  # none yet: below the id, with its indentation
            "brands:\n  - id: ikea  # one\n    names: [IKEA]  # a: b\n",
            f"brands:\n  - id: ikea  # one\n    sensitivity: {SHOWN}\n    names: [IKEA]  # a: b\n",
        ),
        (  # none yet, and the first setting is a list
            "brands:\n- names:\n  - IKEA\n  id: ikea\n",
            f"brands:\n- sensitivity: {SHOWN}\n  names:\n  - IKEA\n  id: ikea\n",
        ),
        (  # in braces
            "brands: [{id: ikea, names: [IKEA]}]  # all\n",
            f"brands: [{{id: ikea, sensitivity: {SHOWN}, names: [IKEA]}}]  # all\n",
        ),
        (  # a word
            "brands:\n  - id: ikea\n    names: [IKEA]\n    sensitivity: 'quiet'  # shh\n",
            f"brands:\n  - id: ikea\n    names: [IKEA]\n    sensitivity: {SHOWN}  # shh\n",
        ),
        (  # figures in a block keep their lines and comments
            "brands:\n  - id: ikea\n    sensitivity:  # ours\n      per: brand-month\n      # as agreed\n"
            "      false_alarms: 12  # many\n    names: [IKEA]\n",
            "brands:\n  - id: ikea\n    sensitivity:  # ours\n      per: brand-week\n      # as agreed\n"
            "      false_alarms: 0.7  # many\n    names: [IKEA]\n",
        ),
        (  # half of the figures: the other half is the installation's
            "brands:\n  - id: ikea\n    names: [IKEA]\n    sensitivity:\n      false_alarms: 12\n",
            "brands:\n  - id: ikea\n    names: [IKEA]\n    sensitivity:\n      per: brand-week\n      false_alarms: 0.7\n",
        ),
        (  # no end of line
            "brands:\n  - names: [IKEA]\n    id: ikea",
            f"brands:\n  - sensitivity: {SHOWN}\n    names: [IKEA]\n    id: ikea",
        ),
    ],
)
def test_a_brands_place_is_found_in_every_form(before: str, after: str, tmp_path: Path) -> None:
    """Letter by letter."""
    assert with_sensitivity(before, 0, WEEKLY) == after
    assert loaded(tmp_path, after) == [Sensitivity(), WEEKLY]


@pytest.mark.parametrize(
    "before",
    ["# ours\nbrands: auto  # as they come\n", "brands: auto", "{brands: auto}\n", "sensitivity: quiet\nbrands: auto\n"],
)
def test_the_installations_place_is_found_too(before: str, tmp_path: Path) -> None:
    """At the end of the file where there is none."""
    after = with_sensitivity(before, None, WEEKLY)
    assert loaded(tmp_path, after) == [WEEKLY]
    assert after.count("#") == before.count("#")


@pytest.mark.parametrize("name", ["small.yaml", "full.yaml"])
def test_the_examples_keep_all_their_lines(name: str, tmp_path: Path) -> None:
    """Every line but one is there as it was."""
    before = (EXAMPLES / name).read_text(encoding="utf-8")
    for place in (0, None):
        after = with_sensitivity(before, place, WEEKLY)
        assert WEEKLY in loaded(tmp_path, after)
        kept = set(after.splitlines())
        assert sum(1 for line in before.splitlines() if line not in kept) <= 2


def test_a_place_that_is_no_mapping_is_refused() -> None:
    """A brand that isn't there, or no brands at all."""
    with pytest.raises(ValueError, match="isn't written as a mapping"):
        with_sensitivity("brands: auto\n", 0, WEEKLY)
    with pytest.raises(ValueError, match="isn't YAML"):
        with_sensitivity("brands: [\n", None, WEEKLY)
