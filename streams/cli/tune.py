"""`rebato tune`: sensitivities under which the past would have rung as often as asked."""

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from difflib import unified_diff
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated

import typer

from schemas.config.calendars import events_file
from schemas.config.effective import resolve
from schemas.config.load import Loaded
from schemas.config.model import Config, Sensitivity
from schemas.config.rewrite import snippet, with_sensitivity
from schemas.errors import ConfigError, UsageError
from streams.backtest.run import Backtest, backtest
from streams.backtest.tune import ALL, Advice, Tuner
from streams.backtest.tune_words import as_json, read_budget, sentences
from streams.cli.files import open_output
from streams.cli.lazy import command_app
from streams.cli.options import DEFAULT_CONFIG, ConfigFile, Inputs, MoreInputs, Set, input_files, read_config
from streams.cli.progress import progress
from streams.engine.garbage import collect_rarely
from streams.files import STANDARD, read_records

app = command_app()


@app.command(epilog='Example: rebato tune --config rebato.yaml --input march.jsonl.gz --budget "1 per brand-month"')
def main(
    named: Inputs = [],  # noqa: B006 (typer copies it)
    more: MoreInputs = None,
    budget: Annotated[
        str | None, typer.Option(help='False alarms you can bear: "1 per brand-month". Without it, what the config says.')
    ] = None,
    config: ConfigFile = DEFAULT_CONFIG,
    settings: Set = [],  # noqa: B006 (typer copies it)
    real: Annotated[
        list[str] | None, typer.Option("--real", metavar="ID", help="An incident that was a real crisis: not counted.")
    ] = None,
    json_out: Annotated[
        Path | None, typer.Option("--json", metavar="OUT", help="Write the proposal as JSON here; - for the terminal.")
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Change the config file, after the difference was shown.")] = False,
) -> None:
    """Proposes a sensitivity for each brand, so that its alarms over files fit the budget, and shows what would change.

    Nothing is written without --write. Where chance explains the number of alarms a brand gets what you ask for.
    Alarms that were real crises are no false alarms: name them with --real.
    """
    inputs = input_files(named, more)
    loaded = read_config(config, settings)
    before = config.read_bytes()
    asked = read_budget(budget) if budget is not None else None
    file = json_out if json_out and json_out != STANDARD else None
    with open_output(file, [*inputs, config]) if file else nullcontext() as out:
        run, found, proposed = _propose(loaded, inputs, asked, real or [])
        if json_out != STANDARD:
            typer.echo("\n".join(sentences(found, run, loaded.config.timezone)))
        changed = any(advice.changes for advice in found)
        if write and changed:
            lines = _write(config, before, settings, found, proposed)
            if json_out != STANDARD:
                typer.echo("\n".join(lines))
        saved = str(config) if write and changed else None
        report = as_json(found, run, loaded.hash, [str(path) for path in inputs], saved)
        text = json.dumps(report, ensure_ascii=False, indent=1) + "\n"
        if out:
            out.write(text.encode())
    if json_out == STANDARD:
        typer.echo(text, nl=False)
    else:
        typer.echo(_ending(found, config, saved))


def _propose(
    loaded: Loaded, inputs: list[Path], asked: Sensitivity | None, real: list[str]
) -> tuple[Backtest, list[Advice], Config]:
    from detectors.text.scorer import TextScorer

    scorer, records = TextScorer.packaged(), read_records(inputs)
    collect_rarely()
    with progress("mentions") as steps:
        run = backtest(loaded.config, loaded.hash, records, scorer, lambda n: steps.advance(n - steps.done), budgets=())
    tuner = Tuner(loaded.config, loaded.hash, run, real)
    with progress("settings tried") as steps:
        found = tuner.advise(asked, steps.advance)
    return run, found, tuner.proposed(found)


def _ending(found: Sequence[Advice], config: Path, saved: str | None) -> str:
    if saved:
        return f"{saved} is changed. A running rebato takes it over by itself (`reload: watch`) or on SIGHUP."
    wanted = [advice for advice in found if advice.changes]
    if not wanted:
        return "Nothing is proposed."
    lines = [f"Nothing is written. With --write it goes into {config}:"]
    return "\n".join([*lines, *(f"    {_line(advice)}" for advice in wanted)])


def _line(advice: Advice) -> str:
    place = "sensitivity" if advice.brand == ALL else f"brand {advice.brand}: sensitivity"
    return f"{place}: {snippet(advice.proposed)}"


def _write(path: Path, before: bytes, settings: list[str], found: Sequence[Advice], proposed: Config) -> list[str]:
    """Changes the file as a whole or not at all; what is written is read back first, and must mean what was proposed.

    Returns the lines that differ, as `diff` shows them.
    """
    if path.read_bytes() != before:
        raise UsageError(f"{path} was changed in the meantime, so it is left as it is. Run it again.")
    wanted = [advice for advice in found if advice.changes]
    lines = "\n".join(f"    {_line(advice)}" for advice in wanted)
    by_hand = f"{path} is left as it is: its form is one that can't be changed safely. Write it yourself:\n{lines}"
    try:
        text = old = before.decode("utf-8-sig")
        for advice in wanted:
            text = with_sensitivity(text, _place(proposed, advice.brand), advice.proposed)
        with _beside(path, text.encode()) as part:
            if not _means_the_same(read_config(part, [*settings, *_events_of(path, proposed)]).config, proposed):
                raise UsageError(by_hand)
            os.replace(part, path.resolve())
        differ = unified_diff(old.splitlines(), text.splitlines(), str(path), str(path), n=1, lineterm="")
        return [f"    {line}" for line in differ]
    except (ValueError, ConfigError) as error:
        raise UsageError(by_hand) from error
    except OSError as error:
        raise UsageError(f"can't write {path}: {error.strerror}. By hand:\n{lines}") from error


def _events_of(path: Path, config: Config) -> list[str]:
    """Where the config's events are, for a copy of it: by default they lie in a file that has the config's name."""
    file = events_file(config, path)
    return [f"events_file={file.name}"] if config.events_file is None and file.exists() else []


def _place(config: Config, brand: str) -> int | None:
    return None if brand == ALL or config.brands == "auto" else [each.id for each in config.brands].index(brand)


@contextmanager
def _beside(path: Path, content: bytes) -> Iterator[Path]:
    """A file in the same folder with the rights of the one it may replace; nothing is left of it otherwise."""
    target = path.resolve()
    with NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", suffix=".yaml", delete=False) as file:
        part = Path(file.name)
        try:
            shutil.copymode(target, part)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            yield part
        finally:
            with suppress(FileNotFoundError):
                part.unlink()


def _means_the_same(one: Config, other: Config) -> bool:
    """Every brand has the same sensitivity, and everything else is equal."""
    brands = [ALL] if one.brands == "auto" else [brand.id for brand in one.brands]
    rates = [[resolve(each, brand).sensitivity.per_month for brand in brands] for each in (one, other)]
    return rates[0] == rates[1] and _without(one) == _without(other)


def _without(config: Config) -> Config:
    brands = config.brands
    if brands != "auto":
        brands = [brand.model_copy(update={"sensitivity": None}) for brand in brands]
    return config.model_copy(update={"brands": brands, "sensitivity": Sensitivity(), "events_file": None})
