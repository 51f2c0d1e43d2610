"""Files for backtests: calm days of one brand, written by us, and a crisis at their end."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from streams.demo import texts

START = datetime(2015, 1, 1, tzinfo=UTC)
BRAND = "lumbre"
CONFIG = f"""
brands: [{{id: {BRAND}, names: [{texts.NAMES[BRAND]}], handles: {{x: {texts.HANDLES[BRAND]}}}}}]
timezone: Europe/Madrid
"""
STORM_MIN = 40


def good_line(number: int, at: datetime, text: str, **more: object) -> bytes:
    """One mention; its author and id are its number."""
    fields = {"id": str(number), "source": "x", "observed_at": at.isoformat(), "text": text, "lang": "es"}
    return json.dumps({**fields, "author": {"id": str(number)}, **more}, ensure_ascii=False).encode()


def calm_then_storm(days: int = 2, per_min: int = 1, storm_per_min: int = 12, seed: int = 5) -> list[bytes]:
    """`days` of everyday talk, and in the last 40 min of it a food scare; 0 = none."""
    chance = random.Random(seed)
    minutes = days * 1440
    said: list[tuple[datetime, str]] = []
    for minute in range(minutes):
        say = [texts.everyday] * per_min + [texts.angry] * (storm_per_min if minute >= minutes - STORM_MIN else 0)
        at = START + timedelta(minutes=minute)
        said += [(at + timedelta(milliseconds=chance.randrange(60_000)), each(chance, BRAND)) for each in say]
    return [good_line(number, at, text) for number, (at, text) in enumerate(sorted(said))]


def onset(days: int = 2) -> datetime:
    """When the storm of `calm_then_storm` begins."""
    return START + timedelta(days=days, minutes=-STORM_MIN)


def write_lines(path: Path, lines: list[bytes]) -> Path:
    """The path, with the lines in it."""
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path
