"""Durations as people write them: `30 s`, `5 min`, `1 h 30 min`, `7 days`."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, WithJsonSchema

_UNIT_S = {
    "ms": 0.001,
    **dict.fromkeys(("s", "sec", "second", "seconds"), 1),
    **dict.fromkeys(("min", "m", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hour", "hours"), 3600),
    **dict.fromkeys(("d", "day", "days"), 86400),
    **dict.fromkeys(("w", "week", "weeks"), 604800),
}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)\s*")
MAX_S = 3650 * 86400


def parse_duration(value: object) -> timedelta:
    """The duration. Raises ValueError with an example of how to write one.

    >>> parse_duration("1 h 30 min").total_seconds()
    5400.0
    """
    if isinstance(value, timedelta):
        return value
    text = str(value).strip().lower()
    parts = _PART.findall(text)
    if not parts or _PART.sub("", text) or any(unit not in _UNIT_S for _, unit in parts):
        raise ValueError("must be a duration with a unit (s, min, h, days). Try `30 min`.")
    seconds = sum(float(number) * _UNIT_S[unit] for number, unit in parts)
    if seconds > MAX_S:
        raise ValueError("must be at most 10 years. Try `30 days`.")
    return timedelta(seconds=seconds)


def write_duration(value: timedelta) -> str:
    """The duration as a person would write it.

    >>> write_duration(timedelta(minutes=90)), write_duration(timedelta(milliseconds=500))
    ('1 h 30 min', '0.5 s')
    """
    rest = value.total_seconds()
    parts = []
    for unit, name in ((86400, "days"), (3600, "h"), (60, "min")):
        count, rest = divmod(rest, unit)
        if count:
            parts.append(f"{count:.0f} {'day' if name == 'days' and count == 1 else name}")
    if rest:
        parts.append(f"{round(rest, 3):g} s")
    return " ".join(parts) or "0 s"


def _above_zero(value: timedelta) -> timedelta:
    if value <= timedelta(0):
        raise ValueError("must be longer than 0 s. Try `1 min`.")
    return value


_SCHEMA = WithJsonSchema({"type": "string", "examples": ["30 s", "5 min", "1 h 30 min", "7 days"]})
_WRITTEN = PlainSerializer(write_duration, return_type=str, when_used="json")

# Period is longer than 0 s
Duration = Annotated[timedelta, BeforeValidator(parse_duration), _WRITTEN, _SCHEMA]
Period = Annotated[timedelta, AfterValidator(_above_zero), BeforeValidator(parse_duration), _WRITTEN, _SCHEMA]
