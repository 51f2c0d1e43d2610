"""A page as a browser reads it, and how the tests make one."""

import json
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from schemas.config.model import Config
from streams.backtest.curves import Curves
from streams.backtest.page.page import as_page
from streams.backtest.quotes import quotes_of, stamps
from streams.backtest.run import Backtest, backtest
from streams.files import read_records
from streams.planned_view import Row
from tests.streams.intake.making import scorer
from tests.streams.months import BRAND, write_lines

HOSTILE = "</script><img src=x onerror=alert(1)>\"'&\u202e🔥\u200d<!--"
_VOID = {"meta", "input"}


class Parsed(HTMLParser):
    """A page as a browser reads it: elements, the text of those that hold text, and whether every one is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.data = ""
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes an element."""
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """It must be the one opened last."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Text, and what lies in the block of numbers."""
        if self._open and self._open[-1] == "script" and self.tags[-1][1].get("type") == "application/json":
            self.data += data
        elif self._open and self._open[-1] not in ("script", "style"):
            self.said.append(data)

    @property
    def text(self) -> str:
        """All that a reader sees."""
        return " ".join(" ".join(self.said).split())

    @property
    def numbers(self) -> dict[str, Any]:
        """What the charts are drawn from."""
        found: dict[str, Any] = json.loads(self.data)
        return found


def made(
    tmp_path: Path,
    lines: list[bytes],
    config: Config,
    files: tuple[str, ...] = ("in.jsonl",),
    planned: Sequence[Row] = (),
) -> tuple[Backtest, str]:
    """A run over these lines, and its page."""
    curves, path = Curves(), write_lines(tmp_path / "in.jsonl", lines)
    records, before = read_records([path]), stamps([path])
    run = backtest(config, "hash", records, scorer(), lambda _: None, curves.take)
    return run, as_page(run, curves, config, "hash", list(files), planned, quotes_of(run.rung, [path], before))


def one_brand(**more: object) -> Config:
    brand = {"id": BRAND, "names": ["Casa Lumbre"], "handles": {"x": "CasaLumbre"}}
    return Config.model_validate({"brands": [brand], "timezone": "Europe/Madrid", **more})
