"""The scorer that the package ships, and the mentions that we labelled."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from detectors.text.compile import compile_vocabulary
from detectors.text.languages import LANGS
from detectors.text.lexicon import Entry, Role
from detectors.text.scorer import TextScorer

LABELLED = Path(__file__).parents[2] / "fixtures" / "labelled"


@dataclass(frozen=True)
class Labelled:
    """Mentions of one language with what people say about them."""

    texts: list[str]
    negative: np.ndarray
    categories: list[set[str]]


@pytest.fixture(scope="session")
def scorer() -> TextScorer:
    """The packaged scorer."""
    return TextScorer.packaged()


@pytest.fixture(scope="session")
def labelled() -> dict[str, Labelled]:
    """The labelled mentions by language."""
    return {lang: _labelled(lang) for lang in LANGS}


@pytest.fixture
def negativity(scorer: TextScorer) -> Callable[[str, str], float]:
    """The negativity of one text."""
    return lambda text, lang: float(scorer.score([text], [lang]).negativity[0])


@pytest.fixture(scope="session")
def small_scorer() -> TextScorer:
    """A scorer of a few English words, so that a test can tell which one counted."""
    en = LANGS.index("en")
    return TextScorer(
        compile_vocabulary(
            [
                Entry("good", en, weight=2),
                Entry("fine", en, weight=1),
                Entry("goodbye", en, weight=-1),
                Entry("horr", en, is_prefix=True, weight=-3),
                Entry("bad", en, weight=-2),
                Entry("not bad at all", en, weight=3),
                Entry("not bad", en, weight=1),
                Entry("no refund", en, is_prefix=True, weight=-3),
                Entry("not", en, role=Role.NEGATOR),
                Entry("very", en, role=Role.BOOSTER),
                Entry("malo", LANGS.index("es"), weight=-2),
            ],
            [],
            ["the"],
        )
    )


def _labelled(lang: str) -> Labelled:
    rows = [json.loads(line) for line in (LABELLED / f"{lang}.jsonl").read_text("utf-8").splitlines()]
    return Labelled(
        [row["text"] for row in rows],
        np.array([row["negative"] for row in rows]),
        [set(row["categories"]) for row in rows],
    )
