"""Columns out of mentions: identities, authors, times, reach and flags, a whole batch at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from schemas.digest import DigestColumns
from schemas.enums import Action, Flag, MentionKind
from schemas.mention import Mention
from streams.intake.hashing import hash_strings, joined, mixed
from streams.intake.scores import ScoreColumns

U64 = NDArray[np.uint64]

MOST_HANDLES = 20  # of the widest reach in a batch; an alert names three or so
MAX_HANDLE_CHARS = 64
_MAX_REACH = 2**32 - 1
_ACTIONS = {Action.CREATE: 0, None: 0, Action.UPDATE: 1, Action.DELETE: 2}


@dataclass(frozen=True, slots=True)
class Identities:
    """Which source each mention is of, and stable hashes of what names it. All within its source."""

    networks: list[str]
    network: NDArray[np.uint16]  # index into `networks`
    identity: U64  # of (source, id)
    with_action: U64  # of (source, id, action): what makes a repeat

    def take(self, index: NDArray[np.intp]) -> "Identities":
        """Those of some of the mentions."""
        return Identities(self.networks, self.network[index], self.identity[index], self.with_action[index])


def identify(mentions: Sequence[Mention]) -> Identities:
    """The identities of the mentions."""
    index: dict[str, int] = {}
    network = np.fromiter((index.setdefault(m.source, len(index)) for m in mentions), np.uint16, len(mentions))
    networks = list(index)
    identity = joined(hash_strings(networks)[network], hash_strings([m.id for m in mentions]))
    action = np.fromiter((_ACTIONS[m.action] for m in mentions), np.uint64, len(mentions))
    return Identities(networks, network, identity, mixed(identity + action))


def digest_columns(
    mentions: Sequence[Mention],
    ids: Identities,
    scores: ScoreColumns,
    partition: int,
    offsets: NDArray[np.int64],
    observed_ms: NDArray[np.int64],
) -> DigestColumns:
    """One row a mention, with brand 0 and only the flags that the mention itself has."""
    count = len(mentions)
    scope = hash_strings(ids.networks)[ids.network] if count else np.zeros(0, np.uint64)
    authors = [m.author for m in mentions]
    names = hash_strings([(a.id or a.handle or "") if a is not None else "" for a in authors])
    answered = hash_strings([m.in_reply_to or "" for m in mentions])
    return DigestColumns(
        brand=np.zeros(count, np.uint32),
        network=ids.network,
        partition=np.full(count, partition, np.uint16),
        offset=offsets,
        observed_ms=observed_ms,
        negativity=scores.negativity,
        categories=scores.categories,
        flags=np.fromiter(map(_flags, mentions), np.uint8, count),
        reach=np.fromiter((_reach(m) for m in mentions), np.uint32, count),
        author=joined(scope, names),
        text=scores.text,
        near=scores.near,
        identity=ids.identity,
        reply_to=joined(scope, answered),
        terms=scores.terms,
    )


def rows_of(
    columns: DigestColumns, row: NDArray[np.intp], brand: NDArray[np.intp], outbound: NDArray[np.bool_]
) -> DigestColumns:
    """One row for each pair of mention (a row of `columns`) and brand."""
    rows = columns.take(row)
    flags = rows.flags | np.where(outbound, Flag.OUTBOUND, 0).astype(np.uint8)
    return replace(rows, brand=brand.astype(np.uint32), flags=flags)


def widest_handles(mentions: Sequence[Mention], columns: DigestColumns) -> dict[int, str]:
    """Author hash → handle, of the authors with the widest reach; row i of `columns` is mention i."""
    order = np.argsort(columns.reach, kind="stable")[::-1][: 2 * MOST_HANDLES]
    handles: dict[int, str] = {}
    for index in order.tolist():
        author = mentions[index].author
        if columns.reach[index] and author is not None and author.handle and len(handles) < MOST_HANDLES:
            handles.setdefault(int(columns.author[index]), author.handle[:MAX_HANDLE_CHARS])
    return handles


def _flags(mention: Mention) -> int:
    flags = int(Flag.REPOST) if mention.kind is MentionKind.REPOST else 0
    return flags | Flag.VERIFIED if mention.author is not None and mention.author.verified else flags


def _reach(mention: Mention) -> int:
    author = mention.author
    return min(author.followers or 0, _MAX_REACH) if author is not None else 0
