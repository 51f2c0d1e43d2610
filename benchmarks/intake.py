"""How many µs a mention costs in each stage of intake, in one process and without Kafka.

    python benchmarks/intake.py [FILE...] [--mentions 30000] [--brands 5000]

Files are mentions (.jsonl, .jsonl.gz); without any, texts are made up. The figure that counts is the last line: what one
core does of everything but Kafka's own client.
"""

import argparse
import gc
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from detectors.text.scorer import TextScorer
from schemas.config.model import Brand, Config
from schemas.digest import Watermark, encode_batch
from schemas.mention import Mention
from streams.files import read_records
from streams.intake.columns import identify
from streams.intake.match import BrandMatcher
from streams.intake.records import RawRecord
from streams.intake.repeats import RepeatMemory
from streams.intake.split import split
from streams.intake.stage import IntakeStage
from streams.intake.validate import validate

KNOWN = ["delta", "jetblue", "usairways", "united", "southwest", "american", "citibanamex", "ikea", "cocinera", "uber"]
WORDS = [
    "qué",
    "asco",
    "carne",
    "caballo",
    "horse",
    "love",
    "hate",
    "flight",
    "delayed",
    "again",
    "gracias",
    "never",
    "good",
]
PARTITIONS = 16
ROUNDS = 2


def made_up(count: int) -> list[RawRecord]:
    """Mentions of about 20 words, two thirds of which name a brand."""
    rng = random.Random(1)
    out = []
    for number in range(count):
        words = [*rng.choices(WORDS, k=rng.randint(8, 30)), str(rng.randrange(10**6))]
        words.insert(rng.randrange(len(words)), rng.choice([*KNOWN, *WORDS[:7]]))
        fields = {
            "id": str(number),
            "source": rng.choice(["bluesky", "mastodon", "rss:elpais"]),
            "observed_at": f"2013-02-25T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}Z",
            "text": " ".join(words),
            "author": {"id": str(rng.randrange(count)), "handle": f"u{number}", "followers": rng.randrange(10_000)},
        }
        out.append(RawRecord(0, number, 0, msgspec.json.encode(fields)))
    return out


def watched(count: int) -> Config:
    """A config with this many brands, most of which nobody talks about."""
    brands = [Brand(id=name, names=[name], handles={"x": name}) for name in KNOWN]
    brands += [Brand(id=f"b{n}", names=[f"brand{n}", f"name {n} of it"]) for n in range(count)]
    return Config(brands=brands, time="replay")


def cost_us(batches: Sequence[Sequence[object]], work: Callable[[Sequence[object]], object]) -> float:
    """µs an item, the best of two rounds."""
    items = sum(map(len, batches))
    best = float("inf")
    for _ in range(ROUNDS):
        started_s = time.perf_counter()
        for batch in batches:
            work(batch)
        best = min(best, time.perf_counter() - started_s)
    return best / items * 1e6


def stages(config: Config, records: list[RawRecord], size: int) -> dict[str, float]:
    """µs a mention of each stage, with batches of `size` records."""
    batches = [records[start : start + size] for start in range(0, len(records), size)]
    mentions = [validate(batch).mentions for batch in batches]
    bare = [[msgspec.structs.replace(m, brand=None) for m in batch] for batch in mentions]
    hashes = [
        (identify(batch).with_action, validate(records_).offsets) for batch, records_ in zip(mentions, batches, strict=True)
    ]
    matcher, scorer = BrandMatcher(config.brands), TextScorer.packaged()
    decode = msgspec.json.Decoder(Mention).decode
    memory = RepeatMemory(200_000)
    costs = {
        "decode alone": cost_us(batches, lambda batch: [decode(record.value) for record in batch]),
        "validate": cost_us(batches, validate),
        "identities": cost_us(mentions, identify),
        "repeats": cost_us(hashes, lambda pair: memory.first_seen(*pair)) / size * 2,
        "brands": cost_us(bare, matcher.match),
        "score": cost_us(mentions, lambda batch: scorer.score([m.text for m in batch], [m.lang for m in batch])),
    }
    done = [IntakeStage(config, scorer).process(batch) for batch in batches]
    stage = [IntakeStage(config, scorer) for _ in range(ROUNDS)]
    costs["stage, all of it"] = cost_us(batches, lambda batch: _next(stage, batch, batches).process(batch))
    costs["split and encode"] = cost_us(batches, _splitter(done, batches))
    costs["sum"] = costs["stage, all of it"] + costs["split and encode"]
    return costs


def _next(stages_left: list[IntakeStage], batch: Sequence[object], batches: Sequence[Sequence[object]]) -> IntakeStage:
    """A stage of its own for each round: in the second one all would be repeats."""
    stage = stages_left[0]
    if batch is batches[-1]:
        stages_left.append(stages_left.pop(0))
    return stage


def _splitter(done: list[object], batches: Sequence[Sequence[object]]) -> Callable[[Sequence[object]], object]:
    of = {id(batch): result for batch, result in zip(batches, done, strict=True)}

    def work(batch: Sequence[object]) -> object:
        records = split(of[id(batch)], PARTITIONS, 1, 4, [Watermark(0, 1)])
        return [encode_batch(record) for pieces in records.values() for record in pieces]

    return work


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--mentions", type=int, default=30_000)
    parser.add_argument("--brands", type=int, default=5_000)
    given = parser.parse_args()
    records = list(read_records(given.files))[: given.mentions] if given.files else made_up(given.mentions)
    gc.freeze()
    table = {size: stages(watched(given.brands), records, size) for size in (1_000, 4_000)}
    print(f"µs a mention; {len(records):,} mentions, {given.brands:,} brands")
    print(f"{'':18}" + "".join(f"{size:>9,}" for size in table) + "  records a batch")
    for name in next(iter(table.values())):
        print(f"{name:18}" + "".join(f"{costs[name]:9.2f}" for costs in table.values()))
    print(f"{'mentions/s':18}" + "".join(f"{1e6 / costs['sum']:9,.0f}" for costs in table.values()))


if __name__ == "__main__":
    main()
