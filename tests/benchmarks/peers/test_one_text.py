"""What peers get to work with one event at a time decides as rebato's batches do: else the comparison isn't one."""

import msgspec
import pytest

from benchmarks.load import Shape, brands, mentions
from benchmarks.peers.one_text import OneTextMatcher, decoded, folded, window_of
from schemas.config.model import Config
from schemas.mention import Author, Mention
from streams.intake.fold import fold
from streams.intake.match import BrandMatcher

WATCHED = brands(300)
CONFIG = Config.model_validate({"brands": WATCHED})


def named_in_batch(made: list[Mention]) -> list[set[str]]:
    matches = BrandMatcher(CONFIG.brands).match(made)
    found: list[set[str]] = [set() for _ in made]
    for mention, brand in zip(matches.mention.tolist(), matches.brand.tolist(), strict=True):
        found[mention].add(matches.brands[brand])
    return found


def named_one_by_one(made: list[Mention]) -> list[set[str]]:
    assert CONFIG.brands != "auto"
    matcher = OneTextMatcher(CONFIG.brands)
    return [matcher.brands_of(mention) for mention in made]


def test_brands_are_those_of_the_batch_matcher() -> None:
    """Names, hashtags, accounts, accents, several brands and phrases that exclude one."""
    made = [msgspec.json.decode(record, type=Mention) for record in mentions(3_000, WATCHED, shape=Shape(skew=0.5))]
    excluded = next(brand["not_when"][0] for brand in WATCHED if "not_when" in brand)
    account = next(handle for brand in WATCHED for handle in brand.get("handles", {}).values())
    special = [
        msgspec.structs.replace(made[0], text=f"{excluded} and no more"),
        msgspec.structs.replace(made[0], text=f"{excluded}, {excluded.removesuffix(' Street')}!"),
        msgspec.structs.replace(made[0], text="nothing", source="x", author=Author(handle=account.upper())),
        msgspec.structs.replace(made[0], text="nothing", brand=WATCHED[3]["names"][0]),
    ]
    assert named_one_by_one(made + special) == named_in_batch(made + special)
    assert [len(found) for found in named_in_batch(special)] == [0, 1, 1, 1]


@pytest.mark.parametrize(
    "text",
    ["¡Viva IKEA's sofás!", "Œuvre ß ø €uro", "a@b.com @c #d ##e", "Ελλάδα 日本 نص", "e\u0301 co\u00adop 👍🏽", ""],
)
def test_texts_are_folded_as_in_a_batch(text: str) -> None:
    """Latin letters, other scripts, marks, pictures and signs inside words."""
    assert folded(text).split() == fold([text]).split()


def test_what_is_no_mention_is_refused() -> None:
    """Broken JSON, a missing field, no time zone."""
    good = mentions(1, WATCHED)[0]
    mention = decoded(good)
    assert mention is not None
    assert window_of(mention) == int(mention.observed_at.timestamp()) // 300
    assert decoded(good[:-1]) is None
    assert decoded(b"{}") is None
    assert decoded(good.replace(b'Z","kind"', b'","kind"')) is None
