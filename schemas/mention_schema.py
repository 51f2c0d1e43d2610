"""The JSON Schema of a mention, for those who write one: types out of the record itself, with meanings and limits."""

from typing import Any

import msgspec

from schemas.mention import MAX_ID_CHARS, MAX_TEXT_CHARS, Author, Engagement, Mention

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MEANINGS: dict[type, dict[str, dict[str, Any]]] = {
    Mention: {
        "id": {
            "description": "Unique within `source`; both together tell a repeat.",
            "minLength": 1,
            "maxLength": MAX_ID_CHARS,
        },
        "source": {
            "description": "Where it was seen.",
            "minLength": 1,
            "maxLength": MAX_ID_CHARS,
            "examples": ["bluesky", "mastodon", "rss:elpais", "mail:care"],
        },
        "observed_at": {
            "description": "When the source saw it: RFC 3339 with its zone. Windows run on it.",
            "format": "date-time",
        },
        "text": {
            "description": f"What was written; cut after {MAX_TEXT_CHARS:,} characters. May be empty for a repost or reply.",
        },
        "created_at": {"description": "What the author's client claims; for display only.", "format": "date-time"},
        "kind": {"description": "How it was published."},
        "direction": {"description": "`outbound` when the brand's own account wrote it: it answers, it isn't counted."},
        "author": {
            "description": "Who wrote it, as far as the source says. One author is one voice within the hour: leave it out "
            "where many share an id or a handle."
        },
        "in_reply_to": {"description": "Id, in the same source, of what it answers."},
        "repost_of": {"description": "Id, in the same source, of what it repeats."},
        "thread": {"description": "Id, in the same source, of its conversation."},
        "lang": {"description": "Language as BCP 47.", "examples": ["es", "pt-BR"]},
        "country": {"description": "Country as ISO 3166-1 alpha-2.", "examples": ["ES"]},
        "url": {"description": "Link to it."},
        "rating": {"description": "Rating of a review, 0 worst, 1 best.", "minimum": 0, "maximum": 1},
        "engagement": {"description": "How far it went when the source saw it."},
        "brand": {"description": "Id or name of the brand when the source knows it; else it is matched by its text."},
        "action": {"description": "`delete` removes stored text and samples; counts stay. Only `create` counts."},
    },
    Author: {
        "id": {"description": "Id in the source."},
        "handle": {"description": "Account name, with or without @."},
        "name": {"description": "Name as shown."},
        "followers": {"description": "How many follow.", "minimum": 0},
        "verified": {"description": "Whether the source has verified who it is."},
        "url": {"description": "Link to the account."},
    },
    Engagement: {
        name: {"description": f"How many {name}.", "minimum": 0} for name in ("likes", "reposts", "replies", "views")
    },
}


def mention_schema() -> dict[str, Any]:
    """The schema as plain values. Unknown fields are kept out of the way, not refused.

    >>> mention_schema()["required"]
    ['id', 'source', 'observed_at', 'text']
    """
    _, parts = msgspec.json.schema_components([Mention], ref_template="#/$defs/{name}")
    for record, meanings in _MEANINGS.items():
        for name, meaning in meanings.items():
            parts[record.__name__]["properties"][name].update(meaning)
    return {"$schema": _DIALECT, **parts.pop("Mention"), "title": "A mention", "$defs": parts}
