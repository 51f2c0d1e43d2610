"""The scorer as a whole: any text, any batch, the same answer."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.text.hashing import MAX_CHUNK_CHARS
from detectors.text.scorer import MAX_SCORED_CHARS, TextScorer
from detectors.text.scores import TextScores

COLUMNS = ("negativity", "lang", "categories", "near", "text", "terms")
ANY_TEXT = st.text(st.characters(codec=None), max_size=80)  # lone surrogates and control characters too

TORTURE = [
    "",
    "\x00",
    "\x1e\x1e\x1e",
    "\ud800",
    "a\udfffb",
    "\uffff\U0010ffff",
    "'" * 500,
    "@" * 500,
    "#" * 500,
    ":" * 500,
    "://" * 200,
    "://",
    "x" * 100_000,
    "😀" * 3_000,
    "a😀" * 1_000,
    "no " * 3_000,
    "İ" * 400,
    "a" + "̶" * 1_000,
    "\u0958" * 2_000,  # composing makes it longer
    "ﷺ" * 100,
    "‮⁦",
    "<3:(:):D;)=(" * 100,
    "https://" + "a/" * 900,
    "l'" * 900,
    "\r\n\t \u2028",
]


def rows(scores: TextScores) -> list[tuple[object, ...]]:
    columns = [getattr(scores, name) for name in COLUMNS]
    return [tuple(column[index].tolist() for column in columns) for index in range(len(scores))]


@pytest.mark.parametrize("text", TORTURE, ids=range(len(TORTURE)))
def test_hostile_texts_get_a_score(scorer: TextScorer, text: str) -> None:
    """Bad input is data, not an exception."""
    scores = scorer.score([text], [None])
    assert 0 <= scores.negativity[0] <= 1
    assert scorer.explain(text, None) is not None


def test_hostile_texts_dont_touch_their_neighbours(scorer: TextScorer) -> None:
    """Between any two of them an ordinary text scores as it does alone."""
    ordinary = "never again, no refund and nobody answers :("
    batch = [part for text in TORTURE for part in (text, ordinary)]
    assert set(map(repr, rows(scorer.score(batch, [None] * len(batch)))[1::2])) == {
        repr(row) for row in rows(scorer.score([ordinary], [None]))
    }


@given(st.lists(ANY_TEXT, max_size=8))
@settings(max_examples=150, deadline=None)
def test_a_batch_scores_like_its_texts_alone(scorer: TextScorer, texts: list[str]) -> None:
    """Whatever Unicode has."""
    batch = rows(scorer.score(texts, [None] * len(texts)))
    assert batch == [row for text in texts for row in rows(scorer.score([text], [None]))]


def test_no_texts_give_empty_columns(scorer: TextScorer) -> None:
    """An empty poll is no special case for the caller."""
    scores = scorer.score([], [])
    assert len(scores) == 0
    assert scores.terms.shape == (0, 8)
    assert scores.term_words == {}


def test_columns_have_the_types_of_a_digest(scorer: TextScorer) -> None:
    """They go into records as they are."""
    scores = scorer.score(["good", "bad"], ["en", None])
    assert [getattr(scores, name).dtype for name in COLUMNS] == [
        np.dtype(kind) for kind in ("f4", "u1", "u2", "u8", "u8", "u8")
    ]


def test_large_batches_are_cut_and_joined(scorer: TextScorer) -> None:
    """More characters than one chunk holds, with the same result."""
    texts = [f"text {i} is {'horrible' if i % 2 else 'wonderful'} " * 9 for i in range(4_000)]
    assert sum(map(len, texts)) > 2 * MAX_CHUNK_CHARS
    scores = scorer.score(texts, ["en"] * len(texts))
    assert rows(scores)[3_333] == rows(scorer.score([texts[3_333]], ["en"]))[0]
    assert set(scores.terms.ravel().tolist()) - {0} == set(scores.term_words)


def test_only_the_beginning_of_a_long_text_counts(scorer: TextScorer) -> None:
    """What lies behind the limit changes nothing."""
    head = "good " * (MAX_SCORED_CHARS // 5)
    one, two = rows(scorer.score([head, head + "horrible " * 999], ["en", "en"]))
    assert one == two


def test_a_language_for_each_text_is_required(scorer: TextScorer) -> None:
    """A shorter list would give languages to the wrong texts."""
    with pytest.raises(ValueError, match="2 texts with 1 languages"):
        scorer.score(["a", "b"], ["es"])


def test_explanations_are_the_words_that_decided(scorer: TextScorer) -> None:
    """Heaviest first, phrases whole, cues of categories at the end."""
    words = scorer.explain("Danke für nichts, nie wieder! Das WLAN war furchtbar :(", "de")
    assert words[0] == "furchtbar"
    assert {"danke für nichts", "nie wieder", "😞"} <= set(words)
    assert "wlan" not in words


def test_copies_in_a_batch_score_alike(scorer: TextScorer) -> None:
    """They are read once; the same text in another language is no copy."""
    texts = ["gift for you", "so so", "gift for you", "gift for you"]
    scores = rows(scorer.score(texts, ["de", "en", "de", "en"]))
    assert scores[0] == scores[2] != scores[3]
    assert scores[3] == rows(scorer.score(texts[3:], ["en"]))[0]
