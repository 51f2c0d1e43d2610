"""Which language a text is in."""

import numpy as np
import pytest

from detectors.text.languages import LANGS, UNKNOWN_LANG
from detectors.text.scorer import TextScorer


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("llevo dos horas esperando y nadie contesta", "es"),
        ("still waiting for my refund after two weeks", "en"),
        ("vocês não respondem ninguém há uma semana", "pt"),
        ("toujours pas de réponse de votre service", "fr"),
        ("non funziona più niente da questa mattina", "it"),
        ("seit gestern geht hier gar nichts mehr", "de"),
    ],
)
def test_a_sentence_tells_its_language(scorer: TextScorer, text: str, lang: str) -> None:
    """Function words decide."""
    assert scorer.score([text], [None]).lang[0] == LANGS.index(lang)


@pytest.mark.parametrize("text", ["", "12345", "😀", "@someone https://x.y", "これはペンです"])
def test_a_text_without_a_telling_word_is_of_no_known_language(scorer: TextScorer, text: str) -> None:
    """Nothing voted."""
    assert scorer.score([text], [None]).lang[0] == UNKNOWN_LANG


def test_the_language_that_the_source_says_wins(scorer: TextScorer) -> None:
    """A tag of a language that isn't known falls back to the vote."""
    lang = scorer.score(["still waiting for you"] * 3, ["de-AT", "nl", None]).lang
    assert [LANGS[index] for index in lang] == ["de", "en", "en"]


def test_languages_of_labelled_mentions_are_told(scorer: TextScorer, labelled: dict) -> None:
    """Short mentions, slang and typing errors among them: 98 % at least."""
    right = [
        scorer.score(mentions.texts, [None] * len(mentions.texts)).lang == LANGS.index(lang)
        for lang, mentions in labelled.items()
    ]
    assert np.concatenate(right).mean() >= 0.98
