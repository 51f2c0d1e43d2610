"""How well the text scorer does, and how fast, on texts that are not in this repository.

    python -m benchmarks.language --data DIR [--json OUT] [--fit]

DIR (default: $REBATO_DATA) holds `sentiment/umsab/<language>/{train,val}_{text,labels}.txt` (0 = negative),
`labelled/<lang>.jsonl` and `replays/*.jsonl.gz`. `--fit` also prints the constants of `detectors.text.negativity`.
"""

import argparse
import gzip
import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

from detectors.text.languages import LANGS, language_index
from detectors.text.negativity import counts, features
from detectors.text.reading import read
from detectors.text.scorer import TextScorer
from detectors.text.tokens import chunks
from schemas.enums import Category

Floats = npt.NDArray[np.floating]
Flags = npt.NDArray[np.bool_]

UMSAB_FOLDERS: Final = ("spanish", "english", "portuguese", "french", "italian", "german")
BATCHES: Final = (200, 500, 1_000)
TIMED_MENTIONS_OF_EACH: Final = 5_000
LABELLED_WEIGHT: Final = 2.0  # of one of our mentions in the fit, against one tweet
RIDGE: Final = 3.0


@dataclass(frozen=True)
class Sample:
    """Texts with what people say about them."""

    texts: list[str]
    negative: Flags
    categories: list[list[str]]


def auc(scores: Floats, positive: Flags) -> float:
    """The chance that a positive one scores above a negative one, ties by half (Mann and Whitney, 1947).

    >>> auc(np.array([0.9, 0.5, 0.5, 0.1]), np.array([True, True, False, False]))
    0.875
    """
    _, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    hits = int(positive.sum())
    return float((rank[positive].sum() - hits * (hits + 1) / 2) / (hits * (len(positive) - hits)))


def calibration_error(probability: Floats, true: Flags, bins: int = 10) -> float:
    """The expected calibration error (Naeini et al., 2015): mean gap between probability and share in equal bins.

    >>> round(calibration_error(np.array([0.75, 0.75, 0.75, 0.75]), np.array([True, True, True, False])), 3)
    0.0
    """
    place = np.minimum((probability * bins).astype(int), bins - 1)
    gap = np.bincount(place, weights=probability - true, minlength=bins)
    return float(np.abs(gap).sum() / len(true))


def umsab(data: Path, lang: str, parts: Sequence[str]) -> Sample:
    """The tweets of one language."""
    folder = data / "sentiment" / "umsab" / UMSAB_FOLDERS[LANGS.index(lang)]
    texts, labels = [], []
    for part in parts:
        labels += (folder / f"{part}_labels.txt").read_text("utf-8").split()
        texts += (folder / f"{part}_text.txt").read_bytes().decode("utf-8").rstrip("\n").split("\n")
    return Sample(texts, np.array(labels) == "0", [])


def labelled(data: Path, lang: str) -> Sample:
    """Our own mentions of one language."""
    lines = (data / "labelled" / f"{lang}.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return Sample(
        [row["text"] for row in rows],
        np.array([row["negative"] for row in rows]),
        [row["categories"] for row in rows],
    )


def negativity_of(scorer: TextScorer, samples: dict[str, Sample]) -> dict[str, object]:
    """AUC a language with the language given and voted, language accuracy, and the calibration error over all."""
    given = {lang: scorer.score(s.texts, [lang] * len(s.texts)) for lang, s in samples.items()}
    voted = {lang: scorer.score(s.texts, [None] * len(s.texts)) for lang, s in samples.items()}
    return {
        "auc_given": {lang: auc(given[lang].negativity, s.negative) for lang, s in samples.items()},
        "auc_voted": {lang: auc(voted[lang].negativity, s.negative) for lang, s in samples.items()},
        "language_right": {lang: float((voted[lang].lang == LANGS.index(lang)).mean()) for lang in samples},
        "calibration_error": calibration_error(
            np.concatenate([scores.negativity for scores in given.values()]),
            np.concatenate([sample.negative for sample in samples.values()]),
        ),
    }


def categories_of(scorer: TextScorer, samples: dict[str, Sample]) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 of each category over all languages."""
    masks = np.concatenate([scorer.score(s.texts, [lang] * len(s.texts)).categories for lang, s in samples.items()])
    said = [set(categories) for sample in samples.values() for categories in sample.categories]
    found = {}
    for category in Category:
        flagged = (masks & category.bit) > 0
        true = np.array([category.value in categories for categories in said])
        both = int((flagged & true).sum())
        found[category.value] = {
            "precision": both / max(int(flagged.sum()), 1),
            "recall": both / int(true.sum()),
            "f1": 2 * both / int(flagged.sum() + true.sum()),
        }
    return found


def microseconds(scorer: TextScorer, texts: Sequence[str], batch: int, lang: str | None) -> float:
    """Median processor time a mention in batches, in µs; the first three batches warm up."""
    parts = [texts[begin : begin + batch] for begin in range(0, len(texts), batch)]
    langs = [lang] * batch
    for part in parts[:3]:
        scorer.score(part, langs[: len(part)])
    times = []
    for part in parts:
        begin = time.process_time()
        scorer.score(part, langs[: len(part)])
        times.append((time.process_time() - begin) / len(part))
    return float(np.median(times) * 1e6)


def replayed_texts(data: Path) -> list[str]:
    """The first texts of every replay, in their order: copies come as close together as in life."""
    texts = []
    for path in sorted((data / "replays").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            texts += [json.loads(line)["text"] for line in islice(lines, TIMED_MENTIONS_OF_EACH)]
    return texts


def fitted(rows: Floats, negative: Flags, weight: Floats) -> Floats:
    """Constants of a ridge logistic regression by Newton's method, the bias last."""
    design = np.column_stack([rows, np.ones(len(rows))])
    constants = np.zeros(design.shape[1])
    ridge = np.diag([RIDGE] * rows.shape[1] + [0.0])
    for _ in range(30):
        expected = 1 / (1 + np.exp(-design @ constants))
        slope = design.T @ (weight * (expected - negative)) + ridge @ constants
        curve = (design * (weight * expected * (1 - expected))[:, None]).T @ design + ridge
        constants -= np.linalg.solve(curve, slope)
    return constants


def prior_rows(scorer: TextScorer, texts: Sequence[str], lang: str) -> Floats:
    """What the prior sees of each text."""
    found = []
    for chunk in chunks(texts):
        reading = read(scorer.vocabulary, chunk, np.full(len(chunk), language_index(lang), np.uint8))
        found.append(features(counts(reading.tokens, reading.evidence), reading.cues))
    return np.concatenate(found)


def fit(scorer: TextScorer, data: Path, left_out: str | None = None) -> Floats:
    """The constants from the training tweets and our mentions, without one language if wanted."""
    rows, negative, weight = [], [], []
    for lang in LANGS:
        for sample, worth in ((umsab(data, lang, ["train"]), 1.0), (labelled(data, lang), LABELLED_WEIGHT)):
            if lang != left_out:
                rows.append(prior_rows(scorer, sample.texts, lang))
                negative.append(sample.negative)
                weight.append(np.full(len(sample.texts), worth))
    return fitted(np.concatenate(rows), np.concatenate(negative), np.concatenate(weight))


def left_out_auc(scorer: TextScorer, data: Path, load: Callable[[str], Sample]) -> dict[str, float]:
    """AUC of each language with constants that have never seen it."""
    found = {}
    for lang in LANGS:
        constants, sample = fit(scorer, data, left_out=lang), load(lang)
        found[lang] = auc(prior_rows(scorer, sample.texts, lang) @ constants[:-1], sample.negative)
    return found


def measured(scorer: TextScorer, data: Path) -> dict[str, object]:
    """Everything, as it goes into the JSON file."""
    tweets = {lang: umsab(data, lang, ["train", "val"]) for lang in LANGS}
    ours = {lang: labelled(data, lang) for lang in LANGS}
    texts = replayed_texts(data)
    return {
        "umsab": negativity_of(scorer, tweets) | {"auc_left_out": left_out_auc(scorer, data, lambda lang: tweets[lang])},
        "labelled": negativity_of(scorer, ours) | {"auc_left_out": left_out_auc(scorer, data, lambda lang: ours[lang])},
        "categories": categories_of(scorer, ours),
        "cpu_us_a_mention": {
            f"{batch} {'voted' if lang is None else 'given'}": microseconds(scorer, texts, batch, lang)
            for batch in BATCHES
            for lang in (None, "en")
        },
    }


def show(result: dict[str, object], console: Console) -> None:
    """Prints nested figures as tables, one a section."""
    for section, figures in result.items():
        table = Table("", *LANGS, "mean / value", title=section)
        for name, value in figures.items() if isinstance(figures, dict) else ():
            if isinstance(value, dict) and set(value) == set(LANGS):
                mean = sum(value.values()) / len(value)
                table.add_row(name, *(f"{value[lang]:.3f}" for lang in LANGS), f"{mean:.3f}")
            elif isinstance(value, dict):
                table.add_row(name, *[""] * len(LANGS), " ".join(f"{key} {part:.2f}" for key, part in value.items()))
            else:
                table.add_row(name, *[""] * len(LANGS), f"{value:.3f}")
        console.print(table)


def main() -> None:
    """Runs the benchmark from the command line."""
    parser = argparse.ArgumentParser(description="Quality and speed of the text scorer")
    parser.add_argument("--data", type=Path, default=os.environ.get("REBATO_DATA"), help="folder of the data sets")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--fit", action="store_true", help="print the fitted constants, the bias last")
    options = parser.parse_args()
    if options.data is None or not options.data.is_dir():
        parser.error("--data or REBATO_DATA must name the folder of the data sets")
    console, scorer = Console(), TextScorer.packaged()
    result = measured(scorer, options.data)
    show(result, console)
    if options.fit:
        console.print(fit(scorer, options.data).round(2).tolist())
    if options.json:
        options.json.write_text(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
