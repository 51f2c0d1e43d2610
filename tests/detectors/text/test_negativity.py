"""How well negativity ranks and how honest its probabilities are."""

from collections.abc import Callable

import numpy as np
import pytest

from benchmarks.language import auc, calibration_error
from detectors.text.scorer import TextScorer

# Measured less about one standard error (0.04). The mentions are hard on purpose: near misses, irony, facts.
FLOORS = {"es": 0.66, "en": 0.59, "pt": 0.69, "fr": 0.63, "it": 0.59, "de": 0.67}


@pytest.mark.parametrize(("lang", "floor"), FLOORS.items())
def test_negative_mentions_rank_above_the_others(scorer: TextScorer, labelled: dict, lang: str, floor: float) -> None:
    """Area under the ROC curve."""
    mentions = labelled[lang]
    scores = scorer.score(mentions.texts, [lang] * len(mentions.texts))
    assert auc(scores.negativity, mentions.negative) >= floor


def test_probabilities_are_near_the_shares(scorer: TextScorer, labelled: dict) -> None:
    """Expected calibration error in ten bins: on these hard mentions more is negative than its words say."""
    scores = [scorer.score(m.texts, [lang] * len(m.texts)).negativity for lang, m in labelled.items()]
    negative = [mentions.negative for mentions in labelled.values()]
    assert calibration_error(np.concatenate(scores), np.concatenate(negative)) <= 0.12


@pytest.mark.parametrize(
    ("worse", "better", "lang"),
    [
        ("fatal, una vergüenza de servicio", "genial, un servicio de lujo", "es"),
        ("not good", "good", "en"),
        ("I hate it 😡", "I hate it", "en"),
        ("merci pour rien :(", "merci :)", "fr"),
        ("nicht zufrieden", "zufrieden", "de"),
    ],
)
def test_worse_is_more_negative(negativity: Callable[[str, str], float], worse: str, better: str, lang: str) -> None:
    """In every language, with pictures and negation."""
    assert negativity(worse, lang) > negativity(better, lang)


def test_nothing_said_is_rather_not_negative(negativity: Callable[[str, str], float]) -> None:
    """An empty text gets less than the base rate."""
    assert 0.05 < negativity("", "en") < 0.3


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("a mí también me ha pasado", "es"), ("happened to me too", "en"), ("ça m'arrive aussi", "fr"),
        ("mir auch passiert", "de"), ("è successo anche a me", "it"), ("isso também aconteceu comigo", "pt"),
    ],
)  # fmt: skip
def test_who_agrees_with_a_complaint_complains(negativity: Callable[[str, str], float], text: str, lang: str) -> None:
    """In a thread, most say no more than that. Where somebody is delighted, that decides."""
    assert negativity(text, lang) > 0.5
    assert negativity(f"{text} ❤️❤️ 😍😍", lang) < 0.5
