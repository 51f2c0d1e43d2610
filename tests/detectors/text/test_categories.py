"""What mentions are about."""

import numpy as np
import pytest

from detectors.text.scorer import TextScorer
from schemas.enums import Category


@pytest.mark.parametrize(
    ("text", "lang", "category"),
    [
        ("¿A qué hora abrís mañana?", "es", Category.QUESTION),
        ("alguien sabe si hay trenes", "es", Category.QUESTION),  # a cue without a mark
        ("os voy a denunciar a la prensa", "es", Category.THREAT),
        ("food poisoning after dinner", "en", Category.SAFETY),
        ("my lawyer will call you", "en", Category.LEGAL),
        ("internet caiu no bairro todo", "pt", Category.OUTAGE),
        ("c'est une arnaque", "fr", Category.FRAUD),
        ("voglio disdire il contratto", "it", Category.CHURN),
        ("dringend, brauche sofort hilfe", "de", Category.URGENT),
        ("fantastic service, thank you!", "en", Category.PRAISE),
        ("worst airline ever, lost my bag again", "en", Category.COMPLAINT),
    ],
)
def test_a_mention_is_about(scorer: TextScorer, text: str, lang: str, category: Category) -> None:
    """One example a category."""
    assert scorer.score([text], [lang]).categories[0] & category.bit


def test_cues_of_another_language_dont_count(scorer: TextScorer) -> None:
    """`sale` is a shop's word in English and "leaves" in Spanish."""
    assert scorer.score(["mi vuelo sale en una hora"], ["es"]).categories[0] & Category.URGENT.bit
    assert not scorer.score(["mi vuelo sale en una hora"], ["en"]).categories[0] & Category.URGENT.bit


def test_an_empty_text_is_about_nothing(scorer: TextScorer) -> None:
    """No flag without a word."""
    assert scorer.score([""], [None]).categories.tolist() == [0]


# Measured on all six languages, less about 0.03.
@pytest.mark.parametrize(
    ("category", "floor"),
    [("question", 0.88), ("legal", 0.70), ("complaint", 0.54), ("safety", 0.48), ("praise", 0.46), ("outage", 0.39)],
)
def test_flags_agree_with_people(scorer: TextScorer, labelled: dict, category: str, floor: float) -> None:
    """F1 on the labelled mentions."""
    masks = [scorer.score(m.texts, [lang] * len(m.texts)).categories for lang, m in labelled.items()]
    flagged = (np.concatenate(masks) & Category(category).bit) > 0
    true = np.array([category in said for m in labelled.values() for said in m.categories])
    assert 2 * (flagged & true).sum() / (flagged.sum() + true.sum()) >= floor
