"""Which brands a batch of mentions is about.

Rules, in this order: the mention's own `brand` (id or name of a watched brand) wins; else every brand that its text
names counts, and a brand whose own account wrote it. A name inside a phrase of `not_when` doesn't count. A mention is
outbound for a brand whose account wrote it, and for all of its brands if its `direction` says so.

One automaton holds the patterns of all brands and reads the folded batch once, so 5,000 brands cost no more than five.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from ahocorasick_rs import BytesAhoCorasick
from numpy.typing import NDArray

from schemas.config.model import Brand
from schemas.enums import Direction
from schemas.mention import Mention
from streams.intake.fold import BORDER, fold, fold_one
from streams.intake.patterns import exclusions_of, patterns_of

_MAX_CHUNK_CHARS = 1 << 18  # so that a batch of very long texts needs little memory, and stays in the cache
_MAX_BRAND_CHARS = 63
_MAX_CACHED_NAMES = 10_000

Pairs = set[tuple[int, int]]  # mention, brand


@dataclass(frozen=True, slots=True)
class Matches:
    """Pairs of mention and brand in order of mentions: `brand` is an index into `brands` and `groups`."""

    mention: NDArray[np.intp]
    brand: NDArray[np.intp]
    outbound: NDArray[np.bool_]
    brands: list[str]
    groups: list[str]


class BrandMatcher:
    """The brands of a config; `auto` takes the mention's own `brand` as it comes."""

    def __init__(self, brands: Sequence[Brand] | Literal["auto"]) -> None:
        self._auto = brands == "auto"
        self._folded: dict[str, str] = {}
        watched: Sequence[Brand] = [] if brands == "auto" else brands
        self._ids = [brand.id for brand in watched]
        self._groups = [brand.group_key for brand in watched]
        self._own: dict[str, int] = {}
        for index, brand in enumerate(watched):
            for name in (brand.id, *brand.names):
                self._own.setdefault(self._fold(name), index)
        self._accounts: dict[str, list[tuple[int, str]]] = {}
        for index, brand in enumerate(watched):
            for network, handle in brand.handles.items():
                self._accounts.setdefault(_handle(handle), []).append((index, network))
        self._networks = [frozenset(brand.handles) for brand in watched]
        self._texts = _TextMatcher(watched)

    def match(self, mentions: Sequence[Mention]) -> Matches:
        """The brands of each mention."""
        return self._match_auto(mentions) if self._auto else self._match_watched(mentions)

    def _match_auto(self, mentions: Sequence[Mention]) -> Matches:
        index: dict[str, int] = {}
        at, brand = [], []
        for position, mention in enumerate(mentions):
            if mention.brand and (folded := self._fold(mention.brand)):
                slug = folded.replace(" ", "-")[:_MAX_BRAND_CHARS]
                at.append(position)
                brand.append(index.setdefault(slug, len(index)))
        names = list(index)
        mention_at = np.array(at, np.intp)
        return Matches(mention_at, np.array(brand, np.intp), _declared_outbound(mentions)[mention_at], names, names)

    def _fold(self, name: str) -> str:
        """The name as `fold_one` gives it; remembered, as a source names few brands many times."""
        folded = self._folded.get(name)
        if folded is None:
            if len(self._folded) >= _MAX_CACHED_NAMES:
                self._folded.clear()
            folded = self._folded[name] = fold_one(name).strip("@# ")
        return folded

    def _match_watched(self, mentions: Sequence[Mention]) -> Matches:
        own: Pairs = set()
        by_account: Pairs = set()
        for position, mention in enumerate(mentions):
            if mention.brand and (brand := self._own.get(self._fold(mention.brand))) is not None:
                own.add((position, brand))
            author = mention.author
            if author is not None and author.handle and self._accounts:
                by_account.update((position, brand) for brand in self._written_by(author.handle, mention.source))
        named = {position for position, _ in own}
        unknown = [position for position in range(len(mentions)) if position not in named] if named else range(len(mentions))
        pairs = self._texts.pairs([mentions[position].text for position in unknown], unknown)
        pairs |= own | {pair for pair in by_account if pair[0] not in named}
        rows = np.array(sorted(pairs), np.intp).reshape(-1, 2)
        outbound = _declared_outbound(mentions)[rows[:, 0]]
        if by_account:
            outbound |= np.array([tuple(row) in by_account for row in rows.tolist()], bool)
        return Matches(rows[:, 0], rows[:, 1], outbound, self._ids, self._groups)

    def _written_by(self, handle: str, source: str) -> Iterator[int]:
        """Brands with this account: on the mention's network if the brand names an account there, else on any."""
        network = source.partition(":")[0]
        for brand, owned_on in self._accounts.get(_handle(handle), ()):
            if owned_on == network or network not in self._networks[brand]:
                yield brand


class _TextMatcher:
    """The patterns of all brands in one automaton."""

    def __init__(self, brands: Sequence[Brand]) -> None:
        owners: dict[str, list[tuple[int, bool]]] = {}
        for index, brand in enumerate(brands):
            for pattern in patterns_of(brand):
                owners.setdefault(pattern, []).append((index, True))
            for pattern in exclusions_of(brand):
                owners.setdefault(pattern, []).append((index, False))
        self._owners = list(owners.values())
        self._automaton = BytesAhoCorasick([pattern.encode() for pattern in owners]) if owners else None

    def pairs(self, texts: Sequence[str], positions: Sequence[int]) -> Pairs:
        """(position, brand) of each brand that a text names."""
        found: Pairs = set()
        if self._automaton is None:
            return found
        for start, stop in _chunks(texts):
            folded = fold(texts[start:stop])
            matches = self._automaton.find_matches_as_indexes(folded, overlapping=True)
            if not matches:
                continue
            borders = np.flatnonzero(np.frombuffer(folded, np.uint8) == BORDER)
            where = np.searchsorted(borders, np.array([match[1] for match in matches])) + start
            found |= self._counted(matches, [positions[index] for index in where.tolist()])
        return found

    def _counted(self, matches: list[tuple[int, int, int]], where: Sequence[int]) -> Pairs:
        """The pairs of matches that lie in no excluded phrase of the same brand."""
        named: list[tuple[int, int, int, int]] = []
        excluded: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for (pattern, begin, end), position in zip(matches, where, strict=True):
            for brand, counts in self._owners[pattern]:
                if counts:
                    named.append((position, brand, begin, end))
                else:
                    excluded.setdefault((position, brand), []).append((begin, end))
        if not excluded:
            return {match[:2] for match in named}
        return {
            (position, brand)
            for position, brand, begin, end in named
            if not any(first <= begin and end <= last for first, last in excluded.get((position, brand), ()))
        }


def _declared_outbound(mentions: Sequence[Mention]) -> NDArray[np.bool_]:
    return np.array([mention.direction is Direction.OUTBOUND for mention in mentions], bool)


def _handle(handle: str) -> str:
    return handle.strip().lstrip("@").lower()


def _chunks(texts: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Ranges of texts of about equal length together."""
    ends = np.cumsum([len(text) for text in texts]) // _MAX_CHUNK_CHARS
    cuts = [0, *(np.flatnonzero(np.diff(ends)) + 1).tolist(), len(texts)]
    return pairwise(cuts)
