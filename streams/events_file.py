"""Writes the events file: entries are added to its text or cut out of it, so that what people wrote beside them stays."""

from pathlib import Path
from typing import Any

import yaml

from schemas.config.calendars import Planned, events_file, read_events_file
from schemas.config.events import Event
from schemas.config.load import Loaded, read_text
from schemas.config.tree import read_tree
from schemas.errors import UsageError
from streams.cli.files import open_output

_HEAD = "# Planned events; `rebato events` writes here, and so may you.\nevents:\n"


class EventsText:
    """The events file of a config as it is now."""

    def __init__(self, loaded: Loaded, config: Path) -> None:
        """`config`: where it was loaded from. Raises ConfigError when the events file is there and isn't right."""
        self.path = events_file(loaded.config, config)
        self._config = loaded.config
        self.text = read_text(self.path, "events file") if self.path.exists() else ""
        self.planned: list[Planned] = read_events_file(self.path, self.text, self._config)

    def add(self, events: list[Event]) -> None:
        """Writes them behind the others, in one step."""
        text = self.text if self.planned else _HEAD
        added = text.rstrip("\n") + "\n" + "".join(_entry(event, self._indent()) for event in events)
        self._write(added, [*(each.event for each in self.planned), *events])

    def remove(self, event: Event) -> None:
        """Cuts its lines out, in one step."""
        rest = [each.event for each in self.planned]
        index = rest.index(event)
        del rest[index]
        lines, tree = self.text.split("\n"), read_tree(self.text)
        first = (tree.lines.get(("events", index)) or 1) - 1
        last = (tree.lines.get(("events", index + 1)) or len(lines) + 1) - 1
        while last > first + 1 and lines[last - 1].lstrip()[:1] in ("#", ""):
            last -= 1  # a comment before the next entry is the next one's
        self._write("\n".join(lines[:first] + lines[last:]) if rest else _HEAD.replace("events:", "events: []"), rest)

    def _indent(self) -> str:
        line = read_tree(self.text).lines.get(("events", 0)) if self.planned else None
        written = self.text.split("\n")[line - 1] if line else "  - "
        return written[: len(written) - len(written.lstrip())]

    def _write(self, text: str, wanted: list[Event]) -> None:
        """The text if it says what is wanted, else all of it anew: somebody has written it in another style."""
        if not self._says(text, wanted):
            text = _HEAD + "".join(_entry(event, "  ") for event in wanted)
        with open_output(self.path) as file:
            file.write(text.encode())

    def _says(self, text: str, wanted: list[Event]) -> bool:
        try:
            return [each.event for each in read_events_file(self.path, text, self._config)] == wanted
        except UsageError:
            return False


def _entry(event: Event, indent: str) -> str:
    values: dict[str, Any] = event.model_dump(mode="json", exclude_defaults=True)
    ordered = {"name": values.pop("name"), "start": values.pop("start"), **values}
    text = yaml.safe_dump([ordered], allow_unicode=True, sort_keys=False, width=1000)
    return "".join(f"{indent}{line}\n" for line in text.splitlines())
