"""A mention as a source saw it: the public format of the topic `mentions`, of files and of `POST /v1/mentions`."""

from datetime import datetime

import msgspec

from schemas.enums import Action, Direction, MentionKind

MAX_RECORD_BYTES = 64 * 1024
MAX_TEXT_CHARS = 20_000
MAX_ID_CHARS = 512
FUTURE_LIMIT_MS = 2 * 60_000  # a clock that is further ahead of the broker's is refused as `future`
FUTURE_IN_REPLAY_MS = 86_400_000  # the same in a replay, where the clock is the mentions before: they may have gaps


class Author(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Who wrote it, as far as the source says."""

    id: str | None = None
    handle: str | None = None
    name: str | None = None
    followers: int | None = None
    verified: bool | None = None
    url: str | None = None


class Engagement(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """How far it went, when the source saw it."""

    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None
    views: int | None = None


class Mention(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One post, review, comment, chat or mail. `(source, id, action)` is its identity."""

    id: str
    source: str
    observed_at: datetime
    text: str
    created_at: datetime | None = None
    kind: MentionKind | None = MentionKind.POST
    direction: Direction | None = Direction.INBOUND
    author: Author | None = None
    in_reply_to: str | None = None
    repost_of: str | None = None
    thread: str | None = None
    lang: str | None = None
    country: str | None = None
    url: str | None = None
    rating: float | None = None
    engagement: Engagement | None = None
    brand: str | None = None
    action: Action | None = Action.CREATE
