"""`rebato demo`: a food scare on a broker inside this process, watched until it rings."""

import asyncio
import json
import sys
import time
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.text import Text

from schemas.enums import Channel
from schemas.errors import CheckFailedError
from streams.cli.lazy import command_app
from streams.cli.options import Json
from streams.cli.table import render
from streams.demo.run import SPEED, Demo, Stage
from streams.demo.told import brands_of, slack_lines
from streams.demo.verdict import ZONE, Verdict

app = command_app()
FRAME_S = 0.25
ALERT_LINES = 16


@app.command(epilog="Example: rebato demo --speed 60")
def demo(
    speed: Annotated[float, typer.Option(min=1, max=2000, help="How many times faster than life the day is told.")] = SPEED,
    headless: Annotated[
        bool, typer.Option("--headless", help="No live table: lines only. Also where there is no terminal.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Plays a food scare written by us through every part of rebato, on a broker that forgets all on exit.

    Ends by itself; exit code 0 only if the brands in a crisis rang and the others did not.
    """
    stage = Stage()
    begun_s = time.monotonic()
    if headless or as_json or not sys.stdout.isatty():
        screen: _Lines | _Screen = _Lines(stage, Console(stderr=as_json, highlight=False))
        verdict = asyncio.run(Demo(speed, stage, screen.update).run())
    else:
        console = Console()
        with Live(console=console, auto_refresh=False, transient=True) as live:
            screen = _Screen(stage, speed, live)
            verdict = asyncio.run(Demo(speed, stage, screen.update).run())
        screen.leave(console)
    _close(verdict, as_json, time.monotonic() - begun_s)


def _close(verdict: Verdict, as_json: bool, seconds: float) -> None:
    if as_json:
        typer.echo(json.dumps(verdict.as_json() | {"seconds": round(seconds, 1)}))
    else:
        typer.echo("")
        for sentence in verdict.sentences():
            typer.echo(f"  {sentence}")
        typer.echo(f"\n  The demo took {seconds:.0f} s. What next:")
        typer.echo("    write a config like deploy/examples/small.yaml and check it:  rebato config check rebato.yaml")
        typer.echo("    see what it would have done with your own data:              rebato backtest --input FILE.jsonl")
        typer.echo("    run it against your Kafka:                                   rebato run --config rebato.yaml")
    if not verdict.passed:
        raise CheckFailedError(f"the demo did not go as it should: missed {verdict.missed}, false {verdict.false_alarms}")


class _Lines:
    """Progress as plain lines: chapters, and every message that a receiver took."""

    def __init__(self, stage: Stage, console: Console) -> None:
        self._stage = stage
        self._console = console
        self._chapter = ""
        self._shown = 0

    def update(self) -> None:
        """Prints what is new."""
        if self._stage.chapter != self._chapter:
            self._chapter = self._stage.chapter
            self._console.print(f"· {self._chapter}")
        for received in self._stage.received[self._shown :]:
            self._shown += 1
            if received.channel is Channel.SLACK:
                for line in slack_lines(received.body):
                    self._console.print(f"  │ {line}", markup=False, soft_wrap=True)
            else:
                about = ", ".join(brands_of(received)) or "nobody"
                self._console.print(f"  {received.channel} got a message about {about}", markup=False)


class _Screen:
    """The live table, the newest alert as the manager reads it, and who has got what."""

    def __init__(self, stage: Stage, speed: float, live: Live) -> None:
        self._stage = stage
        self._speed = speed
        self._live = live
        self._next_s = 0.0

    def update(self) -> None:
        """Draws, a few times a second at most."""
        now_s = time.monotonic()
        if now_s >= self._next_s:
            self._next_s = now_s + FRAME_S
            self._live.update(self._frame(), refresh=True)

    def _frame(self) -> RenderableType:
        stage = self._stage
        moment = datetime.fromtimestamp(stage.standings.now_ms / 1000, ZONE)
        when = f"{moment:%a %H:%M} story time" if stage.standings.now_ms else "…"
        board = stage.standings.board(f"rebato · demo · broker embedded · {when} · {stage.chapter}", stage.sent_per_s)
        return Group(render(board), *self._alerts())

    def _alerts(self) -> list[RenderableType]:
        slack = [each for each in self._stage.received if each.channel is Channel.SLACK]
        if not slack:
            return []
        return [_panel(slack_lines(slack[-1].body)), self._counts()]

    def _counts(self) -> Text:
        counts = {c: sum(1 for each in self._stage.received if each.channel is c) for c in Channel}
        return Text(" received: " + " · ".join(f"{channel} {n}" for channel, n in counts.items()), style="dim")

    def leave(self, console: Console) -> None:
        """Leaves the last table and the first alert about each brand on the terminal."""
        console.print(render(self._stage.standings.board("rebato · demo · the end", None)))
        seen: set[str] = set()
        for received in self._stage.received:
            new = set(brands_of(received)) - seen
            if received.channel is Channel.SLACK and new:
                seen |= new
                console.print(_panel(slack_lines(received.body)))
        console.print(self._counts())


def _panel(lines: list[str]) -> Panel:
    head, *rest = lines
    return Panel(Text("\n".join(rest[:ALERT_LINES])), title=Text(head, style="bold"), title_align="left", border_style="red")
