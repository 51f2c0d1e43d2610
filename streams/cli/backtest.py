"""`rebato backtest`: what would have rung, and when."""

import json
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from schemas.config.load import Loaded
from schemas.errors import CheckFailedError
from streams.backtest.achieved import Achieved, achieved
from streams.backtest.curves import Curves
from streams.backtest.quotes import Stamp, quotes_of, stamps
from streams.backtest.report import as_json
from streams.backtest.run import Backtest, Watching, backtest
from streams.backtest.words import MANY, sentences
from streams.cli.files import open_output
from streams.cli.incident_table import table, width
from streams.cli.lazy import command_app
from streams.cli.options import DEFAULT_CONFIG, ConfigFile, Inputs, MoreInputs, Set, input_files, read_config
from streams.cli.progress import progress
from streams.engine.garbage import collect_rarely
from streams.files import STANDARD, read_records
from streams.planned_view import Row, taking_place

app = command_app()


@app.command(epilog="Example: rebato backtest --config rebato.yaml --input january.jsonl.gz --json report.json")
def main(
    named: Inputs = [],  # noqa: B006 (typer copies it)
    more: MoreInputs = None,
    config: ConfigFile = DEFAULT_CONFIG,
    settings: Set = [],  # noqa: B006 (typer copies it)
    json_out: Annotated[
        Path | None, typer.Option("--json", metavar="OUT", help="Write the report as JSON here; - for the terminal.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="OUT", help="Write a page with charts here; it needs no other file.")
    ] = None,
) -> None:
    """Runs the same pipeline over files, without Kafka and without a clock, and says what would have rung."""
    inputs = input_files(named, more)
    loaded = read_config(config, settings)
    with ExitStack() as files:  # opened first: a long run mustn't end with "can't write"
        out = files.enter_context(open_output(json_out, [*inputs, config])) if json_out and json_out != STANDARD else None
        page = files.enter_context(open_output(html, [*inputs, config, json_out or STANDARD])) if html else None
        curves = Curves() if page else None
        before = stamps(inputs)
        run, report = _run(loaded, inputs, curves)
        text = json.dumps(report, ensure_ascii=False, indent=1) + "\n"
        if out:
            out.write(text.encode())
        if page and curves:
            page.write(_page(loaded, inputs, run, curves, before))
    if json_out == STANDARD:
        typer.echo(text, nl=False)
    elif html != STANDARD:
        _tell(run, report, loaded)
    if run.refused and not run.mentions:
        raise CheckFailedError(
            "no line of the input is a mention: one JSON object a line is wanted. What is in it says: rebato schema mention"
        )


def _page(loaded: Loaded, inputs: list[Path], run: Backtest, curves: Curves, before: list[Stamp] | None) -> bytes:
    from streams.backtest.page.page import as_page

    names, quotes = [path.name for path in inputs], quotes_of(run.rung, inputs, before)
    return as_page(run, curves, loaded.config, loaded.hash, names, _planned(run, loaded), quotes).encode()


def _run(loaded: Loaded, inputs: list[Path], curves: Curves | None) -> tuple[Backtest, dict[str, Any]]:
    from detectors.text.scorer import TextScorer

    scorer = TextScorer.packaged()
    collect_rarely()
    begun = time.perf_counter()
    watching: Watching = curves.take if curves else lambda _: None
    records = read_records(inputs)
    with progress("mentions") as steps:
        run = backtest(loaded.config, loaded.hash, records, scorer, lambda n: steps.advance(n - steps.done), watching)
    report = as_json(run, loaded.hash, [str(path) for path in inputs], time.perf_counter() - begun)
    rate = _achieved(run, loaded)
    planned = [row.as_json() for row in _planned(run, loaded)]
    return run, report | {"achieved": rate and rate.plain(), "planned": planned}


def _planned(run: Backtest, loaded: Loaded) -> list[Row]:
    """What was planned for the time of the files."""
    return taking_place(loaded.planned, loaded.config, run.first_ms, run.last_ms + 1)


def _achieved(run: Backtest, loaded: Loaded) -> Achieved | None:
    return achieved(run, loaded.config)


def _tell(run: Backtest, report: dict[str, Any], loaded: Loaded) -> None:
    console = Console(file=sys.stdout, highlight=False, width=width())
    rate = _achieved(run, loaded)
    said = sentences(run, loaded.config.timezone, auto=loaded.config.brands == "auto")
    for sentence in [*said, *([rate.sentence()] if rate else [])]:
        console.print(sentence, soft_wrap=True, markup=False)
    if planned := _planned(run, loaded):
        more = f" and {len(planned) - MANY} more" if len(planned) > MANY else ""
        console.print(f"Planned: {'; '.join(row.words for row in planned[:MANY])}{more}.", soft_wrap=True, markup=False)
    if report["incidents"]:
        console.print(table(run, loaded.config.timezone, console.width), markup=False)
    speed = report["speed"]
    console.print(
        f"{report['input']['mentions']:,} mentions in {speed['seconds']:.1f} s ({speed['mentions_per_s']:,} a second)."
    )
