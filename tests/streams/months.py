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


def calm_then_storm(days: int = 3, per_min: int = 1, storm_per_min: int = 12, seed: int = 5) -> list[bytes]:
    """`days` of everyday talk, and in the last 40 min of it a food scare; 0 = none."""
    chance = random.Random(seed)
    lines: list[bytes] = []
    minutes = days * 1440
    for minute in range(minutes):
        for _ in range(per_min):
            lines.append(_line(chance, len(lines), minute, texts.everyday))
        for _ in range(storm_per_min if minute >= minutes - STORM_MIN else 0):
            lines.append(_line(chance, len(lines), minute, texts.angry))
    return lines


def _line(chance: random.Random, number: int, minute: int, say: object) -> bytes:
    assert callable(say)
    at = START + timedelta(minutes=minute, seconds=chance.randrange(60))
    return good_line(number, at, say(chance, BRAND))


def onset(days: int = 3) -> datetime:
    """When the storm of `calm_then_storm` begins."""
    return START + timedelta(days=days, minutes=-STORM_MIN)


def write_lines(path: Path, lines: list[bytes]) -> Path:
    """The path, with the lines in it."""
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path
