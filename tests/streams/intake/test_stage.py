"""The whole stage on a batch: what counts, what doesn't, and the columns of what does."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest

from detectors.text.scorer import TextScores
from schemas.enums import Flag, IntakeOutcome, Refusal
from streams.intake.records import RawRecord
from streams.intake.scores import ScoreMemory
from streams.intake.stage import UNKNOWN_SOURCE, IntakeStage, Reached
from tests.streams.intake.making import OBSERVED_MS, config, mention, records, scorer


def stage(**changes: object) -> IntakeStage:
    return IntakeStage(config(**changes), scorer())


def test_every_record_has_one_outcome() -> None:
    """Refused, repeat, not a create, without a brand, or counted."""
    batch = stage().process(
        records(
            [
                mention(id="1"),
                mention(id="1"),
                mention(id="1", action="delete", text=""),
                mention(id="1", source="y"),
                mention(id="2", text="nobody"),
                b"{",
                mention(id="3", text="IKEA and la cocinera"),
            ]
        )
    )
    assert batch.counts == {
        ("x", IntakeOutcome.COUNTED): 2,
        ("y", IntakeOutcome.COUNTED): 1,
        ("x", IntakeOutcome.REPEAT): 1,
        ("x", IntakeOutcome.NOT_CREATE): 1,
        ("x", IntakeOutcome.NO_BRAND): 1,
        (UNKNOWN_SOURCE, IntakeOutcome.REFUSED): 1,
    }
    assert batch.columns.offset.tolist() == [0, 3, 6, 6]
    assert [batch.brands[brand] for brand in batch.columns.brand] == ["ikea", "ikea", "ikea", "la-cocinera"]
    assert batch.groups == ["furniture", "la-cocinera"]
    assert batch.reached == {0: Reached(7, OBSERVED_MS)}


def test_columns_say_what_the_mention_said() -> None:
    """Times, reach, flags, identities, scores."""
    author = {"id": "7", "handle": "ana", "followers": 2**40, "verified": True}
    batch = stage().process(
        records(
            [
                mention(id="a", author=author, observed_at="2013-02-25T12:30:00.5Z", text="IKEA ¡qué asco!", lang="es"),
                mention(id="b", in_reply_to="a", kind="repost", text="I love IKEA"),
                mention(id="c", direction="outbound", author={"followers": None}),
            ],
            partition=3,
            first=100,
        )
    )
    columns = batch.columns
    assert columns.partition.tolist() == [3, 3, 3]
    assert columns.offset.tolist() == [100, 101, 102]
    assert (columns.observed_ms - OBSERVED_MS).tolist() == [500, 0, 0]
    assert columns.reach.tolist() == [2**32 - 1, 0, 0]
    assert columns.flags.tolist() == [Flag.VERIFIED, Flag.REPOST, Flag.OUTBOUND]
    assert columns.reply_to.tolist() == [0, columns.identity[0], 0]
    assert (columns.author != 0).tolist() == [True, False, False]
    assert columns.negativity[0] > 0.5 > columns.negativity[1]
    assert batch.handles == {int(columns.author[0]): "ana"}
    assert {int(term) for term in columns.terms.ravel() if term} <= set(batch.term_words)


def test_a_name_that_many_share_is_nobody() -> None:
    """Else a storm of reviews without names would be one voice."""
    authors = [{"id": "A Google user"}, {"handle": "ANÓNIMO", "followers": 900}, {"id": "Ana"}, {"id": ""}]
    batch = stage().process(records([mention(id=f"{number}", author=author) for number, author in enumerate(authors)]))
    assert (batch.columns.author != 0).tolist() == [False, False, True, False]
    assert batch.handles == {}


def test_repeats_are_known_within_a_source_partition() -> None:
    """From batch to batch, and after records that were only remembered."""
    running = stage()
    running.remember(records([mention(id="1")]))
    batch = running.process(records([mention(id="1"), mention(id="2")], first=1))
    assert batch.columns.offset.tolist() == [2]
    other = running.process(records([mention(id="1")], partition=1))
    assert len(other.columns) == 1
    running.keep_only({1})
    assert len(running.process(records([mention(id="2")], first=9)).columns) == 1


def test_a_changed_config_counts_new_brands_and_keeps_the_memory() -> None:
    """Brands are swapped between two batches."""
    running = stage()
    assert len(running.process(records([mention(id="1", text="Lidl")])).columns) == 0
    running.with_config(config(brands=[{"id": "lidl", "names": ["Lidl"]}]))
    batch = running.process(records([mention(id="1", text="Lidl"), mention(id="2", text="Lidl")], first=1))
    assert batch.columns.offset.tolist() == [2]
    assert batch.brands == ["lidl"]


class Stumbling:
    """A scorer that fails on one word."""

    def __init__(self) -> None:
        self.scored: list[str] = []

    def score(self, texts: Sequence[str], langs: Sequence[str | None]) -> TextScores:
        if any("poison" in text for text in texts):
            raise ZeroDivisionError
        self.scored += texts
        return scorer().score(texts, langs)


def test_a_record_on_which_our_own_code_fails_is_refused_and_the_others_count() -> None:
    """It is found by halving; whatever was tried leaves no trace in the memory."""
    values = [mention(id=str(n), text=f"IKEA {'poison' if n in (3, 17) else n}") for n in range(20)]
    running = IntakeStage(config(), Stumbling())
    first = running.process(records([mention(id="before")]))
    batch = running.process(records(values, first=1))
    assert len(first.columns) == 1
    assert [(refused.record.offset, refused.reason) for refused in batch.refused] == [
        (4, Refusal.POISON),
        (18, Refusal.POISON),
    ]
    assert batch.columns.offset.tolist() == [n + 1 for n in range(20) if n not in (3, 17)]
    again = running.process(records([mention(id="0"), mention(id="before")], first=30))
    assert again.counts == {("x", IntakeOutcome.REPEAT): 2}


def test_a_batch_of_nothing_but_poison_is_refused_whole() -> None:
    """Even then the position moves on."""
    batch = IntakeStage(config(), Stumbling()).process(records([mention(text="IKEA poison")]))
    assert (batch.reached[0].position, len(batch.columns), len(batch.refused)) == (1, 0, 1)


def test_a_batch_without_mentions_leaves_empty_columns() -> None:
    """Control records and refused ones only."""
    batch = stage().process([RawRecord(0, 5, 0, b'{"v":1,"ms":7}', [("rebato-control", b"watermark")])])
    assert len(batch.columns) == 0
    assert batch.controls[0].ms == 7
    assert batch.counts == {}
    assert batch.reached[0].position == 6


def test_copies_of_a_text_are_scored_once_and_alike() -> None:
    """Within a batch and for a while after it; the memory is bounded."""
    asked = Stumbling()
    memory = ScoreMemory(asked, rows=4)
    rng = np.random.default_rng(7)
    words = ["asco", "love it", "IKEA sofa", "horse meat", "qué bien", "never again", "ok"]
    for _ in range(30):
        texts = rng.choice(words, size=rng.integers(1, 9)).tolist()
        langs = [None if text != "asco" else "es" for text in texts]
        found, expected = memory.score(texts, langs), scorer().score(texts, langs)
        for name in ("negativity", "categories", "text", "near", "terms"):
            np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
        assert expected.term_words.items() <= dict(found.term_words).items()
    assert Counter(asked.scored).total() < 100


@pytest.mark.parametrize("size", [1, 7, 100])
def test_the_size_of_batches_changes_nothing(size: int) -> None:
    """A backtest and a live run cut their input in other places."""
    values = records([mention(id=str(n % 70), text=f"IKEA {n % 40}") for n in range(100)])
    whole, cut = stage(), stage()
    expected = whole.process(values).columns
    parts = [cut.process(values[start : start + size]).columns for start in range(0, 100, size)]
    for name in ("offset", "negativity", "identity", "text", "near", "terms"):
        np.testing.assert_array_equal(np.concatenate([getattr(part, name) for part in parts]), getattr(expected, name))


def test_several_partitions_in_one_call_are_what_each_is_alone() -> None:
    """Repeats, poison, refusals and control records stay with their partition."""
    values = [
        [mention(id=str(n % 30), text=f"IKEA {'poison' if n == 9 else n % 20} {part}") for n in range(40)] for part in (0, 1)
    ]
    for part in values:
        part[5] = b"{"
    control = RawRecord(1, 40, 0, b'{"v":1,"ms":7,"partition":9}', [("rebato-control", b"watermark")])
    parts = [records(values[0]), [*records(values[1], partition=1), control]]
    alone, together = IntakeStage(config(), Stumbling()), IntakeStage(config(), Stumbling())
    single = [alone.process(part) for part in parts]
    batch = together.process([*parts[0], *parts[1]])
    assert batch.reached == {0: Reached(40, OBSERVED_MS), 1: Reached(41, 0)}
    assert batch.counts == single[0].counts + single[1].counts
    assert [(r.record.partition, r.record.offset, r.reason) for r in batch.refused] == [
        (partition, offset, reason)
        for offset, reason in ((5, Refusal.NOT_JSON), (9, Refusal.POISON))
        for partition in (0, 1)
    ]
    assert [(each.partition, each.ms) for each in batch.controls] == [(1, 7)]
    for name in ("partition", "offset", "negativity", "identity", "near", "terms"):
        whole = np.concatenate([getattr(each.columns, name) for each in single])
        np.testing.assert_array_equal(getattr(batch.columns, name), whole)
