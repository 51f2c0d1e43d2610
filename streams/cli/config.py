"""`rebato config`: says what is wrong with a config file, and what it amounts to."""

import json
from pathlib import Path
from typing import Annotated

import typer

from schemas.config.model import Config
from streams.cli.lazy import command_app
from streams.cli.options import Set, read_config

app = command_app("Checks a config file, explains it, or prints its JSON Schema.")
File = Annotated[Path, typer.Argument(metavar="FILE", help="The config file.")]


@app.command(epilog="Example: rebato config check rebato.yaml")
def check(file: File, settings: Set = []) -> None:  # noqa: B006 (typer copies it)
    """Says every problem at once, each with its line, value and remedy; exit code 2 when there is one."""
    loaded = read_config(file, settings)
    brands = "auto" if loaded.config.brands == "auto" else len(loaded.config.brands)
    typer.echo(f"{file} is valid: brands {brands}, config {loaded.hash}.")


@app.command(epilog="Example: rebato config schema > rebato.schema.json")
def schema() -> None:
    """Prints the JSON Schema of a config file, for editors."""
    typer.echo(json.dumps(Config.model_json_schema(), indent=2, ensure_ascii=False))
