"""Mentions, records and configs for the tests of intake."""

import json
from collections.abc import Iterable
from functools import cache

from detectors.text.scorer import TextScorer
from schemas.config.model import Config
from streams.intake.records import RawRecord

OBSERVED = "2013-02-25T12:30:00Z"
OBSERVED_MS = 1_361_795_400_000
BRANDS: list[dict[str, object]] = [
    {"id": "ikea", "names": ["IKEA"], "not_when": ["IKEA effect"], "handles": {"x": "@IKEASpain"}, "group": "furniture"},
    {"id": "la-cocinera", "names": ["La Cocinera"], "handles": {"x": "lacocinera"}},
    {"id": "mcd", "names": ["McDonald's"]},
]


@cache
def scorer() -> TextScorer:
    """The packaged scorer; it takes half a second to make."""
    return TextScorer.packaged()


def config(**changes: object) -> Config:
    """A config with three brands, in replay time unless said otherwise."""
    return Config.model_validate({"brands": BRANDS, "time": "replay", **changes})


def mention(**fields: object) -> bytes:
    """A mention as JSON. A field that is `...` is left out."""
    whole = {"id": "1", "source": "x", "observed_at": OBSERVED, "text": "Horse meat in my IKEA meatballs", **fields}
    return json.dumps({name: value for name, value in whole.items() if value is not ...}).encode()


def records(
    values: Iterable[bytes | None], partition: int = 0, first: int = 0, append_ms: int = OBSERVED_MS
) -> list[RawRecord]:
    """Records in a row."""
    return [RawRecord(partition, first + index, append_ms, value) for index, value in enumerate(values)]
