"""`rebato top`: the live table."""

import json
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from typing import Annotated
from urllib.error import URLError
from urllib.request import urlopen
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.live import Live

from schemas.config.load import Loaded
from schemas.errors import RecordError, UnreachableError
from schemas.incident import decode_incident
from schemas.series import decode_series
from schemas.topics import Topics
from streams.board import Standings
from streams.cli.lazy import command_app
from streams.cli.options import DEFAULT_CONFIG, ConfigFile, Json, Set, read_config
from streams.cli.table import Board, render
from streams.roles.role import Role
from streams.tail import TopicTail

app = command_app()
_EVERY_S = 1.0
_SNAPSHOT_WITHIN_S = 20.0
_HISTORY_RECORDS = 4_000  # an hour, for the chart: a partition gets a record a second at most
_METRICS_TIMEOUT_S = 0.5


@app.command(epilog="Example: rebato top --config rebato.yaml")
def top(
    config: ConfigFile = DEFAULT_CONFIG,
    settings: Set = [],  # noqa: B006 (typer copies it)
    once: Annotated[bool, typer.Option("--once", help="Print the table once and end.")] = False,
    as_json: Json = False,
) -> None:
    """Shows how each brand stands against its normal, live until Ctrl-C.

    Without a terminal, with --once or with --json it prints one table.
    """
    loaded = read_config(config, settings)
    topics = Topics(loaded.config.kafka.topic_prefix)
    with closing(TopicTail(loaded.config.kafka, {topics.series: _HISTORY_RECORDS, topics.incidents: None})) as tail:
        view = _View(loaded, topics, tail)
        view.catch_up()
        if as_json:
            typer.echo(json.dumps(_plain(view.board())))
        elif once or not sys.stdout.isatty():
            Console().print(render(view.board()))
        else:
            _live(view.step, view.board)


class _View:
    def __init__(self, loaded: Loaded, topics: Topics, tail: TopicTail) -> None:
        brands = loaded.config.brands
        self._standings = Standings({} if brands == "auto" else {brand.id: brand.names[0] for brand in brands})
        self._loaded = loaded
        self._topics = topics
        self._tail = tail
        self._speed = _Speed(loaded)

    def catch_up(self) -> None:
        """Reads what lies there. Raises `UnreachableError` when it takes too long."""
        deadline_s = time.monotonic() + _SNAPSHOT_WITHIN_S
        while not self._tail.caught_up:
            self.step()
            if time.monotonic() > deadline_s:
                raise UnreachableError(f"Kafka at {self._loaded.config.kafka.brokers} is too slow to show a table.")

    def step(self) -> None:
        """Takes in what has come."""
        for topic, value in self._tail.read(_EVERY_S):
            try:
                if topic == self._topics.series:
                    self._standings.add_series(decode_series(value))
                else:
                    self._standings.add_incident(decode_incident(value))
            except RecordError:
                continue  # of a newer rebato: what this one can read is shown

    def board(self) -> Board:
        """As of now."""
        config = self._loaded.config
        moment = datetime.fromtimestamp(self._standings.now_ms / 1000, ZoneInfo(config.timezone))
        when = f"{moment:%Y-%m-%d %H:%M}" if self._standings.now_ms else "nothing heard yet"
        return self._standings.board(f"rebato · {config.kafka.brokers} · {when}", self._speed.measure())


class _Speed:
    """Mentions a second, from the metrics of the intake on this machine, if there is one."""

    def __init__(self, loaded: Loaded) -> None:
        monitoring = loaded.config.monitoring
        port = Role.INTAKE.port(monitoring.port)
        self._url = f"http://{monitoring.host}:{port}/metrics" if port else ""
        self._last: tuple[float, float] | None = None

    def measure(self) -> float | None:
        """Since the last call; None at the first and where it isn't known."""
        total, now_s, last = self._total(), time.monotonic(), self._last
        self._last = (total, now_s) if total is not None else None
        if total is None or last is None:
            return None
        return max(0.0, total - last[0]) / max(now_s - last[1], 0.001)

    def _total(self) -> float | None:
        if not self._url:
            return None
        try:
            with urlopen(self._url, timeout=_METRICS_TIMEOUT_S) as answer:
                lines = answer.read().decode().splitlines()
        except (URLError, TimeoutError):
            return None
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith("rebato_mentions_total{"))


def _live(step: Callable[[], None], board: Callable[[], Board]) -> None:
    with Live(render(board()), auto_refresh=False) as live:
        shown_s = time.monotonic()
        while True:
            step()
            if time.monotonic() - shown_s >= _EVERY_S / 2:
                live.update(render(board()), refresh=True)
                shown_s = time.monotonic()


def _plain(board: Board) -> dict[str, object]:
    rows = [asdict(row) | {"ratio": round(row.ratio, 2)} for row in board.rows]
    return {"title": board.title, "mentions_per_s": board.mentions_per_s, "brands": rows}
