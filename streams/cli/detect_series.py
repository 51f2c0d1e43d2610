"""`rebato detect-series`: how strange each value of a time series is, told from the values before it only."""

import csv
from collections.abc import Iterator
from io import TextIOWrapper
from itertools import tee
from math import exp
from pathlib import Path
from typing import IO, Annotated

import typer

from detectors.return_period import ALARM_SCORE
from detectors.series import SeriesPoint, score_series
from schemas.config.model import Sensitivity
from streams.cli.broken import BrokenLines
from streams.cli.files import open_input, open_output
from streams.cli.lazy import command_app
from streams.cli.options import Json, read_config
from streams.cli.progress import Steps, progress
from streams.cli.series_rows import Row, read_rows

WEEKS_PER_MONTH = 30.4 / 7
Scored = Iterator[tuple[Row, SeriesPoint]]
Budget = Annotated[Path | None, typer.Option("--config", help="Takes the false-alarm budget from its `sensitivity`.")]
app = command_app()


@app.command("detect-series", epilog="Example: rebato detect-series --input volume.csv --output scored.csv")
def detect_series(
    source: Annotated[Path, typer.Option("--input", help="CSV with the columns timestamp and value; `-` is stdin.")],
    target: Annotated[Path, typer.Option("--output", help="CSV with score and alarm added; `-` is stdout.")],
    config: Budget = None,
    as_json: Json = False,
) -> None:
    """Scores how strange each value of a time series is, from 0 to 1; higher is stranger.

    An event is told once: what goes on scores 0 until it is stranger than what has just been told.

    Rows may be irregular; times are ISO 8601, without a zone UTC. A row's score depends on it and on earlier rows only. The
    output has the columns timestamp, value, score and alarm (1 or 0). Broken rows are told and left out.
    """
    threshold = alarm_threshold(read_config(config).config.sensitivity) if config else ALARM_SCORE
    broken = BrokenLines(str(source))
    with open_input(source) as raw, open_output(target, [source]) as output, progress("rows") as steps:
        lines = TextIOWrapper(raw, "utf-8-sig", errors="replace", newline="")
        alarms = write_scores(_scored(read_rows(lines, broken, str(source)), threshold), output, steps)
    broken.summary("rows scored", steps.done, as_json, on_stderr=str(target) == "-", alarms=alarms)


def alarm_threshold(sensitivity: Sensitivity) -> float:
    """The score from which a row alarms: exp(−R) for a budget of R alarms a week (`detectors.return_period`, 6).

    >>> round(alarm_threshold(Sensitivity(false_alarms=1)), 2)
    0.79
    """
    return exp(-sensitivity.per_month / WEEKS_PER_MONTH)


def _scored(rows: Iterator[Row], threshold: float) -> Scored:
    """Each row with its point; rows are read one by one, as they are needed."""
    shown, read = tee(rows)
    points = score_series(((row.time, row.number) for row in read), threshold=threshold)
    return zip(shown, points, strict=True)


def write_scores(scored: Scored, output: IO[bytes], steps: Steps) -> int:
    """Writes the CSV; the number of alarming rows."""
    alarms = 0
    text = TextIOWrapper(output, "utf-8", newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["timestamp", "value", "score", "alarm"])
    for row, point in scored:
        writer.writerow([row.timestamp, row.value, f"{point.score:.9g}", int(point.alarm)])
        alarms += point.alarm
        steps.advance()
    text.detach()
    return alarms
