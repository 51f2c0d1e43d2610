"""What scoring may cost: counted in calls and bytes, so that no clock can be wrong."""

import tracemalloc
from collections.abc import Callable

import pytest

from detectors.text.scorer import TextScorer
from tests.calls import calls

SPARE_CALLS = 50
"""Of about 800: a stage may run a step more where a batch has what another one lacks, such as a long phrase."""

PEAK_BYTES_A_CHARACTER = 60
"""About 40 are usual, most of them for the running sums and the places of characters."""


@pytest.fixture(scope="module")
def texts(labelled: dict) -> list[str]:
    """A thousand different texts of all languages, about 90 characters long."""
    written = [text for mentions in labelled.values() for text in mentions.texts]
    return [f"{text} {number}" for number, text in enumerate((written * 3)[:1_000])]


def peak_bytes(work: Callable[[], object]) -> int:
    """The most memory that is held at once."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_no_function_is_called_for_each_text(scorer: TextScorer, texts: list[str]) -> None:
    """500 texts take as many calls as 50: a loop over texts would take ten times as many."""
    for some in (texts[:50], texts[:500]):
        scorer.score(some, [None] * len(some))
    few = calls(lambda: scorer.score(texts[:50], [None] * 50).term_words)
    many = calls(lambda: scorer.score(texts[:500], [None] * 500).term_words)
    assert many <= few + SPARE_CALLS


def test_no_function_is_called_for_each_token(scorer: TextScorer, texts: list[str]) -> None:
    """Nor for each word, picture, emoticon, handle, address or negator of a long text."""
    long = " ".join(texts[:20])[:1_900]
    piled = "no very horrible :-( 😡 @you l'arnaque https://x.y/z no refund! " * 30
    short = calls(lambda: scorer.score([text[:60] for text in (long, piled)], ["en", None]).term_words)
    assert calls(lambda: scorer.score([long, piled], ["en", None]).term_words) <= short + 3 * SPARE_CALLS


def test_memory_grows_with_the_characters(scorer: TextScorer, texts: list[str]) -> None:
    """A text more costs its characters' worth, whatever the batch."""
    scorer.score(texts, [None] * len(texts))
    few = peak_bytes(lambda: scorer.score(texts[:100], [None] * 100).term_words)
    many = peak_bytes(lambda: scorer.score(texts, [None] * len(texts)).term_words)
    more_characters = sum(map(len, texts[100:]))
    assert many - few <= PEAK_BYTES_A_CHARACTER * more_characters


def test_a_large_batch_is_scored_in_chunks(scorer: TextScorer, texts: list[str]) -> None:
    """Beyond a chunk only the results are kept: far less than what the work takes."""
    large = [f"{text} {again}" for again in range(30) for text in texts]
    scores: list[object] = []
    peak = peak_bytes(lambda: scores.append(scorer.score(large, [None] * len(large))))
    assert peak <= PEAK_BYTES_A_CHARACTER / 3 * sum(map(len, large))
