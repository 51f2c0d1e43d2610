"""5,000 broken lines of every kind, generated; each with the reason that it must be refused for."""

import base64
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

from schemas.enums import Refusal
from tests.streams.intake.making import mention

Maker = Callable[[random.Random], tuple[bytes, Refusal]]


def _truncated(rng: random.Random) -> tuple[bytes, Refusal]:
    whole = mention(id=str(rng.random()), text="IKEA " * rng.randint(1, 20))
    return whole[: rng.randrange(1, len(whole) - 1)], Refusal.NOT_JSON


def _wrong_type(rng: random.Random) -> tuple[bytes, Refusal]:
    field = rng.choice(["id", "source", "text", "author", "lang", "brand", "engagement", "in_reply_to"])
    return mention(**{field: rng.choice([17, 1.5, True, ["a"]])}), Refusal.WRONG_TYPE


def _missing(rng: random.Random) -> tuple[bytes, Refusal]:
    return mention(**{rng.choice(["id", "source", "text", "observed_at"]): rng.choice([None, ...])}), Refusal.MISSING_FIELD


def _not_a_number(rng: random.Random) -> tuple[bytes, Refusal]:
    return mention(rating=rng.choice([float("nan"), float("inf"), -float("inf")])), Refusal.NOT_JSON


def _huge_number(rng: random.Random) -> tuple[bytes, Refusal]:
    return mention(author={"followers": 10 ** rng.randint(17, 400)}), Refusal.BAD_VALUE


def _huge_text(rng: random.Random) -> tuple[bytes, Refusal]:
    return mention(id=str(rng.random()), text="IKEA " * rng.randint(13_200, 180_000)), Refusal.TOO_LARGE


def _lone_surrogate(rng: random.Random) -> tuple[bytes, Refusal]:
    half = chr(rng.randint(0xD800, 0xDFFF))
    if rng.random() < 0.5:
        return mention(text=f"IKEA {half}"), Refusal.BAD_VALUE
    return mention(text="IKEA ~").replace(b"~", half.encode("utf-8", "surrogatepass")), Refusal.NOT_UTF8


def _null(rng: random.Random) -> tuple[bytes, Refusal]:
    if rng.random() < 0.5:
        return mention(text="IKEA\0"), Refusal.BAD_VALUE
    return mention(text="IKEA~").replace(b"~", b"\0"), Refusal.NOT_JSON


def _wrong_year(rng: random.Random) -> tuple[bytes, Refusal]:
    year = rng.choice(["0000", "0001", "1969", "2101", "9999", "10000"])
    zone = rng.choice(["Z", "+14:00", "-14:00"])
    return mention(observed_at=f"{year}-01-01T00:00:00{zone}"), Refusal.OUT_OF_RANGE_TIME


def _no_zone(rng: random.Random) -> tuple[bytes, Refusal]:
    return mention(observed_at=f"2013-02-25T{rng.randrange(24):02}:00:00"), Refusal.NO_ZONE


def _empty_id(rng: random.Random) -> tuple[bytes, Refusal]:
    return mention(id=" " * rng.randrange(3)), Refusal.EMPTY_ID


def _not_an_object(rng: random.Random) -> tuple[bytes, Refusal]:
    return json.dumps(rng.choice([17, "IKEA", [], [mention().decode()], None, True])).encode(), Refusal.NOT_AN_OBJECT


def _not_utf8(rng: random.Random) -> tuple[bytes, Refusal]:
    return b'{"id": "%s"}' % bytes([rng.randint(0xF8, 0xFF)]) + rng.randbytes(20), Refusal.NOT_UTF8


_MAKERS: tuple[Maker, ...] = (
    _truncated,
    _wrong_type,
    _missing,
    _not_a_number,
    _huge_number,
    _lone_surrogate,
    _null,
    _wrong_year,
    _no_zone,
    _empty_id,
    _not_an_object,
    _not_utf8,
)


def broken_lines(count: int, seed: int = 1) -> Iterator[tuple[bytes, Refusal]]:
    """Lines and the reasons for which they are refused; one in 100 is up to 1 MB long."""
    rng = random.Random(seed)
    for number in range(count):
        yield _huge_text(rng) if number % 100 == 50 else _MAKERS[number % len(_MAKERS)](rng)


def collected_lines(data: Path) -> Iterator[bytes]:
    """Bad input that others have collected: JSON parser tests, naughty strings as texts, broken UTF-8. None is a mention."""
    for path in sorted((data / "bad-input").rglob("*.json")):
        yield path.read_bytes()[:900_000]
    for path in sorted((data / "bad-input").rglob("utf8tests.*")):
        yield from path.read_bytes().split(b"\n")
    for text in json.loads((data / "bad-input/blns/blns.base64.json").read_text()):
        yield base64.b64decode(text)
