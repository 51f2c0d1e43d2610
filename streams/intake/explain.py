"""Why a mention can't be used, in words for whoever sent it. Slow and careful; only what failed comes here."""

import json
import re
from enum import StrEnum
from typing import NoReturn

import msgspec

from schemas.enums import Action, Direction, MentionKind, Refusal
from schemas.mention import MAX_ID_CHARS, MAX_RECORD_BYTES, MAX_TEXT_CHARS, Mention

MAX_SOURCE_CHARS = 100
MAX_FOLLOWERS = 2**53  # beyond it JSON numbers lose digits (RFC 8259, section 6)
FIRST_YEAR, LAST_YEAR = 1990, 2100  # before the web and after us: a clock or a unit is wrong
_YEARS = f"{FIRST_YEAR} to {LAST_YEAR}"
_SHOWN_CHARS = 40
_EXAMPLE = "2013-02-25T12:30:00+01:00"

Why = tuple[Refusal, str]

_AT = re.compile(r" - at `\$\.?(.*)`$")
_MISSING = re.compile(r"missing required field `(\w+)`")
_EXPECTED = re.compile(r"Expected `([^`]*)`, got `([^`]*)`")
_YEAR = re.compile(r"\s*[+-]?(\d{4,})-\d\d-\d\d[Tt ]")
_WORDS = {"str": "a string", "int": "a whole number", "float": "a number", "bool": "true or false", "object": "an object"}
_ENUMS: dict[str, type[StrEnum]] = {"kind": MentionKind, "direction": Direction, "action": Action}

_decoder = msgspec.json.Decoder(Mention)


def shortened(value: object) -> str:
    """The value as JSON, at most 40 characters of it.

    >>> shortened("x" * 50)
    '"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…'
    """
    text = json.dumps(value, default=str)
    return text if len(text) <= _SHOWN_CHARS else text[:_SHOWN_CHARS] + "…"


def explain_bytes(value: bytes | None) -> Why | None:
    """Why these bytes are no mention; None if they are one (its contents are `explain_mention`'s part)."""
    if not value:
        return Refusal.NOT_JSON, "the record is empty; expected a JSON object"
    if len(value) > MAX_RECORD_BYTES:
        return Refusal.TOO_LARGE, f"{len(value)} bytes; allowed are {MAX_RECORD_BYTES}"
    try:
        text = value.decode()
    except UnicodeDecodeError as error:
        return Refusal.NOT_UTF8, f"byte {error.start} is 0x{value[error.start]:02x}, which is not UTF-8"
    try:
        found = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        return Refusal.NOT_JSON, "nested too deep"
    except json.JSONDecodeError as error:
        return Refusal.NOT_JSON, f"{error.msg} at character {error.pos}"
    except ValueError as error:
        return Refusal.BAD_VALUE, f"a number can't be read: {error}"
    if not isinstance(found, dict):
        return Refusal.NOT_AN_OBJECT, f"{shortened(found)} is not an object"
    return _explain_object(value, found)


def _refuse_constant(word: str) -> NoReturn:
    raise json.JSONDecodeError(f"{word} is no JSON number", word, 0)


def _explain_object(value: bytes, found: dict[str, object]) -> Why | None:
    if where := _unreadable_string(found, ""):
        return Refusal.BAD_VALUE, f"`{where}` holds half of a surrogate pair or a null character; write whole characters"
    try:
        _decoder.decode(value)
    except msgspec.ValidationError as error:
        return _explain_field(str(error), found)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Refusal.NOT_JSON, str(error)
    return None


def _unreadable_string(value: object, path: str) -> str:
    """Path of the first string with a lone surrogate or a null character, in the fields that we know; else ''."""
    if isinstance(value, str):
        broken = "\0" in value or any("\ud800" <= char <= "\udfff" for char in value)
        return path if broken else ""
    if isinstance(value, dict):
        known = {name: item for name, item in value.items() if path or name in Mention.__struct_fields__}
        parts = (_unreadable_string(item, f"{path}.{name}".lstrip(".")) for name, item in known.items())
        return next(filter(None, parts), "")
    return ""


def _explain_field(message: str, found: dict[str, object]) -> Why:
    """Reason and detail out of msgspec's message, which ends with the path of the field."""
    at = _AT.search(message)
    field = at[1] if at else ""
    if missing := _MISSING.search(message):
        name = f"{field}.{missing[1]}".lstrip(".")
        return Refusal.MISSING_FIELD, f"`{name}` is missing"
    value = _at_path(found, field)
    expected = _EXPECTED.search(message)
    if expected and value is None:
        return Refusal.MISSING_FIELD, f"`{field}` is null, but it is required"
    if "RFC3339" in message or (expected and "datetime" in expected[1] and isinstance(value, str)):
        return _explain_time(field, value)
    if expected:
        return Refusal.WRONG_TYPE, f"`{field}` is {shortened(value)}; expected {_in_words(expected[1])}"
    if "enum" in message:
        return Refusal.BAD_VALUE, f"`{field}` is {shortened(value)}; allowed are {_allowed_words(field)}"
    return Refusal.BAD_VALUE, f"`{field}` is {shortened(value)}: {message.split(' - at ')[0].lower()}"


def _explain_time(field: str, value: object) -> Why:
    year = _YEAR.match(str(value))
    if year and not FIRST_YEAR <= int(year[1]) <= LAST_YEAR:
        return (
            Refusal.OUT_OF_RANGE_TIME,
            f"`{field}` is {shortened(value)}; allowed are the years {_YEARS}",
        )
    return Refusal.BAD_VALUE, f"`{field}` is {shortened(value)}; expected a time as in RFC 3339, such as {_EXAMPLE}"


def _in_words(expected: str) -> str:
    name = expected.removesuffix(" | null")
    return f"a time such as {_EXAMPLE}" if name == "datetime" else _WORDS.get(name, name)


def _allowed_words(field: str) -> str:
    return ", ".join(_ENUMS[field]) if field in _ENUMS else "others"


def _at_path(found: object, path: str) -> object:
    for name in filter(None, path.split(".")):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def explain_mention(mention: Mention) -> Why | None:
    """Why a mention of the right form has contents that can't be used; None if it is fine or only too long."""
    if not mention.id.strip():
        return Refusal.EMPTY_ID, "`id` is empty; it must be unique within its source"
    if len(mention.id) > MAX_ID_CHARS:
        return (
            Refusal.BAD_VALUE,
            f"`id` is {shortened(mention.id)}, {len(mention.id)} characters; allowed are {MAX_ID_CHARS}",
        )
    if not mention.source.strip() or len(mention.source) > MAX_SOURCE_CHARS:
        return Refusal.BAD_VALUE, f"`source` is {shortened(mention.source)}; allowed are 1 to {MAX_SOURCE_CHARS} characters"
    return _explain_times(mention) or _explain_contents(mention)


def _explain_times(mention: Mention) -> Why | None:
    for field, moment, first, last in (
        ("observed_at", mention.observed_at, FIRST_YEAR, LAST_YEAR),
        ("created_at", mention.created_at, 2, 9998),  # for display: only what no time zone can move out of the calendar
    ):
        if moment is None:
            continue
        if moment.tzinfo is None:
            return Refusal.NO_ZONE, f"`{field}` is {shortened(moment.isoformat())}, without a zone; write it as {_EXAMPLE}"
        if not first <= moment.year <= last:
            shown = shortened(moment.isoformat())
            return Refusal.OUT_OF_RANGE_TIME, f"`{field}` is {shown}; allowed are the years {first} to {last}"
    return None


def _explain_contents(mention: Mention) -> Why | None:
    if not mention.text and not (mention.in_reply_to or mention.repost_of or mention.action is Action.DELETE):
        return (
            Refusal.BAD_VALUE,
            "`text` is empty; it may be for a delete and with `in_reply_to` or `repost_of`",
        )
    if mention.rating is not None and not 0 <= mention.rating <= 1:
        return Refusal.BAD_VALUE, f"`rating` is {mention.rating:g}; allowed is 0 to 1"
    followers = mention.author.followers if mention.author else None
    if followers is not None and not 0 <= followers <= MAX_FOLLOWERS:
        return Refusal.BAD_VALUE, f"`author.followers` is {shortened(followers)}; allowed is 0 to {MAX_FOLLOWERS}"
    return None


def cut_text(mention: Mention) -> Mention:
    """The mention with its text trimmed and cut to the allowed length."""
    return msgspec.structs.replace(mention, text=mention.text.strip()[:MAX_TEXT_CHARS])
