"""Numbers, times and durations in the way of the team that reads the alert: its language and its zone (babel, CLDR)."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.numbers import format_compact_decimal, format_decimal, format_percent

from schemas.config.model import Config, Language

_MINUTE_MS = 60_000
_NUMBER = re.compile(r"(?<![\w.])\d+(\.\d+)?(?![\w.])")
_LAST_MS = 253_370_764_800_000  # 9999-01-01: datetime ends there
_CLOCK = {"es": "H:mm", "en": "HH:mm"}
_AGO = {"es": "hace {}", "en": "{} ago"}
_DAYS = {"es": ("1 día", "{} días"), "en": ("1 day", "{} days")}
_HARDLY = {"es": ("menos del {}", "más del {}"), "en": ("less than {}", "more than {}")}
_FOLLOWERS = {
    "es": ("1 seguidor", "{} seguidores", "{} de seguidores"),
    "en": ("1 follower", "{} followers", "{} followers"),
}
_MILLION = 1_000_000
_HALF_PERCENT = 0.005


@dataclass(frozen=True, slots=True)
class View:
    """How one team reads: `names` gives a brand's display name by its id, `console_url` where the page lies."""

    language: Language = "en"
    zone: str = "UTC"
    names: dict[str, str] = field(default_factory=dict)
    console_url: str = ""

    def count(self, value: float) -> str:
        """A whole number with separators.

        >>> View("es").count(12345)
        '12.345'
        """
        return str(format_decimal(round(value), locale=self.language))

    def figure(self, value: float) -> str:
        """A number to two digits: 0.25, 2.4, 13, 412.

        >>> View("es").figure(2.44), View().figure(13.4)
        ('2,4', '13')
        """
        pattern = "#,##0" if value >= 10 else "0.#" if value >= 1 else "0.##"
        return str(format_decimal(value, format=pattern, locale=self.language))

    def numbers(self, text: str) -> str:
        """A text with its numbers in the way of the reader; digits within words stay.

        >>> View("es").numbers("b12 1 → 0.59, 12400")
        'b12 1 → 0,59, 12.400'
        """
        return _NUMBER.sub(lambda found: self.figure(float(found.group())), text)

    def reach(self, value: int) -> str:
        """A large number, short: 1.2M, 1,2 M."""
        return str(format_compact_decimal(value, locale=self.language, fraction_digits=1))

    def followers(self, value: int) -> str:
        """So many followers.

        >>> View("es").followers(1_234_567), View("es").followers(1)
        ('1,2\xa0M de seguidores', '1 seguidor')
        """
        one, many, millions = _FOLLOWERS[self.language]
        return one if value == 1 else (millions if value >= _MILLION else many).format(self.reach(value))

    def share(self, value: float) -> str:
        """A share in percent; 0–1, what lies outside is a rounding of somebody's and shown as its limit.

        >>> View().share(0.004), View().share(0.0), View().share(0.997)
        ('less than 1%', '0%', 'more than 99%')
        """
        less, more = _HARDLY[self.language]
        if 0 < value < _HALF_PERCENT:
            return less.format(self._percent(0.01))
        return (
            more.format(self._percent(0.99)) if 1 - _HALF_PERCENT < value < 1 else self._percent(min(max(value, 0.0), 1.0))
        )

    def _percent(self, value: float) -> str:
        return str(format_percent(value, locale=self.language))

    def moment(self, ms: int, near_ms: int) -> str:
        """The time of day, with the date where that isn't the day of `near_ms`.

        >>> View("es", "Europe/Madrid").moment(1360839600000, 1360839600000)
        '12:00'
        """
        at, near = self._local(ms), self._local(near_ms)
        pattern = _CLOCK[self.language] if at.date() == near.date() else f"EEE d MMM {_CLOCK[self.language]}"
        return str(format_datetime(at, pattern, locale=self.language))

    def at(self, ms: int, near_ms: int) -> str:
        """The same after "since", "until" or "from".

        >>> View("es").at(3_900_000, 0), View("es").at(90_000_000, 0), View().at(3_900_000, 0)
        ('la 1:05', 'el vie 2 ene a la 1:00', '01:05')
        """
        if self.language != "es":
            return self.moment(ms, near_ms)
        at, near = self._local(ms), self._local(near_ms)
        clock = f"{'la' if at.hour == 1 else 'las'} {format_datetime(at, _CLOCK['es'], locale='es')}"
        return clock if at.date() == near.date() else f"el {format_datetime(at, 'EEE d MMM', locale='es')} a {clock}"

    def opening(self, ms: int) -> str:
        """Date and time without a weekday, for a subject that must never change."""
        return str(format_datetime(self._local(ms), f"d MMM {_CLOCK[self.language]}", locale=self.language))

    def duration(self, ms: int) -> str:
        """A length of time in at most two units.

        >>> View().duration(7_320_000), View("es").duration(172_800_000), View().duration(20_000)
        ('2 h 2 min', '2 días', '1 min')
        """
        minutes = max(1, round(ms / _MINUTE_MS))
        hours, rest = divmod(minutes, 60)
        if hours >= 48:
            return self._days(round(hours / 24))
        if not hours:
            return f"{minutes} min"
        return f"{hours} h {rest} min" if rest else f"{hours} h"

    def ago(self, ms: int) -> str:
        """How long ago, as people say it."""
        return _AGO[self.language].format(self.duration(ms))

    def name(self, brand: str) -> str:
        """The brand's display name, as configured; uncleaned."""
        return self.names.get(brand, brand)

    def _days(self, days: int) -> str:
        one, many = _DAYS[self.language]
        return one if days == 1 else many.format(self.count(days))

    def _local(self, ms: int) -> datetime:
        return datetime.fromtimestamp(min(max(ms, 0), _LAST_MS) / 1000, ZoneInfo(self.zone))


def view_of(config: Config, brand: str) -> View:
    """How the team of this brand reads: the brand's own language and zone, else the installation's."""
    brands = [] if config.brands == "auto" else config.brands
    own = next((each for each in brands if each.id == brand), None)
    return View(
        language=(own.language if own else None) or config.language,
        zone=(own.timezone if own else None) or config.timezone,
        names={each.id: each.names[0] for each in brands},
        console_url=str(config.alerts.console_url or ""),
    )
