"""Which brands a batch of mentions is about.

Rules, in this order: the mention's own `brand` (id or name of a watched brand) wins; else every brand that its text
names counts, and a brand whose own account wrote it. A name inside a phrase of `not_when` doesn't count. A mention is
outbound for a brand whose account wrote it, and for all of its brands if its `direction` says so.

"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from schemas.config.model import Brand
from schemas.enums import Direction
from schemas.mention import Mention
from streams.intake.distinct import distinct
from streams.intake.fold import fold_each, fold_one
from streams.intake.names import NameFinder
from streams.intake.patterns import raw_spellings

_MAX_BRAND_CHARS = 63
_MAX_CACHED_NAMES = 10_000
_NO_HANDLE = "-"  # should an account be called so, `_written_by` looks again

Index = NDArray[np.intp]


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
        folded = _folded_names(watched)
        self._ids = [brand.id for brand in watched]
        self._groups = [brand.group_key for brand in watched]
        self._own: dict[str, int] = {}
        for index, brand in enumerate(watched):
            for name in (brand.id, *brand.names):
                self._own.setdefault(folded[name].strip("@# "), index)
        self._accounts: dict[str, list[tuple[int, str]]] = {}
        for index, brand in enumerate(watched):
            for network, handle in brand.handles.items():
                self._accounts.setdefault(_handle(handle), []).append((index, network))
        self._networks = [frozenset(brand.handles) for brand in watched]
        self._names = NameFinder(watched, folded.__getitem__)

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
        own_at, own_brand = self._own_brands(mentions)
        is_known = np.zeros(len(mentions), bool)
        is_known[own_at] = True
        unknown = np.flatnonzero(~is_known)
        at, brand = self._names.find([mentions[place].text for place in unknown.tolist()])
        account_at, account_brand = self._accounts_brands(mentions)
        by_account = ~is_known[account_at]
        width = max(len(self._ids), 1)
        accounts = account_at[by_account] * width + account_brand[by_account]
        pairs = distinct(np.concatenate([unknown[at] * width + brand, own_at * width + own_brand, accounts]))
        mention, brand = np.divmod(pairs, width)
        outbound = _declared_outbound(mentions)[mention]
        if len(account_at):
            outbound |= np.isin(pairs, account_at * width + account_brand)
        return Matches(mention, brand, outbound, self._ids, self._groups)

    def _own_brands(self, mentions: Sequence[Mention]) -> tuple[Index, Index]:
        """The mentions whose own `brand` is watched, and that brand."""
        names = [mention.brand for mention in mentions]
        if not any(names):
            return _columns([])
        own = [(place, self._own.get(self._fold(name))) for place, name in enumerate(names) if name]
        return _columns([(place, brand) for place, brand in own if brand is not None])

    def _accounts_brands(self, mentions: Sequence[Mention]) -> tuple[Index, Index]:
        """The mentions that a brand's account wrote, and that brand."""
        if not self._accounts:
            return _columns([])
        accounts = self._accounts
        authors = [mention.author for mention in mentions]
        handles = [_NO_HANDLE if author is None else author.handle or _NO_HANDLE for author in authors]
        plain = _handles(handles)
        if accounts.keys().isdisjoint(plain):
            return _columns([])
        written = [place for place, handle in enumerate(plain) if handle in accounts]
        return _columns([(place, brand) for place in written for brand in self._written_by(mentions[place])])

    def _written_by(self, mention: Mention) -> Iterator[int]:
        """Brands with this account: on the mention's network if the brand names an account there, else on any."""
        handle = (mention.author and mention.author.handle) or ""
        network = mention.source.partition(":")[0]
        for brand, owned_on in self._accounts.get(_handle(handle), ()) if handle else ():
            if owned_on == network or network not in self._networks[brand]:
                yield brand


def _folded_names(brands: Sequence[Brand]) -> dict[str, str]:
    """Every name, phrase and handle of the brands as `fold_one` gives it, folded all at once."""
    spellings = {raw for brand in brands for name in (*brand.names, *brand.not_when) for raw in raw_spellings(name)}
    spellings.update(brand.id for brand in brands)
    spellings.update(handle for brand in brands for handle in brand.handles.values())
    raw = list(spellings)
    return dict(zip(raw, fold_each(raw), strict=True)) if raw else {}


def _columns(pairs: Sequence[tuple[int, int]]) -> tuple[Index, Index]:
    columns = np.array(pairs, np.intp).reshape(-1, 2)
    return columns[:, 0], columns[:, 1]


def _declared_outbound(mentions: Sequence[Mention]) -> NDArray[np.bool_]:
    directions = [mention.direction for mention in mentions]
    if Direction.OUTBOUND not in directions:
        return np.zeros(len(mentions), bool)
    return np.array([direction is Direction.OUTBOUND for direction in directions], bool)


def _handle(handle: str) -> str:
    return handle.strip().lstrip("@").lower()


def _handles(handles: Sequence[str]) -> list[str]:
    """Each as `_handle` gives it, none being empty; mostly all at once, as there is no `@` and no space in them."""
    joined = "\n".join(handles).lower()
    plain = joined.split()
    only_lines = len("".join(plain)) + len(handles) - 1 == len(joined)
    return plain if only_lines and "@" not in joined else list(map(_handle, handles))
