"""Texts made comparable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.intake.fold import fold, fold_each

LETTERS = "aZ9 _@#.,\n\u0301\u00ad\u200dñÉßøŁИшک任삼เ😡\U0001d400\U00020000"


@given(st.lists(st.text(LETTERS, max_size=12), min_size=1, max_size=6), st.booleans())
def test_a_batch_folds_as_each_of_its_texts_does(texts: list[str], rare: bool) -> None:
    """Letters of more than a byte go two ways: one where they are rare, one where they are many."""
    if rare:
        texts = [*texts, "plain " * 300]
    assert fold(texts).split(b"\0") == [fold([text]) for text in texts]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Привет, МИР!", "привет мир"),
        ("ＩＫＥＡ 任天堂は", "ikea 任天堂は"),
        ("삼성 좋아", "삼성 좋아"),
        ("Straße, Łódź", "strase lodz"),
        ("𝟙\U00020000", "1\U00020000"),
        ("a😡b", "a b"),
    ],
)
def test_letters_of_any_script_stay(text: str, folded: str) -> None:
    """Lower case and without accents; pictures part words."""
    assert fold_each([text, text + " plain" * 50]) == [folded, folded + " plain" * 50]
