"""What scoring a text costs: by size of the batch, by length of the text, and for texts that are made to be expensive.

    python -m benchmarks.scorer [--data FOLDER] [--json FILE]

Everything is counted: language, negativity, categories, hashes, terms and, apart, the words of the terms. FOLDER holds
`replays/*.jsonl.gz`; without it only made-up mentions are scored. Processor time, medians of short rounds.
"""

import argparse
import json
import os
import random
import time
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Final

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.language import replayed_texts
from benchmarks.load import brands, mentions
from detectors.text.scorer import TextScorer

Costs = dict[str, float]

BATCHES: Final = (1, 10, 100, 200, 500, 1_000, 4_000)
LENGTHS_CHARS: Final = (20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
ROUNDS: Final = 40
TEXTS: Final = 40_000
BRANDS: Final = 1_000
ORDINARY: Final = 200
"""Texts of one length in a batch; and ordinary ones around the hostile ones."""

COPIES: Final = 20
BY_LENGTH: Final = "µs a mention by characters, batches of 200"
BY_KIND: Final = "µs that a hostile mention adds"
_SEED: Final = 7

HOSTILE: Final = {
    "10,000 characters of words": "horrible servicio never again " * 340,
    "280 alternating emoji": "😡👍" * 140,
    "5,000 words of one letter": "a " * 5_000,
    "one word of 10,000 letters": "x" * 10_000,
    "5,000 apostrophes": "l'" * 5_000,
    "3,300 negators": "no " * 3_300,
    "2,500 addresses in an address": "a://" * 2_500,
    "2,500 emoticons": ":-( " * 2_500,
    "2,000 hashtags": "#abc " * 2_000,
    "10,000 accents on one letter": "a" + "\u0336" * 10_000,
    "5,000 letters that fall apart": "\u0929\u0301" * 5_000,
    "10,000 separators": "\x1e" * 10_000,
}


def cpu_us(scorer: TextScorer, batches: Sequence[Sequence[str]], lang: str | None = None, spell: bool = True) -> float:
    """Median processor time of a batch, in µs, with the words of its terms if wanted; two warm up and don't count."""
    times = []
    for texts in [*batches[:2], *batches]:
        langs = [lang] * len(texts)
        begin = time.process_time_ns()
        scores = scorer.score(texts, langs)
        if spell:
            _ = scores.term_words
        times.append((time.process_time_ns() - begin) / 1_000)
    return float(np.median(times[2:]))


def generated_texts(count: int = TEXTS) -> list[str]:
    """Texts of made-up mentions."""
    return [json.loads(record)["text"] for record in mentions(count, brands(BRANDS))]


def by_batch(scorer: TextScorer, texts: Sequence[str], lang: str | None, spell: bool) -> Costs:
    """µs a mention by size of the batch; each round has other texts."""
    costs = {}
    for size in BATCHES:
        begins = range(0, len(texts) - size + 1, max((len(texts) - size) // ROUNDS, 1))
        batches = [texts[begin : begin + size] for begin in begins][:ROUNDS]
        costs[f"{size:,}"] = cpu_us(scorer, batches, lang, spell) / size
    return costs


def by_length(scorer: TextScorer, texts: Sequence[str]) -> Costs:
    """µs a mention by its length in characters, in batches of 200. What is beyond the scorer's limit isn't read."""
    rng = random.Random(_SEED)
    words = " ".join(texts).split(" ")
    costs = {}
    for length in LENGTHS_CHARS:
        batch = [" ".join(rng.choices(words, k=length // 2))[:length] for _ in range(ORDINARY)]
        costs[f"{length:,}"] = cpu_us(scorer, [batch] * ROUNDS) / ORDINARY
    return costs


def hostile(scorer: TextScorer, texts: Sequence[str]) -> Costs:
    """µs that each kind of expensive text adds to a batch of ordinary ones."""
    ordinary = list(dict.fromkeys(texts))[:ORDINARY]
    without = cpu_us(scorer, [ordinary] * ROUNDS)
    costs = {}
    for kind, repeated in HOSTILE.items():
        batch = ordinary + [f"{number} {repeated}" for number in range(COPIES)]
        costs[kind] = (cpu_us(scorer, [batch] * ROUNDS) - without) / COPIES
    return costs


def measured(data: Path | None) -> dict[str, Costs]:
    """Every figure, by table."""
    scorer, made_up = TextScorer.packaged(), generated_texts()
    samples = {"made up": made_up} | ({"replays": replayed_texts(data)} if data else {})
    found = {}
    for name, texts in samples.items():
        for lang, spell in product((None, "en"), (False, True)):
            how = f"{name}, language {'given' if lang else 'told'}{', words of terms too' if spell else ''}"
            found[how] = by_batch(scorer, texts, lang, spell)
    found[BY_LENGTH] = by_length(scorer, made_up)
    found[BY_KIND] = hostile(scorer, made_up)
    return found


def show(found: dict[str, Costs], console: Console) -> None:
    """Prints the figures by batch in one table, and each of the others in one of its own."""
    by_size = Table("µs a mention by batch", *map("{:,}".format, BATCHES))
    others = []
    for name, costs in found.items():
        if name in (BY_LENGTH, BY_KIND):
            others.append(Table(name, "µs"))
            for key, cost in costs.items():
                others[-1].add_row(key, f"{cost:.1f}")
        else:
            by_size.add_row(name, *(f"{cost:.1f}" for cost in costs.values()))
    for table in (by_size, *others):
        console.print(table)


def main() -> None:
    """Runs the benchmark from the command line."""
    parser = argparse.ArgumentParser(description="What scoring a text costs")
    parser.add_argument("--data", type=Path, default=os.environ.get("REBATO_DATA"), help="folder of the replays")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    found = measured(options.data)
    show(found, Console())
    if options.json:
        options.json.write_text(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
