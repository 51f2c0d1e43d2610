"""What the end-to-end tests play: a config with receivers and topics of its own, a story as files, and what a file holds."""

import gzip
import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from schemas.config.write import write_settings
from streams.demo import story, texts
from streams.demo.story_files import write_config
from streams.receivers import Receivers

PARTITIONS = 4
SILENT_UNTIL = story.END + timedelta(hours=5)  # nothing is said any more, so whatever is open is resolved
_FROM = (story.LOOK - timedelta(days=1)).isoformat()
Settings = Mapping[str, Any]


def write_scene(folder: Path, brokers: str, receivers: Receivers, prefix: str, **changes: Settings | str) -> Path:
    """The config: the demo's brands and channels, topics under ``prefix``. ``changes``: per section, or a whole setting."""
    path = folder / "rebato.yaml"
    write_config(path, brokers, receivers)
    settings = yaml.safe_load(path.read_text())
    sizes = {"partitions": PARTITIONS, "source_partitions": PARTITIONS, "session_timeout": "3 s"}
    settings["kafka"] |= {"topic_prefix": prefix, **sizes}
    for section, change in changes.items():
        inner = isinstance(change, Mapping) and isinstance(settings.get(section), dict)
        settings[section] = settings[section] | change if inner else change
    write_settings(path, settings)
    return path


def write_story(folder: Path, *cuts: datetime) -> list[Path]:
    """The demo's story in chapters: a calm day, the day cut at these times, and the silence after it.

    Each second mention of it, and none of the first two days: both brands ring all the same, and it is over sooner.
    """
    bounds = [cut.isoformat() for cut in (story.LOOK, *cuts)]
    chapters: list[list[object]] = [[] for _ in range(len(bounds) + 1)]
    for mention in islice(story.mentions(), None, None, 2):
        at = mention["observed_at"].replace("Z", "+00:00")
        if at >= _FROM:
            chapters[bisect_right(bounds, at)].append(mention)
    chapters[-1].append(said("the-last", SILENT_UNTIL, "Buenas noches, Telar"))
    paths = [folder / f"chapter-{number}.jsonl" for number in range(len(chapters))]
    for path, chapter in zip(paths, chapters, strict=True):
        path.write_text("".join(json.dumps(mention, ensure_ascii=False) + "\n" for mention in chapter))
    return paths


def said(name: str, at: datetime, text: str, **more: object) -> dict[str, object]:
    """One mention in the public format."""
    return {"id": name, "source": "x", "observed_at": at.astimezone(UTC).isoformat(), "text": text, **more}


def mentions_by_brand(paths: Iterable[Path]) -> Counter[str]:
    """How many mentions of each of the demo's brands the files hold, found by plain search in the texts."""
    names = {brand: (name.casefold(), "@" + texts.HANDLES[brand].casefold()) for brand, name in texts.NAMES.items()}
    counts: Counter[str] = Counter()
    for path in paths:
        for line in path.read_text().splitlines():
            text = json.loads(line)["text"].casefold()
            counts.update(brand for brand, words in names.items() if any(word in text for word in words))
    return counts


def brand_field_counts(path: Path) -> Counter[str]:
    """How many different mentions a real replay holds for each value of `brand`, written as an id."""
    with gzip.open(path, "rt") as lines:
        mentions = {(each["source"], each["id"]): each["brand"].replace(" ", "-") for each in map(json.loads, lines)}
    return Counter(mentions.values())
