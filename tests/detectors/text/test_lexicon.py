"""The packaged word lists."""

import pytest

from detectors.text.languages import LANGS
from detectors.text.lexicon import Role, packaged_entries, packaged_language_cues, packaged_stop_words
from schemas.enums import Category


@pytest.mark.parametrize("lang", range(len(LANGS)), ids=LANGS)
def test_every_language_has_all_lists(lang: int) -> None:
    """Weights, roles, pictures, cues of every category, words and endings that tell the language.

    Only in German does a clause end with its verb.
    """
    entries = [entry for entry in packaged_entries() if entry.lang == lang]
    assert sum(entry.weight is not None for entry in entries) > 1_500
    assert {entry.role for entry in entries} | {Role.CLAUSE} == set(Role)
    assert any(entry.role is Role.CLAUSE for entry in entries) == (LANGS[lang] == "de")
    assert any(entry.text == "😡" for entry in entries)
    for category in Category:
        assert any(entry.categories & category.bit for entry in entries), category
    cues = [cue for cue in packaged_language_cues() if cue.lang == lang]
    assert {cue.is_ending for cue in cues} == {True, False}


def test_weights_are_in_their_range() -> None:
    """-4 is the worst, 3 the best."""
    weights = {entry.weight for entry in packaged_entries() if entry.weight is not None}
    assert min(weights) == -4
    assert max(weights) == 3


def test_a_spelling_without_accents_comes_after_the_written_one() -> None:
    """So the written one holds where both say something."""
    texts = [entry.text for entry in packaged_entries()]
    assert texts.index("vergüenza") < texts.index("verguenza")


def test_stop_words_are_single_words() -> None:
    """They are matched token by token."""
    assert all(word.isalnum() or "'" in word for word in packaged_stop_words())
