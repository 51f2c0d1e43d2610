"""Mentions that are none: refused for their reason, among good ones that all count."""

import json
import random

from benchmarks.bad_inputs.damage import damaged
from benchmarks.bad_inputs.material import Material
from benchmarks.bad_inputs.tally import Outcome, Tally
from detectors.text.scorer import TextScorer
from schemas.enums import IntakeOutcome, Refusal
from streams.intake.records import RawRecord
from streams.intake.stage import IntakeStage
from tests.streams.intake.broken import broken_lines

_BATCH = 250


def spoil_mentions(tally: Tally, rng: random.Random, count: int, material: Material) -> None:
    """Half of them made to be wrong in one way, half damaged anywhere; in batches, as Kafka hands them out."""
    made = count // 2
    wanted: list[tuple[bytes, Refusal | None]] = list(broken_lines(made, rng.randrange(2**32)))
    lines = [json.dumps(mention, ensure_ascii=False).encode() for mention in material.mentions]
    wanted += [(damaged(rng, rng.choice(lines))[:1_000_000], None) for _ in range(count - made)]
    rng.shuffle(wanted)
    stage = IntakeStage(material.config, TextScorer.packaged())
    for first in range(0, count, _BATCH):
        _batch(tally, rng, stage, wanted[first : first + _BATCH], first, lines)


def _batch(
    tally: Tally,
    rng: random.Random,
    stage: IntakeStage,
    wanted: list[tuple[bytes, Refusal | None]],
    first: int,
    lines: list[bytes],
) -> None:
    good = [
        rng.choice(lines).replace(b'"id": "', b'"id": "bad-%d-%d-' % (first, number), 1) for number in range(len(wanted))
    ]
    values = [value for (bad, _), fine in zip(wanted, good, strict=True) for value in (bad, fine)]
    records = [RawRecord(0, 2 * first + place, 2**41, value) for place, value in enumerate(values)]
    results = {}

    def process() -> tuple[Outcome, str]:
        results["batch"] = stage.process(records)
        return Outcome.TAKEN, ""

    whole = Tally()
    whole.judge("mentions", b"", process)
    if "batch" not in results:
        (outcome,) = {outcome for _, outcome in whole.outcomes}
        for bad, _ in wanted:
            tally.add("mentions", outcome, "its whole batch", bad)
        return
    batch = results["batch"]
    refused = {each.record.offset: each.reason for each in batch.refused}
    lost = sum(2 * first + 2 * number + 1 in refused for number in range(len(wanted)))
    if lost or batch.counts.total() != len(values) or _refused(batch.counts) != len(refused):
        tally.add("mentions", Outcome.SILENT, f"{lost} good ones refused, {batch.counts.total()} of {len(values)} counted")
    for number, (bad, reason) in enumerate(wanted):
        found = refused.get(2 * first + 2 * number)
        if found is Refusal.POISON:
            tally.add("mentions", Outcome.CRASHED, "poison", bad)
        elif reason is not None and found is not reason:
            tally.add("mentions", Outcome.SILENT, f"{found} instead of {reason}", bad)
        else:
            tally.add("mentions", Outcome.REFUSED if found else Outcome.TAKEN, str(found or "another mention"))


def _refused(counts: object) -> int:
    return sum(n for (_, outcome), n in counts.items() if outcome is IntakeOutcome.REFUSED)  # type: ignore[attr-defined]
