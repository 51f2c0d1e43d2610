"""Decoding, brand match and window for processors that get one event at a time: no batch, so no cost of a batch.

They decide as `streams.intake` does (typed decode, limits, folding, borders of words, excluded phrases, own accounts);
the runner checks that the counts are equal.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
from ahocorasick_rs import BytesAhoCorasick

from schemas.config.model import Brand
from schemas.mention import MAX_ID_CHARS, MAX_RECORD_BYTES, MAX_TEXT_CHARS, Mention
from streams.intake.fold import fold_one
from streams.intake.patterns import First, excluded_forms_of, forms_of

WINDOW_S: Final = 300
_INSIDE_A_WORD: Final = re.compile(rb"[@#](?<=[^ ].)")
_SOFT_HYPHEN: Final = b"\xad"
_decode = msgspec.json.Decoder(Mention).decode


def decoded(value: bytes) -> Mention | None:
    """The mention, or None if it may not pass; where a processor would write a dead letter."""
    try:
        mention = _decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
        return None
    sound = (
        len(value) <= MAX_RECORD_BYTES
        and mention.observed_at.tzinfo is not None
        and 0 < len(mention.id) <= MAX_ID_CHARS
        and len(mention.source) > 0
        and 0 < len(mention.text) <= MAX_TEXT_CHARS
        and (mention.rating is None or 0 <= mention.rating <= 1)
    )
    return mention if sound else None


def window_of(mention: Mention) -> int:
    """Number of its 5 minutes since 1970."""
    return int(mention.observed_at.timestamp()) // WINDOW_S


def _folded(char: str) -> str:
    """The letter without accents in lower case; a space for what parts words, nothing for marks and joiners."""
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return ""
    if not (char.isalnum() or char in "_@#"):
        return " "
    letter = unicodedata.normalize("NFKD", char.lower())[0]
    return dict(zip("øłđħıŧðæœßþ", "oldhitdaost", strict=True)).get(letter, letter)


class _Folding(dict[int, str]):
    """For `str.translate`: characters are folded when they are first met."""

    def __missing__(self, point: int) -> str:
        folded = self[point] = _folded(chr(point))
        return folded


_FOLDING: Final = _Folding()
_LATIN: Final = b"".join(
    letter.encode() if len(letter := _folded(chr(point))) == 1 and letter.isascii() else b" " for point in range(256)
)


def _beyond_latin(error: UnicodeError) -> tuple[bytes, int]:
    """Pictures as spaces, letters as their ASCII base; raises for letters of other scripts."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    folded = "".join(_FOLDING[ord(char)] for char in error.object[error.start : error.end])
    if not folded.isascii():
        raise error
    return folded.encode(), error.end


codecs.register_error("folded", _beyond_latin)


def folded(text: str) -> bytes:
    """The text as `streams.intake.fold` gives it (but for ½ and µ, which are in no name), about 3 µs.

    >>> folded("¡Viva  IKEA's sofás! 👍 a@b")
    b' viva ikea s sofas a b '
    """
    try:
        raw = text.encode("latin-1", "folded").translate(_LATIN, _SOFT_HYPHEN)
    except UnicodeEncodeError:
        raw = text.translate(_FOLDING).encode()
    if b"@" in raw or b"#" in raw:
        raw = _INSIDE_A_WORD.sub(b" ", raw)
    return b" " + b" ".join(raw.split()) + b" "


def patterns_of(brand: Brand) -> set[str]:
    """The forms of its names written out.

    >>> sorted(patterns_of(Brand(id="lc", names=["La Cocinera"], handles={"x": "@LCes"})))
    [' @lces ', ' la cocinera ', '#la cocinera ', '#lacocinera ', '@la cocinera ', '@lacocinera ']
    """
    return {written for form, first in forms_of(brand) for written in _written_out(form, first)}


def _written_out(form: str, first: First) -> Iterator[str]:
    if first & (First.SPACE | First.OTHER):
        yield form
    if first & First.AT:
        yield f"@{form[1:]}"
    if first & First.HASH:
        yield f"#{form[1:]}"


class OneTextMatcher:
    """Brands of one mention after the other."""

    def __init__(self, brands: Sequence[Brand]) -> None:
        owners: dict[str, list[str]] = {}
        excluded: dict[str, list[str]] = {}
        self._own: dict[str, str] = {}
        self._accounts: dict[str, list[Brand]] = {}
        for brand in brands:
            for name in (brand.id, *brand.names):
                self._own.setdefault(fold_one(name).strip("@# "), brand.id)
            for handle in brand.handles.values():
                self._accounts.setdefault(handle.lower(), []).append(brand)
            for pattern in patterns_of(brand):
                owners.setdefault(pattern, []).append(brand.id)
            for phrase, _ in excluded_forms_of(brand):
                excluded.setdefault(phrase, []).append(brand.id)
        self._names = list(owners.values())
        self._excluded = list(excluded.values())
        self._find = BytesAhoCorasick([text.encode() for text in (*owners, *excluded)]).find_matches_as_indexes

    def brands_of(self, mention: Mention) -> set[str]:
        """Ids of the brands that it is about."""
        if mention.brand and (own := self._own.get(fold_one(mention.brand).strip("@# "))):
            return {own}
        found: set[str] = set()
        if matches := self._find(folded(mention.text), True):
            if max(matches)[0] >= len(self._names):
                found = self._outside_phrases(matches)
            else:
                for match in matches:
                    found.update(self._names[match[0]])
        author = mention.author
        if author is not None and author.handle and (owners := self._accounts.get(author.handle.lower())):
            network = mention.source.partition(":")[0]
            found.update(brand.id for brand in owners if network not in brand.handles or brand.handles[network])
        return found

    def _outside_phrases(self, matches: list[tuple[int, int, int]]) -> set[str]:
        known = len(self._names)
        phrases = [(brand, begin, end) for at, begin, end in matches if at >= known for brand in self._excluded[at - known]]
        return {
            brand
            for at, begin, end in matches
            if at < known
            for brand in self._names[at]
            if not any(brand == other and first <= begin and end <= last for other, first, last in phrases)
        }
