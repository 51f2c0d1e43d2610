"""The scorer that peers get does the same work as rebato's: languages, negativity and categories nearly agree."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.language import auc
from benchmarks.peers.one_text_scorer import OneTextScorer
from detectors.text.languages import LANGS, UNKNOWN_LANG
from detectors.text.scorer import TextScorer

LABELLED = Path(__file__).parents[2] / "fixtures" / "labelled"


@pytest.fixture(scope="module")
def scorer() -> OneTextScorer:
    return OneTextScorer()


@pytest.mark.parametrize("lang", LANGS)
def test_it_is_as_good_as_ours(scorer: OneTextScorer, lang: str) -> None:
    """AUC of negative within 0.03, nine languages of ten the same, categories in four of five texts."""
    rows = [json.loads(line) for line in (LABELLED / f"{lang}.jsonl").read_text("utf-8").splitlines()]
    texts, negative = [row["text"] for row in rows], np.array([row["negative"] for row in rows])
    one = [scorer.score(text, None) for text in texts]
    ours = TextScorer.packaged().score(texts, [None] * len(texts))
    assert auc(np.array([score[0] for score in one]), negative) > auc(ours.negativity, negative) - 0.03
    assert np.mean([score[1] for score in one] == ours.lang) > 0.9
    assert np.mean([score[2] for score in one] == ours.categories) > 0.8


def test_it_takes_any_text(scorer: OneTextScorer) -> None:
    """Nothing to read, other scripts, long ones."""
    assert scorer.score("", None)[1] == UNKNOWN_LANG
    for text in ("日本", "😡" * 300, "a" * 30_000, ":( " * 50, "\x01\x02"):
        assert 0 < scorer.score(text, "xx")[0] < 1
