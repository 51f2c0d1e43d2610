"""What is a mention and what isn't, and why."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.enums import Refusal
from schemas.mention import MAX_TEXT_CHARS, Mention
from streams.intake.records import CONTROL_HEADER, Control, RawRecord
from streams.intake.validate import read_mention, validate
from tests.streams.intake.making import OBSERVED_MS, mention, records


def twice(field: str, first: object, **fields: object) -> bytes:
    """A mention in which a field stands twice, with this value before its own."""
    return mention(**fields).replace(b"{", b'{"%s": %s, ' % (field.encode(), json.dumps(first).encode()), 1)


REFUSED: list[tuple[bytes | None, Refusal, str]] = [
    # value, reason, part of the detail
    (None, Refusal.NOT_JSON, "empty"),
    (b"", Refusal.NOT_JSON, "empty"),
    (b'{"id": "1", "sour', Refusal.NOT_JSON, "at character"),
    (b"\xff\xfe{}", Refusal.NOT_UTF8, "byte 0 is 0xff"),
    (mention(text="x").replace(b'"x"', b'"\xed\xa0\x80"', 1), Refusal.NOT_UTF8, "0xed"),  # a surrogate as bytes
    (b"\xef\xbb\xbf" + mention(), Refusal.NOT_JSON, "BOM"),
    (mention(text="x").replace(b'"text"', b'"text\x00"'), Refusal.NOT_JSON, "control character"),
    (mention(rating=float("nan")), Refusal.NOT_JSON, "NaN"),
    (b'{"a":' * 30_000, Refusal.TOO_LARGE, "150000 bytes; allowed are 65536"),
    (b'{"a":' * 12_000, Refusal.NOT_JSON, ""),
    (b"[" * 12_000, Refusal.NOT_JSON, ""),
    (b"[]", Refusal.NOT_AN_OBJECT, "[]"),
    (b"17", Refusal.NOT_AN_OBJECT, "17"),
    (mention(text="x" * 1_000_000), Refusal.TOO_LARGE, "allowed are 65536"),
    (mention(id=...), Refusal.MISSING_FIELD, "`id` is missing"),
    (mention(text=...), Refusal.MISSING_FIELD, "`text` is missing"),
    (mention(observed_at=None), Refusal.MISSING_FIELD, "`observed_at` is null"),
    (mention(id=17), Refusal.WRONG_TYPE, "`id` is 17; expected a string"),
    (mention(text=["a"]), Refusal.WRONG_TYPE, '`text` is ["a"]; expected a string'),
    (mention(author="me"), Refusal.WRONG_TYPE, '`author` is "me"; expected an object'),
    (mention(author={"followers": "12"}), Refusal.WRONG_TYPE, '`author.followers` is "12"; expected a whole number'),
    (mention(author={"followers": 1.5}), Refusal.WRONG_TYPE, "expected a whole number"),
    (mention(observed_at=1361795400), Refusal.WRONG_TYPE, "expected a time such as 2013-"),
    (mention(author={"followers": 10**30}), Refusal.BAD_VALUE, "allowed is 0 to 9007199254740992"),
    (mention(author={"followers": -1}), Refusal.BAD_VALUE, "`author.followers` is -1"),
    (mention(rating=1.5), Refusal.BAD_VALUE, "`rating` is 1.5; allowed is 0 to 1"),
    (mention(rating=0.5).replace(b"0.5", b"1e999"), Refusal.BAD_VALUE, "`rating`"),
    (mention(rating=0.5).replace(b"0.5", b"1" * 5_000), Refusal.BAD_VALUE, "number"),
    (mention(kind="tweet"), Refusal.BAD_VALUE, '`kind` is "tweet"; allowed are post, repost'),
    (mention(text="\ud800"), Refusal.BAD_VALUE, "`text` holds half of a surrogate pair"),
    (mention(id="\ud800"), Refusal.BAD_VALUE, "`id` holds half of a surrogate pair"),
    (mention(text="a\0b"), Refusal.BAD_VALUE, "null character"),
    (mention(author={"handle": "a\0b"}), Refusal.BAD_VALUE, "`author.handle`"),
    (mention(text=""), Refusal.BAD_VALUE, "`text` is empty"),
    (mention(id="x" * 513), Refusal.BAD_VALUE, "513 characters; allowed are 512"),
    (mention(source=""), Refusal.BAD_VALUE, "`source`"),
    (mention(source="x" * 101), Refusal.BAD_VALUE, "1 to 100 characters"),
    (mention(id=""), Refusal.EMPTY_ID, "unique within its source"),
    (mention(id=" \t"), Refusal.EMPTY_ID, ""),
    (mention(observed_at="2013-02-25T12:30:00"), Refusal.NO_ZONE, "2013-02-25T12:30:00+01:00"),
    (mention(created_at="2013-02-25T12:30:00"), Refusal.NO_ZONE, "`created_at`"),
    (mention(observed_at="yesterday"), Refusal.BAD_VALUE, "expected a time as in RFC 3339"),
    (mention(observed_at="2013-02-25"), Refusal.BAD_VALUE, "RFC 3339"),
    (mention(observed_at="2013-02-30T00:00:00Z"), Refusal.BAD_VALUE, "RFC 3339"),
    (mention(observed_at="0001-01-01T00:00:00Z"), Refusal.OUT_OF_RANGE_TIME, "1990 to 2100"),
    (mention(observed_at="0001-01-01T00:00:00+14:00"), Refusal.OUT_OF_RANGE_TIME, ""),
    (mention(observed_at="9999-12-31T23:59:59-14:00"), Refusal.OUT_OF_RANGE_TIME, "9999"),
    (mention(observed_at="0000-01-01T00:00:00Z"), Refusal.OUT_OF_RANGE_TIME, "0000"),
    (mention(observed_at="10000-01-01T00:00:00Z"), Refusal.OUT_OF_RANGE_TIME, "10000"),
    (mention(created_at="9999-12-31T23:59:59-14:00"), Refusal.OUT_OF_RANGE_TIME, "`created_at`"),
    (twice("observed_at", "2013-02-25T12:30:00Z", observed_at="2013-02-25T12:30:00"), Refusal.NO_ZONE, "`observed_at`"),
]


ACCEPTED = [
    (mention(), "all that is required"),
    (mention(colour="red", nested={"a": [1]}), "unknown fields are kept out of the way"),
    (mention(kind=None, author=None, lang=None, action=None), "null is as good as absent"),
    (mention(text="", repost_of="7"), "a repost may have no words of its own"),
    (mention(text="", action="delete"), "neither has a delete"),
    (mention().replace(b'"id": "1"', b'"id": "0", "id": "1"'), "of a key that stands twice the last one counts"),
    (twice("observed_at", "2013-02-25T12:30:00.41642845"), "whatever stands first, though it would be refused alone"),
    (twice("created_at", "2013-02-25T12:30:00", created_at="2013-02-25T12:30:00Z"), "so does it here"),
    (twice("rating", 17, rating=1), "and here"),
    (twice("author", {"followers": -1}, author={"followers": 1}), "and inside"),
    (twice("id", ""), "and where a closer look is taken"),
    (mention(text="\U0001f4a9 \\u0000 written out"), "a surrogate pair is a character, and words about escapes are words"),
    (mention(observed_at="2013-02-25T13:30:00+01:00"), "any zone"),
    (mention(created_at="1970-01-01T00:00:00Z"), "what the author's client claims is for display only"),
]


@pytest.mark.parametrize(("value", "reason", "detail"), REFUSED)
def test_a_refused_mention_says_why(value: bytes | None, reason: Refusal, detail: str) -> None:
    """One reason, and words that name field, value and what is allowed."""
    found = validate(records([value]))
    assert not found.mentions
    (refused,) = found.refused
    assert refused.reason is reason
    assert detail in refused.detail
    assert len(refused.detail) < 250


@pytest.mark.parametrize(("value", "rule"), ACCEPTED)
def test_what_is_good_enough_passes(value: bytes, rule: str) -> None:
    """The rule stands beside each row."""
    found = validate(records([value]))
    assert len(found.mentions) == 1, rule
    assert found.mentions[0].id == "1"


def test_times_are_milliseconds_since_1970_in_any_zone() -> None:
    """A fraction isn't rounded down by one."""
    times = ["2013-02-25T12:30:00.123Z", "2013-02-25T13:30:00.123+01:00", "2013-02-25T12:30:00.0009Z"]
    found = validate(records([mention(observed_at=time) for time in times]))
    assert (found.observed_ms - OBSERVED_MS).tolist() == [123, 123, 0]


def test_a_text_that_is_too_long_is_trimmed_and_cut() -> None:
    """The record must still be small enough: characters count here, bytes there."""
    (found,) = validate(records([mention(text="  " + "x" * 30_000)])).mentions
    assert found.text == "x" * MAX_TEXT_CHARS


def test_what_is_observed_more_than_two_minutes_after_its_arrival_is_refused_when_live() -> None:
    """In a replay, whose times are of another day, it isn't."""
    values = records([mention(), mention(id="2")], append_ms=OBSERVED_MS - 120_000)
    assert len(validate(values, live=True).mentions) == 2
    values[1].append_ms -= 1
    late = validate(values, live=True)
    assert [refused.reason for refused in late.refused] == [Refusal.FUTURE]
    assert late.positions == [0]
    assert late.offsets.tolist() == [0]
    assert len(validate(values).mentions) == 2


def test_control_records_are_told_from_mentions() -> None:
    """By their header; a broken one is refused like any other record."""
    control = RawRecord(0, 0, 0, b'{"v":1,"ms":7,"learn_until_ms":9}', [(CONTROL_HEADER, b"watermark")])
    broken = RawRecord(0, 1, 0, b"{}", [(CONTROL_HEADER, b"watermark")])
    found = validate([control, broken, RawRecord(0, 2, 0, mention(), [("other", b"")])])
    assert found.controls == [Control(1, 7, 9)]
    assert [refused.reason for refused in found.refused] == [Refusal.MISSING_FIELD]
    assert found.positions == [2]


@given(st.lists(st.binary(max_size=60) | st.just(mention())))
def test_bytes_of_any_kind_never_raise(values: list[bytes]) -> None:
    """Each record is a mention or refused."""
    found = validate(records(values))
    assert len(found.mentions) + len(found.refused) == len(values)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=[])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(Mention.__struct_fields__), _json))
def test_fields_of_any_kind_never_raise_and_are_judged_alike_by_both_ways(fields: dict[str, object]) -> None:
    """The fast way and the slow one agree on what a mention is."""
    value = mention(**fields)
    found = validate(records([value]))
    alone = read_mention(value)
    assert found.mentions == ([] if isinstance(alone, tuple) else [alone])
    for each in found.mentions:
        json.dumps(each.text).encode()
        assert each.text.encode() is not None
