"""Broken lines of every kind among good ones: nothing stalls, each has its reason, and the good ones count exactly."""

import random
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from schemas.enums import IntakeOutcome, Refusal
from streams.intake.stage import UNKNOWN_SOURCE, IntakeStage
from tests.streams.intake.broken import broken_lines, collected_lines
from tests.streams.intake.making import config, mention, records, scorer


def test_five_thousand_broken_lines_are_refused_for_their_reasons() -> None:
    """Interleaved with good ones, in batches as they come from Kafka."""
    broken = list(broken_lines(5_000))
    values = [line for number, (value, _) in enumerate(broken) for line in (value, mention(id=str(number)))]
    stage = IntakeStage(config(), scorer())
    counts: Counter[IntakeOutcome] = Counter()
    reasons: list[Refusal] = []
    offsets: list[int] = []
    for first in range(0, len(values), 1_000):
        batch = stage.process(records(values[first : first + 1_000], first=first))
        for (_, outcome), count in batch.counts.items():
            counts[outcome] += count
        refused = sorted(batch.refused, key=lambda each: each.record.offset)
        assert [each.record.offset for each in refused] == list(range(first, first + 1_000, 2))
        reasons += [each.reason for each in refused]
        offsets += batch.columns.offset.tolist()
    assert reasons == [reason for _, reason in broken]
    assert counts == {IntakeOutcome.REFUSED: 5_000, IntakeOutcome.COUNTED: 5_000}
    assert offsets == list(range(1, 10_000, 2))


def test_a_mention_damaged_anywhere_never_stops_the_stage() -> None:
    """One byte replaced or taken out, wherever: it is refused, or it is another mention."""
    rng = random.Random(3)
    author = {"id": "7", "handle": "ana", "followers": 12}
    whole = mention(text="IKEA \U0001f4a9 ñandú \\ud83d\\udca9", author=author, rating=0.5, lang="es", kind="reply")
    values = []
    for _ in range(3_000):
        at = rng.randrange(len(whole))
        values.append(whole[:at] + rng.choice([b"", rng.randbytes(1), b'"', b"\\", b"0", b"\0"]) + whole[at + 1 :])
    batch = IntakeStage(config(), scorer()).process(records(values))
    assert sum(batch.counts.values()) == len(values)
    assert not any(refused.reason is Refusal.POISON for refused in batch.refused)


@pytest.mark.data
def test_bad_input_that_others_have_collected_is_refused(data_dir: Path) -> None:
    """None of it is a mention; as the text of one, it is one or is refused as text."""
    lines = list(collected_lines(data_dir))
    assert len(lines) > 500
    batch = IntakeStage(config(), scorer()).process(records(lines))
    assert batch.counts == {(UNKNOWN_SOURCE, IntakeOutcome.REFUSED): len(lines)}
    texts = [line.decode(errors="replace")[:10_000] for line in lines]
    values = [
        msgspec.json.encode({"id": str(n), "source": "x", "observed_at": "2013-02-25T12:30:00Z", "text": f"IKEA {t}"})
        for n, t in enumerate(texts)
    ]
    taken = IntakeStage(config(), scorer()).process(records(values))
    assert sum(taken.counts.values()) == len(values)
    assert {refused.reason for refused in taken.refused} <= {Refusal.BAD_VALUE, Refusal.TOO_LARGE}
    assert taken.counts["x", IntakeOutcome.COUNTED] > 0.9 * len(values)
