"""Which words count, and how much."""

import numpy as np
import pytest

from detectors.text.languages import LANGS
from detectors.text.reading import read
from detectors.text.scorer import TextScorer


def found(scorer: TextScorer, text: str, lang: str = "en") -> float:
    """Positive less negative evidence."""
    evidence = read(scorer.vocabulary, [text], np.array([LANGS.index(lang)], np.uint8)).evidence
    return float(evidence.weight.sum())


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("good", 2),
        ("GOOD!", 2),
        ("goodness", 0),  # a word isn't a prefix
        ("goodbye", -1),  # a word as written beats others
        ("horrible horror", -6),  # a prefix takes any ending
        ("hor", 0),  # but not a shorter word
        ("@horrible #horrible", -3),  # a handle is no word, a hashtag is
        ("not good", -1.2),  # a negator turns it round, weaker
        ("not so very very good", 2.6),  # but not over more than three words
        ("not fine", 1),  # and not a weak word
        ("very good", 2.6),  # a booster strengthens
        ("very the good", 2),  # only right before
        ("not bad", 1),  # a phrase replaces its words
        ("not bad at all", 3),  # a longer phrase what is nested in it
        ("not bad good", 3),  # and takes its negator along
        ("no refunds", -3),  # a phrase may end in a prefix
        ("no refund", -3),
        ("no ref", 0),
        ("malo", 0),  # words of another language don't count
        ("good's", 2),  # without what an apostrophe ties to it
        ("l'horreur", -3),
        ("", 0),
    ],
)
def test_evidence_of(small_scorer: TextScorer, text: str, weight: float) -> None:
    """The rules of `evidence` and `vocabulary`, one a row."""
    assert found(small_scorer, text) == pytest.approx(weight)


def test_a_negator_doesnt_reach_into_the_next_text(small_scorer: TextScorer) -> None:
    """Texts of a batch never touch each other; neither do boosters and phrases."""
    langs = np.full(5, LANGS.index("en"), np.uint8)
    evidence = read(small_scorer.vocabulary, ["not", "good", "very", "good not", "bad"], langs).evidence
    assert evidence.weight[evidence.weight != 0].tolist() == [2, 2, -2]
