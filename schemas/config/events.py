"""Planned events: what makes people talk more for a while, and is known beforehand. Campaigns, matches, a price rise."""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, PlainSerializer, Tag, model_validator

from schemas.config.base import Name, Settings, Slug, Zone, rule
from schemas.config.durations import Duration, Period

MOST_LIFT = 100.0
LONGEST = timedelta(days=366)
FIRST_YEAR, LAST_YEAR = 1970, 2200
MOST_EVENTS = 2_000
"""All of them are looked through for each brand."""
WORDS = {word: f"FREQ={word.upper()}" for word in ("daily", "weekly", "monthly", "yearly")}
_ALL = "all"
_DAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
_RULE_PARTS: dict[str, Callable[[str], bool]] = {
    "FREQ": lambda value: value.lower() in WORDS,
    "INTERVAL": lambda value: _within(value, 1, 99),
    "COUNT": lambda value: _within(value, 1, 1000),
    "UNTIL": lambda value: re.fullmatch(r"\d{8}(T\d{6}Z?)?", value, re.ASCII) is not None and _is_time(value),
    "BYDAY": lambda value: all(_DAY.fullmatch(day) for day in value.split(",")),
    "BYMONTH": lambda value: all(_within(month, 1, 12) for month in value.split(",")),
    "BYMONTHDAY": lambda value: all(_within(day.lstrip("+-"), 1, 31) for day in value.split(",")),
    "WKST": lambda value: value in ("MO", "SU"),
}


def _within(text: str, least: int, most: int) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 5 and least <= int(text) <= most


def parse_moment(value: object) -> date | datetime:
    """A day, or a time with or without an offset from UTC. Raises ValueError with an example.

    >>> parse_moment("2026-11-27"), parse_moment("2026-11-27 20:00")
    (datetime.date(2026, 11, 27), datetime.datetime(2026, 11, 27, 20, 0))
    """
    if isinstance(value, date):
        moment: date | datetime = value
    else:
        text = str(value).strip()
        try:
            moment = datetime.fromisoformat(text) if re.match(r"\d{4}-\d\d-\d\d.+", text) else date.fromisoformat(text)
        except ValueError as error:
            raise ValueError("must be a day or a time. Try `2026-11-27` or `2026-11-27 20:00`.") from error
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"must lie in the years {FIRST_YEAR} to {LAST_YEAR}. Try `2026-11-27 20:00`.")
    return moment


def write_moment(moment: date | datetime) -> str:
    """The moment as people write it.

    >>> write_moment(datetime(2026, 11, 27, 20)), write_moment(date(2026, 11, 27))
    ('2026-11-27 20:00', '2026-11-27')
    """
    if not isinstance(moment, datetime):
        return moment.isoformat()
    return moment.isoformat(" ", "seconds" if moment.second or moment.microsecond else "minutes")


def _day(value: object) -> date:
    moment = parse_moment(value)
    if isinstance(moment, datetime):
        raise ValueError("must be a day. Try `2026-12-25`.")
    return moment


def _rule(text: str) -> str:
    """A word, or an RRULE of iCalendar that is worked out in a moment: what has no next time would be sought for ever."""
    if text.lower() in WORDS:
        return text.lower()
    parts = dict(part.partition("=")[::2] for part in text.upper().split(";"))
    if "=" not in text and (close := difflib.get_close_matches(text.lower(), WORDS, n=1)):
        raise ValueError(f"is no word that is known here. Did you mean `{close[0]}`?")
    wrong = next(
        (f"{name}={value}".rstrip("=") for name, value in parts.items() if not _RULE_PARTS.get(name, _no)(value)), ""
    )
    if wrong or "FREQ" not in parts or len(parts) != text.count(";") + 1:
        what = f"has `{wrong}`, which isn't understood here" if wrong else "must be a word or an RRULE with FREQ"
        raise ValueError(f"{what}. Try `daily`, `weekly`, `monthly`, `yearly` or `FREQ=YEARLY;BYMONTH=11;BYDAY=4FR`.")
    by = {name for name in parts if name.startswith("BY")}
    often, steps = parts["FREQ"] in ("DAILY", "WEEKLY"), parts.get("INTERVAL", "1") != "1"
    if often and ("BYMONTHDAY" in by or re.search(r"\d", parts.get("BYDAY", ""))):
        raise ValueError("has days of a month in a rule of days or weeks. Try `FREQ=MONTHLY;BYDAY=1MO`.")
    if steps and by - ({"BYDAY"} if parts["FREQ"] != "DAILY" else set()) and parts["FREQ"] != "YEARLY":
        raise ValueError("has an INTERVAL together with BY…, which may never meet. Leave one of them out.")
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _is_time(text: str) -> bool:
    try:
        return FIRST_YEAR <= datetime.fromisoformat(text).year <= LAST_YEAR
    except ValueError:
        return False


def _no(_: str) -> bool:
    return False


def _several(value: object) -> object:
    """One brand's id is a list of one; `all` is everybody."""
    if isinstance(value, str):
        return [] if value == _ALL else [value]
    return value


_WRITTEN = PlainSerializer(write_moment, return_type=str, when_used="json")
Moment = Annotated[date | datetime, BeforeValidator(parse_moment), _WRITTEN]
Repeat = Annotated[str, AfterValidator(_rule)]


class AboutBrands(Settings):
    """Whom something is about, and how much more they will be talked of."""

    brands: Annotated[list[Name], BeforeValidator(_several)] = Field(
        [], description="ids of the brands it is about; `all`, or none: every one", examples=[["lacocinera"]]
    )
    group: Slug | None = Field(None, description="it is about all brands of this group", examples=["food"])
    lift: float = Field(2.0, ge=1, le=MOST_LIFT, description="how many times the usual mentions are expected")
    ramp: Duration = Field(timedelta(minutes=15), description="before it begins people come little by little")
    aftermath: Duration = Field(timedelta(hours=1), description="after its end they leave as slowly")
    timezone: Zone | None = Field(None, description="default: that of each brand", examples=["Europe/Madrid"])

    @model_validator(mode="after")
    def _brands_or_group(self) -> Self:
        if self.brands and self.group:
            raise rule("give `brands` or `group`, not both.", "group")
        if max(self.ramp, self.aftermath) > timedelta(days=7):
            raise rule("must be at most 7 days. Try `1 h`.", "aftermath" if self.aftermath > self.ramp else "ramp")
        return self


class Event(AboutBrands):
    """A planned event. Times without an offset are in its zone."""

    name: Name = Field(description="what people call it", examples=["Black Friday"])
    start: Moment = Field(description="a day or a time", examples=["2026-11-27 20:00"])
    end: Moment | None = Field(None, description="a time, or a day, which is then its last", examples=["2026-11-27"])
    duration: Period | None = Field(None, description="its length, in the place of `end`", examples=["2 h"])
    repeat: Repeat | None = Field(None, description="daily, weekly, monthly, yearly or an RRULE", examples=["weekly"])
    not_on: list[Annotated[date, BeforeValidator(_day)]] = Field(
        [], description="days on which it doesn't begin after all", examples=[["2026-12-25"]]
    )

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.end is not None and self.duration is not None:
            raise rule("give `end` or `duration`, not both.", "duration")
        if self.end is None and self.duration is None and isinstance(self.start, datetime):
            raise rule("is missing (when it is over). Try `duration: 2 h`.", "end")
        begin, end = wall(self.start), wall(self.last)
        if (begin.tzinfo is None) != (end.tzinfo is None):
            raise rule("must have an offset from UTC where `start` has one, and none where it has none.", "end")
        if end <= begin:
            raise rule("must be later than `start`.", "end")
        if end - begin > LONGEST:
            raise rule("must be at most 366 days after `start`. Is the year right?", "duration" if self.duration else "end")
        return self

    @property
    def last(self) -> date | datetime:
        """Its end; midnight after its last day."""
        if self.duration is not None:
            return wall(self.start) + self.duration
        end = self.end if self.end is not None else self.start
        return end if isinstance(end, datetime) else end + timedelta(days=1)


class Calendar(AboutBrands):
    """An iCalendar file (.ics) whose events are planned ones."""

    ics: Path = Field(description="the file; from the config's folder", examples=["campaigns.ics"])


def _is_calendar(value: object) -> str:
    return "calendar" if isinstance(value, Calendar) or (isinstance(value, dict) and "ics" in value) else "event"


def _as_list(value: object) -> object:
    return [value] if isinstance(value, dict) else value


_Entry = Annotated[
    Annotated[Event, Tag("event")] | Annotated[Calendar, Tag("calendar")],
    Discriminator(_is_calendar),
]
Events = Annotated[
    list[_Entry], Field(max_length=MOST_EVENTS), BeforeValidator(_as_list, json_schema_input_type=list[_Entry])
]


def wall(moment: date | datetime) -> datetime:
    """The moment as a time; a day's is its midnight."""
    return moment if isinstance(moment, datetime) else datetime(moment.year, moment.month, moment.day)


def planned(events: Iterable[Event | Calendar]) -> list[Event]:
    """The events themselves; `load_config` has put those of calendars among them."""
    return [event for event in events if isinstance(event, Event)]


def misdirected(
    brands: Sequence[str], group: str | None, groups: Sequence[tuple[str, str | None]]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Where an event names a brand or group that isn't there, and what to say; `groups`: each brand's id and group."""
    ids = [brand for brand, _ in groups]
    for place, brand in enumerate(brands):
        if brand not in ids:
            yield ("brands", place), f"no brand has the id `{brand}`. {_rather(brand, ids)}"
    known = sorted({group for _, group in groups if group})
    if group is not None and group not in known:
        yield ("group",), f"no brand is in the group `{group}`. {_rather(group, known)}"


def _rather(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean `{close[0]}`?" if close else f"There are: {', '.join(known[:20]) or 'none'}."
