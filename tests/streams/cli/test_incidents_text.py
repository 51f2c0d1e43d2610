"""An incident that several brands share, as the terminal says it."""

import msgspec

from schemas.enums import Kind
from schemas.signal import Unusual
from streams.cli.incidents_text import judged_brands, line, story
from tests.alerts.bench import config, figures
from tests.alerts.render.cases import AGAIN, CLOSELY, MERGED, SPREAD

CONFIG = config(timezone="Europe/Madrid")


def test_a_line_names_all_brands() -> None:
    """After the figures, which are of the first."""
    assert line(SPREAD, CONFIG).endswith(
        "412 mentions in 15 min, normally about 30 (14x). 71% negative, normally 22%. Also ikea."
    )


def test_the_story_says_who_has_joined_when_and_with_which_words() -> None:
    """With figures of its own."""
    lines = story(SPREAD, CONFIG).splitlines()
    assert "brand     lacocinera, ikea" in lines
    (joined,) = [each for each in lines if each.startswith("with ")]
    assert joined.startswith(
        "with      ikea since 2013-02-14 12:16:00, warning: 96 mentions in 15 min, normally about 23 (4.2x). 62% negative"
    )
    assert joined.endswith("(the same words: carne de caballo)")


def test_what_has_merged_says_into_what() -> None:
    """That is how its own incident ended."""
    assert f"over 2013-02-14 12:16:00 (merged into {SPREAD.id})" in story(MERGED, CONFIG)
    assert "watched more closely" not in story(MERGED, CONFIG)


def test_a_brand_that_is_watched_more_closely_says_why() -> None:
    """The brand that rang, when, and what both have in common."""
    said = "watched more closely, as lacocinera rang at 2013-02-14 12:09:00 with the same words: carne de caballo"
    assert said in story(CLOSELY, CONFIG)
    assert "watched more closely, as it rang before at 2013-02-13 10:09:00" in story(AGAIN, CONFIG)


def test_a_shared_incident_counts_for_each_brand_and_one_that_has_merged_for_none() -> None:
    """It is one thing that was said of both."""
    assert {brand: found["unjudged"] for brand, found in judged_brands([SPREAD, MERGED]).items()} == {
        "ikea": 1,
        "lacocinera": 1,
    }


def test_a_silence_says_its_own_number_at_the_peak() -> None:
    """So many mentions in an hour, 1.0 times the usual, isn't what it is about."""
    quiet = figures(mentions=57, mentions_expected=57.8, unusual=Unusual(52.0, 463.0))
    silence = msgspec.structs.replace(SPREAD, kind=Kind.SILENCE, members=[], peak_figures=quiet, peak_ms=SPREAD.opened_ms)
    (peak,) = [each for each in story(silence, CONFIG).splitlines() if each.startswith("peak ")]
    assert peak == "peak      52 people, usually 463, at 2013-02-14 12:09:00"
