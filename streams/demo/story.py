"""The demo's story: three calm days, then the day on which horse meat is found. Everything is made from one seed."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import cos, pi
from typing import Any

from streams.demo import texts

DAYS = 3  # of calm before the day
DAY = datetime(2013, 2, 25, tzinfo=UTC)  # the day itself, a Monday
LOOK = DAY + timedelta(hours=11, minutes=50)  # from here on it is told slowly
EASE = DAY + timedelta(hours=13, minutes=10)  # from here on it is told fast again, until all is calm
END = DAY + timedelta(hours=15)
NETWORKS = (("x", 0.6), ("facebook", 0.3), ("foro", 0.1))
CALM_PER_MIN = {"fogones": 2.0, "lumbre": 1.6, "telar": 1.2, "brisa": 2.2, "molino": 1.0}
GROUPS = {"fogones": "alimentacion", "lumbre": "alimentacion", "molino": "alimentacion", "telar": "moda", "brisa": "vuelos"}

Say = Callable[[random.Random, str], str]


@dataclass(frozen=True, slots=True)
class Burst:
    """More than usual for a while: rises over `rise_min`, stays, and fades with a half-life."""

    brand: str
    at: datetime
    per_min: float  # at the peak
    rise_min: float
    stay_min: float
    fade_min: float
    say: Say
    rings: bool

    def rate(self, now: datetime) -> float:
        """Mentions a minute that it adds."""
        age = (now - self.at).total_seconds() / 60
        if age < 0:
            return 0.0
        if age < self.rise_min:
            return self.per_min * age / self.rise_min
        beyond = age - self.rise_min - self.stay_min
        return self.per_min * (0.5 ** (beyond / self.fade_min) if beyond > 0 else 1.0)


BURSTS = (
    Burst("fogones", DAY + timedelta(hours=12, minutes=8), 36, 12, 20, 8, texts.angry, rings=True),
    Burst("lumbre", DAY + timedelta(hours=12, minutes=27), 22, 8, 12, 8, texts.angry, rings=True),
    Burst("brisa", DAY + timedelta(hours=12, minutes=15), 20, 3, 20, 10, texts.praising, rings=False),
    Burst("molino", DAY + timedelta(hours=12, minutes=20), 40, 1, 8, 2, texts.copied, rings=False),
)
ONSETS = {burst.brand: burst.at for burst in BURSTS if burst.rings}
CALM = sorted(set(texts.NAMES) - set(ONSETS))


def usual_rate(brand: str, now: datetime) -> float:
    """Mentions a minute on an ordinary day: least at four in the morning, most at four in the afternoon."""
    hour = now.hour + now.minute / 60
    return CALM_PER_MIN[brand] * (1 - 0.7 * cos((hour - 4) / 24 * 2 * pi))


def mentions(seed: int = 2013) -> Iterator[dict[str, Any]]:
    """All mentions in order of time, in the public format."""
    chance = random.Random(seed)
    now = DAY - timedelta(days=DAYS)
    number = 0
    while now < END:
        minute = [said for brand in texts.NAMES for said in _minute(chance, brand, now)]
        for at, brand, text in sorted(minute):
            number += 1
            yield _mention(chance, number, at, brand, text)
        now += timedelta(minutes=1)


def _minute(chance: random.Random, brand: str, now: datetime) -> Iterator[tuple[datetime, str, str]]:
    for _ in range(_poisson(chance, usual_rate(brand, now))):
        yield _some_time(chance, now), brand, texts.everyday(chance, brand)
    for burst in BURSTS:
        if burst.brand == brand:
            for _ in range(_poisson(chance, burst.rate(now))):
                yield _some_time(chance, now), brand, burst.say(chance, brand)


def _poisson(chance: random.Random, rate: float) -> int:
    """A Poisson number, as the count of exponential waits within one minute."""
    count, waited = 0, chance.expovariate(rate) if rate > 0 else 2.0
    while waited < 1:
        count += 1
        waited += chance.expovariate(rate)
    return count


def _some_time(chance: random.Random, minute: datetime) -> datetime:
    return minute + timedelta(milliseconds=chance.randrange(60_000))


def _mention(chance: random.Random, number: int, at: datetime, brand: str, text: str) -> dict[str, Any]:
    network = chance.choices([n for n, _ in NETWORKS], [w for _, w in NETWORKS])[0]
    person = chance.randrange(40_000)
    stamp = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    author = {"id": f"p{person}", "handle": f"persona{person}", "followers": int(chance.paretovariate(1.1) * 40)}
    return {"id": f"demo-{number}", "source": network, "observed_at": stamp, "text": text, "lang": "es", "author": author}
