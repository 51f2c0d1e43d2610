"""Made-up mentions are valid, the same each time, and spread as they are said to be."""

from collections import Counter

import msgspec
import pytest

from benchmarks.load import Shape, brands, mentions
from schemas.config.model import Config
from schemas.mention import Mention
from streams.intake.match import BrandMatcher
from streams.intake.records import RawRecord
from streams.intake.validate import validate

NUMBER = 4_000


@pytest.fixture(scope="module")
def made() -> list[bytes]:
    return mentions(NUMBER, brands(200))


@pytest.fixture(scope="module")
def decoded(made: list[bytes]) -> list[Mention]:
    return [msgspec.json.decode(record, type=Mention) for record in made]


def test_every_mention_passes_intake(made: list[bytes]) -> None:
    """A benchmark on refused mentions would measure the wrong path."""
    validated = validate([RawRecord(0, offset, 0, record) for offset, record in enumerate(made)])
    assert len(validated.mentions) == NUMBER
    assert len({mention.id for mention in validated.mentions}) == NUMBER


def test_the_same_seed_gives_the_same_bytes(made: list[bytes]) -> None:
    """Rounds and machines are compared on the same mentions."""
    assert mentions(NUMBER, brands(200)) == made
    assert mentions(NUMBER, brands(200), seed=2) != made


def test_lengths_are_those_of_real_mentions(made: list[bytes], decoded: list[Mention]) -> None:
    """About 118 characters and 350 bytes on average, some far longer."""
    chars = sorted(len(mention.text) for mention in decoded)
    assert 105 < sum(chars) / NUMBER < 131
    assert chars[-1] > 600
    assert 320 < sum(map(len, made)) / NUMBER < 390


def test_brands_are_found_as_often_as_said_and_skewed(decoded: list[Mention]) -> None:
    """A third names no brand, the first brand is named most, some mentions name two."""
    matches = BrandMatcher(Config.model_validate({"brands": brands(200)}).brands).match(decoded)
    named = Counter(matches.mention.tolist())
    assert 0.62 < len(named) / NUMBER < 0.72
    assert 0.03 < sum(count > 1 for count in named.values()) / len(named) < 0.09
    first, tenth = (sum(matches.brand == rank) for rank in (0, 9))
    assert 5 * tenth < first


def test_a_burst_lies_on_the_first_brand() -> None:
    """`hot_share` goes to it, beside its usual share."""
    burst = mentions(2_000, brands(50), shape=Shape(hot_share=0.9, unnamed_share=0))
    matches = BrandMatcher(Config.model_validate({"brands": brands(50)}).brands).match(
        [msgspec.json.decode(record, type=Mention) for record in burst]
    )
    assert sum(matches.brand == 0) > 0.85 * 2_000


def test_copies_come_after_what_they_copy(decoded: list[Mention]) -> None:
    """About one in seven has the text of an earlier mention, half of these name it."""
    texts = {mention.text for mention in decoded}
    assert 0.12 < 1 - len(texts) / NUMBER < 0.2
    of = {mention.id: mention for mention in decoded}
    reposts = [mention for mention in decoded if mention.repost_of]
    assert reposts
    assert all(of[mention.repost_of or ""].text == mention.text for mention in reposts)
    assert all(of[mention.repost_of or ""].observed_at <= mention.observed_at for mention in reposts)


def test_time_goes_on_over_the_span(decoded: list[Mention]) -> None:
    """In order, from the start to the end, with more in the evening than at night."""
    moments = [mention.observed_at for mention in decoded]
    assert moments == sorted(moments)
    assert (moments[-1] - moments[0]).total_seconds() == pytest.approx(86_400, rel=0.01)
    hours = Counter(moment.hour for moment in moments)
    assert hours[20] > 3 * hours[8]


def test_brands_are_valid_and_all_different() -> None:
    """100,000 of them have as many names, also without their accents."""
    many = brands(100_000)
    assert len({brand["id"] for brand in many}) == len(many)
    Config.model_validate({"brands": many[:300]})
