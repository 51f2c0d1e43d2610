"""Columns out of mentions: identities, authors, times, reach and flags, a whole batch at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from schemas.digest import DigestColumns, asking
from schemas.enums import Action, Flag, MentionKind
from schemas.mention import Author, Mention
from streams.intake.answering import asking_handles, with_addressed
from streams.intake.hashing import hash_strings, joined, mixed
from streams.intake.scores import ScoreColumns

U64 = NDArray[np.uint64]

MOST_HANDLES = 20  # of the widest reach in a batch; an alert names three or so
MAX_HANDLE_CHARS = 64
_MAX_REACH = 2**32 - 1
_NOBODY = Author()
_SHARED = ("anonymous", "anónimo", "anónima", "anonyme", "guest", "invitado", "unknown", "desconocido")
NAMELESS = frozenset(each for name in _SHARED for each in (name, name.capitalize(), name.upper())) | {
    "A Google user", "A Google User", "Un usuario de Google",
}  # fmt: skip
"""What sources call people whose names they don't know: as authors they would be one person each."""
_REPOST = MentionKind.REPOST  # an enum's attributes are slow
_ACTIONS = {Action.CREATE: 0, None: 0, Action.UPDATE: 1, Action.DELETE: 2}
_CREATES = {action for action, number in _ACTIONS.items() if not number}


@dataclass(frozen=True, slots=True)
class Identities:
    """Which source each mention is of, and stable hashes of what names it. All within its source."""

    networks: list[str]
    network: NDArray[np.uint16]  # index into `networks`
    identity: U64  # of (source, id)
    with_action: U64  # of (source, id, action): what makes a repeat
    creates: NDArray[np.bool_]

    def take(self, index: NDArray[np.intp]) -> "Identities":
        """Those of some of the mentions."""
        network, identity = self.network.take(index), self.identity.take(index)
        return Identities(self.networks, network, identity, self.with_action.take(index), self.creates.take(index))


def identify(mentions: Sequence[Mention]) -> Identities:
    """The identities of the mentions."""
    sources = [mention.source for mention in mentions]
    networks = list(dict.fromkeys(sources))
    index = {name: number for number, name in enumerate(networks)}
    network = np.fromiter(map(index.__getitem__, sources), np.uint16, len(mentions))
    identity = joined(hash_strings(networks)[network], hash_strings([mention.id for mention in mentions]))
    actions = [mention.action for mention in mentions]
    number = np.zeros(len(mentions), np.uint64)
    if set(actions) - _CREATES:
        number[:] = [_ACTIONS[action] for action in actions]
    return Identities(networks, network, identity, mixed(identity + number), number == 0)


def digest_columns(
    mentions: Sequence[Mention],
    ids: Identities,
    scores: ScoreColumns,
    partitions: NDArray[np.uint16],
    offsets: NDArray[np.int64],
    observed_ms: NDArray[np.int64],
) -> DigestColumns:
    """One row a mention, with brand 0 and only the flags that the mention itself has."""
    count = len(mentions)
    scope = hash_strings(ids.networks)[ids.network] if count else np.zeros(0, np.uint64)
    authors = [mention.author or _NOBODY for mention in mentions]
    named = (author.id or author.handle or "" for author in authors)
    names = ["" if name in NAMELESS else name for name in named]
    answered = [mention.in_reply_to or "" for mention in mentions]
    threads = [mention.thread or "" for mention in mentions]
    flags = _flags(mentions, authors)
    return DigestColumns(
        brand=np.zeros(count, np.uint32),
        network=ids.network,
        partition=partitions,
        offset=offsets,
        observed_ms=observed_ms,
        negativity=scores.negativity,
        categories=scores.categories,
        flags=flags,
        reach=_reach(authors),
        author=joined(scope, hash_strings(names)),
        text=scores.text,
        near=scores.near,
        identity=ids.identity,
        reply_to=joined(scope, hash_strings(answered)),
        terms=scores.terms,
        thread=joined(scope, hash_strings(threads)) if any(threads) else np.zeros(count, np.uint64),
        handle=asking_handles(mentions, asking(scores.categories, flags), scope),
    )


def rows_of(
    columns: DigestColumns,
    mentions: Sequence[Mention],
    row: NDArray[np.intp],
    brand: NDArray[np.intp],
    outbound: NDArray[np.bool_],
) -> DigestColumns:
    """One row for each pair of mention (a row of `columns`) and brand; several where an answer addresses several people."""
    rows = columns.take(row)
    flags = rows.flags | np.where(outbound, Flag.OUTBOUND, 0).astype(np.uint8)
    rows = replace(rows, brand=brand.astype(np.uint32), flags=flags)
    return with_addressed(rows, outbound, mentions, row) if outbound.any() else rows


def widest_handles(mentions: Sequence[Mention], columns: DigestColumns) -> dict[int, str]:
    """Author hash → handle, of the authors with the widest reach; row i of `columns` is mention i."""
    order = np.argsort(columns.reach, kind="stable")[::-1][: 2 * MOST_HANDLES]
    handles: dict[int, str] = {}
    for index in order.tolist():
        author = mentions[index].author
        who = int(columns.author[index])
        if who and columns.reach[index] and author is not None and author.handle and len(handles) < MOST_HANDLES:
            handles.setdefault(who, author.handle[:MAX_HANDLE_CHARS])
    return handles


def _flags(mentions: Sequence[Mention], authors: Sequence[Author]) -> NDArray[np.uint8]:
    reposted = np.array([mention.kind is _REPOST for mention in mentions], bool)
    verified = np.array([author.verified is True for author in authors], bool)
    return reposted * np.uint8(Flag.REPOST) | verified * np.uint8(Flag.VERIFIED)


def _reach(authors: Sequence[Author]) -> NDArray[np.uint32]:
    followers = np.array([author.followers or 0 for author in authors], np.int64)
    return np.minimum(followers, _MAX_REACH).astype(np.uint32)
