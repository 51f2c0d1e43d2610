"""The demo's story as files that a replay sends, and the config that belongs to it."""

import json
from pathlib import Path
from typing import Any

from schemas.config.write import write_settings
from schemas.enums import Channel
from streams.demo import story, texts
from streams.embedded import PARTITIONS
from streams.receivers import HOST, Receivers


def write_chapters(folder: Path) -> tuple[Path, Path, Path]:
    """The files: what teaches, what is told slowly, and how it ends."""
    bounds = (story.LOOK.isoformat(), story.EASE.isoformat())
    paths = (folder / "learn.jsonl", folder / "crisis.jsonl", folder / "after.jsonl")
    with paths[0].open("w") as learn, paths[1].open("w") as crisis, paths[2].open("w") as after:
        for mention in story.mentions():
            at = mention["observed_at"].replace("Z", "+00:00")
            file = learn if at < bounds[0] else crisis if at < bounds[1] else after
            file.write(json.dumps(mention, ensure_ascii=False) + "\n")
    return paths


def write_config(path: Path, brokers: str, receivers: Receivers) -> None:
    """The config of the demo: its brands, and its own receivers as channels."""
    settings: dict[str, Any] = {
        "brands": [
            {"id": brand, "names": [name], "handles": {"x": texts.HANDLES[brand]}, "group": story.GROUPS[brand]}
            for brand, name in texts.NAMES.items()
        ],
        "alerts": {
            "slack": {"webhook_url": receivers.url(Channel.SLACK)},
            "email": {
                "to": ["guardia@example.com"],
                "smtp": {"host": HOST, "port": receivers.smtp_port, "starttls": "off"},
            },
            "pagerduty": {"routing_key": "0123456789abcdef0123456789abcdef", "url": receivers.url(Channel.PAGERDUTY)},
            "webhook": {"url": receivers.url(Channel.WEBHOOK), "secret": "whsec_ZGVtb2RlbW9kZW1vZGVtb2RlbW9kZW1v"},
            "private_networks": True,
        },
        "kafka": {"brokers": brokers, "partitions": PARTITIONS, "source_partitions": PARTITIONS},
        "monitoring": {"port": 0},
        "time": "replay",
        "timezone": "Europe/Madrid",
        "language": "es",
        "reload": "signal",
    }
    write_settings(path, settings)
