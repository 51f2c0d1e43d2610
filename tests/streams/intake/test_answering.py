"""What intake tells of answers: threads, who asks, and whom an answer addresses."""

from typing import Any

from schemas.digest import decode_batch, encode_batch
from schemas.enums import Flag
from streams.intake.answering import MOST_ADDRESSED, addressed
from streams.intake.split import split
from streams.intake.stage import IntakeBatch, IntakeStage
from tests.streams.intake.making import config, mention, records, scorer

ASKED = "IKEA, ¿lleva carne de caballo? Quiero saberlo ya, es una vergüenza"


def taken(*mentions: dict[str, Any]) -> IntakeBatch:
    """The batch of these mentions, all of one source."""
    raw = [mention(**{"id": str(number), "lang": "es", **fields}) for number, fields in enumerate(mentions)]
    return IntakeStage(config(), scorer()).process(records(raw))


def test_an_answer_addresses_those_who_asked() -> None:
    """By their handle, whatever its case; each has a row of the answer."""
    asked = [{"text": ASKED, "author": {"id": f"u{n}", "handle": handle}} for n, handle in enumerate(["Laura_P", "juan"])]
    own = {"text": "@laura_p @Juan: lo estamos mirando", "author": {"id": "own", "handle": "IKEASpain"}}
    columns = taken(*asked, own).columns
    assert columns.asks.tolist() == [True, True, False, False]
    assert columns.handle.tolist()[:2] == columns.handle.tolist()[2:]
    assert (columns.flags & Flag.OUTBOUND).tolist() == [0, 0, 1, 1]
    assert columns.offset.tolist() == [0, 1, 2, 2]


def test_handles_mean_nothing_beyond_their_source() -> None:
    """`laura` of one network is somebody else on another."""
    asked = {"text": ASKED, "author": {"handle": "laura"}}
    handles = taken({**asked, "source": "x"}, {**asked, "source": "mastodon"}).columns.handle.tolist()
    assert 0 not in handles
    assert len(set(handles)) == 2


def test_a_thread_is_named_like_the_mention_that_began_it() -> None:
    """So that an answer in the thread is told to be one to its first mention too, which names no thread."""
    columns = taken({"id": "t1", "text": ASKED}, {"text": ASKED, "thread": "t1"}).columns
    assert columns.thread.tolist() == [0, columns.identity[0]]


def test_praise_and_reposts_ask_nothing() -> None:
    """Nor do they need a handle."""
    author = {"handle": "laura"}
    columns = taken(
        {"text": "¡Gracias IKEA, me encanta!", "author": author}, {"text": ASKED, "kind": "repost", "author": author}
    ).columns
    assert columns.asks.tolist() == [False, False]
    assert columns.handle.tolist() == [0, 0]


def test_what_says_nothing_of_answers_isnt_written() -> None:
    """Most mentions have neither thread nor question; older readers never see the columns."""
    batch = taken({"text": "Otra tarde en IKEA"})
    (record,) = (record for pieces in split(batch, 1, 1, 1, []).values() for record in pieces)
    assert not {"thread", "handle"} & record.columns.keys()
    _, columns = decode_batch(encode_batch(record))
    assert (columns.thread.tolist(), columns.handle.tolist()) == ([0], [0])


def test_only_the_handles_that_a_text_begins_with_are_addressed() -> None:
    """And no more than a few."""
    assert addressed("gracias @laura") == []
    assert addressed("  @laura, te escribimos @juan") == ["laura"]
    assert addressed("@ana.bsky.social hola") == ["ana.bsky.social"]
    assert addressed("@a @A @b x") == ["a", "b"]
    assert len(addressed(" ".join(f"@u{n}" for n in range(99)))) == MOST_ADDRESSED
