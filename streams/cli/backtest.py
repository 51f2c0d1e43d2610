"""`rebato backtest`: what would have rung, and when."""

import json
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from schemas.config.load import Loaded
from streams.backtest import Backtest, backtest
from streams.backtest_report import as_json
from streams.backtest_words import sentences
from streams.cli.files import STANDARD, open_output
from streams.cli.lazy import command_app
from streams.cli.options import DEFAULT_CONFIG, ConfigFile, Set, read_config
from streams.cli.progress import progress
from streams.files import read_records

app = command_app()
NUMBERS = ("told", "mentions", "usual", "x", "negative", "usually")


@app.command(epilog="Example: rebato backtest --config rebato.yaml --input january.jsonl.gz --json report.json")
def main(
    inputs: Annotated[
        list[Path], typer.Option("--input", "-i", help="A file of mentions (.jsonl or .jsonl.gz); several may be given.")
    ],
    config: ConfigFile = DEFAULT_CONFIG,
    settings: Set = [],  # noqa: B006 (typer copies it)
    json_out: Annotated[
        Path | None, typer.Option("--json", metavar="OUT", help="Write the report as JSON here; - for the terminal.")
    ] = None,
) -> None:
    """Runs the same pipeline over files, without Kafka and without a clock, and says what would have rung."""
    loaded = read_config(config, settings)
    file = json_out if json_out and json_out != STANDARD else None
    with open_output(file) if file else nullcontext() as out:  # opened first: a long run mustn't end with "can't write"
        run, report = _run(loaded, inputs)
        text = json.dumps(report, ensure_ascii=False, indent=1) + "\n"
        if out is not None:
            out.write(text.encode())
    if json_out == STANDARD:
        typer.echo(text, nl=False)
        return
    _tell(run, report, loaded.config.timezone)


def _run(loaded: Loaded, inputs: list[Path]) -> tuple[Backtest, dict[str, Any]]:
    from detectors.text.scorer import TextScorer

    scorer = TextScorer.packaged()
    begun = time.perf_counter()
    with progress("mentions") as steps:
        run = backtest(loaded.config, loaded.hash, read_records(inputs), scorer, lambda n: steps.advance(n - steps.done))
    return run, as_json(run, loaded.hash, [str(path) for path in inputs], time.perf_counter() - begun)


def _tell(run: Backtest, report: dict[str, Any], zone: str) -> None:
    console = Console(file=sys.stdout, highlight=False)
    for sentence in sentences(run, zone):
        console.print(sentence, soft_wrap=True, markup=False)
    if report["incidents"]:
        console.print(_table(report["incidents"]))
    speed = report["speed"]
    console.print(
        f"{report['input']['mentions']:,} mentions in {speed['seconds']:.1f} s ({speed['mentions_per_s']:,} a second)."
    )


def _table(incidents: list[dict[str, Any]]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("opened (UTC)", "brand", "kind", "peak", *NUMBERS, "resolved (UTC)"):
        table.add_column(name, justify="right" if name in NUMBERS else "left")
    for i in incidents:
        table.add_row(
            i["opened_at"], i["brand"], i["kind"], i["peak_severity"], str(len(i["alerts"])), str(i["observed"]),
            f"{i['expected']:.0f}", f"{i['ratio']:.1f}", f"{i['negative_share']:.0%}", f"{i['negative_share_expected']:.0%}",
            i["resolved_at"] or "still open",
        )  # fmt: skip
    return table
