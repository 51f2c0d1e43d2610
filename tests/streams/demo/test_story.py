"""The demo's story: the same each time, in the public format, with a crisis for some and noise for others."""

from datetime import datetime, timedelta
from itertools import islice, pairwise

from schemas.mention import Mention
from streams.demo import story, texts
from streams.intake.validate import read_mention
from tests.streams.intake.making import mention


def _first(count: int, seed: int = 2013) -> list[dict[str, object]]:
    return list(islice(story.mentions(seed), count))


def test_the_story_is_the_same_each_time() -> None:
    """One seed makes all of it; another one makes another."""
    assert _first(500) == _first(500)
    assert _first(500) != _first(500, seed=1)


def test_it_is_told_in_order_and_in_the_public_format() -> None:
    """Every mention would pass intake."""
    mentions = _first(3_000)
    times = [datetime.fromisoformat(str(each["observed_at"])) for each in mentions]
    assert all(before <= after for before, after in pairwise(times))
    assert times[0] - (story.DAY - timedelta(days=story.DAYS)) < timedelta(minutes=5)
    assert len({each["id"] for each in mentions}) == len(mentions)
    assert all(isinstance(read_mention(mention(**each)), Mention) for each in mentions)


def test_every_text_names_its_brand() -> None:
    """By name or by handle: else it would be counted for nobody."""
    for each in _first(3_000):
        text = str(each["text"])
        assert any(name in text or f"@{texts.HANDLES[brand]}" in text for brand, name in texts.NAMES.items()), text


def test_who_rings_and_who_stays_calm_are_all_brands() -> None:
    """Each is one or the other."""
    assert sorted([*story.ONSETS, *story.CALM]) == sorted(texts.NAMES)
    assert all(story.LOOK < onset < story.EASE < story.END for onset in story.ONSETS.values())


def test_a_burst_rises_stays_and_fades() -> None:
    """Nothing before it, all of it at its height, half of it after a half-life."""
    burst = story.BURSTS[0]
    minutes = [0.0, burst.rise_min / 2, burst.rise_min, burst.rise_min + burst.stay_min]
    rates = [burst.rate(burst.at + timedelta(minutes=m)) for m in minutes]
    assert burst.rate(burst.at - timedelta(seconds=1)) == 0
    assert rates == [0, burst.per_min / 2, burst.per_min, burst.per_min]
    faded = burst.rate(burst.at + timedelta(minutes=burst.rise_min + burst.stay_min + burst.fade_min))
    assert faded == burst.per_min / 2


def test_a_day_has_its_hours() -> None:
    """Least is said at four in the morning, most at four in the afternoon."""
    rates = [story.usual_rate("fogones", story.DAY + timedelta(hours=hour)) for hour in range(24)]
    assert (rates.index(min(rates)), rates.index(max(rates))) == (4, 16)
