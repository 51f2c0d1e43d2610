"""Hashes that tell copies and near-copies."""

import numpy as np
import pytest

from detectors.text.scorer import TextScorer

TEXT = "Horse meat found in frozen lasagne, the supermarket says nothing and nobody answers the phone"


@pytest.mark.parametrize(
    "copy",
    [
        TEXT.upper(),
        f"  {TEXT}  \n",
        f"RT @someone: {TEXT}",
        f"{TEXT} https://t.co/abc123",
        TEXT.replace(", ", " ,  "),
    ],
)
def test_copies_have_the_same_hash(scorer: TextScorer, copy: str) -> None:
    """Case, spaces, punctuation, addresses and the mark of a repost don't matter."""
    scores = scorer.score([TEXT, copy], [None, None])
    assert scores.text[0] == scores.text[1]
    assert scores.near[0] == scores.near[1]


@pytest.mark.parametrize("other", [TEXT + " today", "@you " + TEXT, " ".join(reversed(TEXT.split())), TEXT[:40]])
def test_other_texts_have_other_hashes(scorer: TextScorer, other: str) -> None:
    """One more word, another order, a handle, a part."""
    scores = scorer.score([TEXT, other], [None, None])
    assert scores.text[0] != scores.text[1]


def test_near_copies_differ_in_few_bits(scorer: TextScorer) -> None:
    """A cut repost to somebody is near, another text about the same isn't."""
    near = f"RT @paper: @you {TEXT[:-22]}…"
    other = "Supermarket recalls lasagne after horse meat tests, refunds for all customers from Monday"
    hashes = scorer.score([TEXT, near, other], ["en"] * 3).near
    assert np.bitwise_count(hashes[0] ^ hashes[1]) <= 14
    assert np.bitwise_count(hashes[0] ^ hashes[2]) >= 20


def test_a_text_without_words_has_no_hash(scorer: TextScorer) -> None:
    """0 means: nothing to compare. A handle alone is a text, but no words."""
    scores = scorer.score(["", "?!", "https://x.y/z", "RT @x:", "@x"], [None] * 5)
    assert scores.text.tolist()[:4] == [0] * 4
    assert scores.near.tolist() == [0] * 5


def test_long_texts_have_a_hash_too(scorer: TextScorer) -> None:
    """The simhash counts 255 words at most, so that no lane overflows."""
    scores = scorer.score([" ".join(["wort"] * 380), " ".join(["wort"] * 200)], ["de", "de"])
    assert scores.near[0] == scores.near[1]
