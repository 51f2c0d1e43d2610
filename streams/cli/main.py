"""`rebato`: the list of its commands, and what becomes of an error.

A command is a Typer app in a file of its own in this folder, with one command in it or several; it gets one line in
`COMMANDS`. Its `--help` ends with an example (`epilog`). It raises a `RebatoError` for what a person can mend and returns
otherwise.
Exit codes: 0 done, 1 it ran and the answer is no, 2 wrong use or config, 70 an error of our own, 130 Ctrl-C.
"""

import os
import sys
from typing import Annotated

import typer

from schemas.errors import RebatoError
from streams.cli.lazy import Lazy, LazyGroup

BEGIN, WATCH, ANALYSE, BUILD = "Begin", "Watch brands", "Look at files", "Build upon it"
COMMANDS = {
    "demo": Lazy("streams.cli.demo:app", "Plays a food scare through everything: watch it ring.", BEGIN),
    "config": Lazy("streams.cli.config:app", "Checks a config file, explains it, or prints its JSON Schema.", BEGIN),
    "doctor": Lazy("streams.cli.doctor:app", "Looks at everything that rebato needs, and says how to mend it.", BEGIN),
    "run": Lazy("streams.cli.run:app", "Runs the pipeline: every role, or those named.", WATCH),
    "topics": Lazy("streams.cli.topics:app", "Makes or checks the topics.", WATCH),
    "top": Lazy("streams.cli.top:app", "The live table: how each brand stands against its normal.", WATCH),
    "incidents": Lazy("streams.cli.incidents:app", "Shows incidents; acknowledges, silences and judges them.", WATCH),
    "missed": Lazy("streams.cli.missed:app", "Says that a crisis was missed: the brand rings earlier from then on.", WATCH),
    "events": Lazy("streams.cli.events:app", "Plans events: volume is expected then, anger isn't.", WATCH),
    "replay": Lazy(
        "streams.cli.replay:app", "Sends files of mentions into Kafka, in their own time or shifted to now.", WATCH
    ),
    "dead": Lazy("streams.cli.dead:app", "Shows what was refused and why; sends it again.", WATCH),
    "state": Lazy("streams.cli.state:app", "Prints a brand's state; recomputes state that is lost.", WATCH),
    "backtest": Lazy("streams.cli.backtest:app", "Says what would have rung over files of mentions, and when.", ANALYSE),
    "tune": Lazy("streams.cli.tune:app", "Proposes sensitivities that fit a budget, from files of the past.", ANALYSE),
    "score": Lazy("streams.cli.score:app", "Says how negative texts are, in which language and about what.", ANALYSE),
    "detect-series": Lazy("streams.cli.detect_series:app", "Scores how strange each value of a time series is.", ANALYSE),
    "schema": Lazy("streams.cli.schema:app", "Prints the JSON Schema of a record.", BUILD),
}

LazyGroup.lazy = COMMANDS
app = typer.Typer(
    name="rebato",
    cls=LazyGroup,
    help="Listens to what people say about brands, 24 hours a day, and rings when a crisis starts.",
    epilog="Begin with: rebato demo",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"rebato {version('rebato')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """The entry point: ends the process with the command's exit code."""
    raise SystemExit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """The exit code; whatever goes wrong is one message on stderr, never a traceback."""
    try:
        app(arguments, prog_name="rebato")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except RebatoError as error:
        typer.echo(str(error), err=True)
        return error.exit_code
    except Exception as error:
        if os.environ.get("REBATO_DEBUG") == "1":
            raise
        from streams.cli.own_errors import report_own_error

        typer.echo(report_own_error(error), err=True)
        return os.EX_SOFTWARE
    return 0
