"""`rebato config`: says what is wrong with a config file, and what it amounts to."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from schemas.config.base import Settings, secret_names
from schemas.config.explain import Setting
from schemas.config.explain import explain as explain_settings
from schemas.config.fields import field_at, is_secret, model_of
from schemas.config.layers import Origin
from schemas.config.load import Loaded
from schemas.config.model import Config
from schemas.config.schema import config_schema, write_schema
from schemas.errors import ConfigError
from streams.cli.lazy import command_app
from streams.cli.options import Json, Set, read_config

app = command_app("Checks a config file, explains it, or prints its JSON Schema.")
File = Annotated[Path, typer.Argument(metavar="FILE", help="The config file.")]
_MAX_VALUE_CHARS = 40


@app.command(epilog="Example: rebato config check rebato.yaml")
def check(file: File, settings: Set = [], as_json: Json = False) -> None:  # noqa: B006 (typer copies it)
    """Says every problem at once, each with its line, value and remedy; exit code 2 when there is one.

    Secret files are named when this user can't read them here, and secrets that stand in the file itself; that alone is
    no problem.
    """
    try:
        loaded = read_config(file, settings)
    except ConfigError as error:
        if not as_json:
            raise
        problems = [
            {"line": p.line, "field": p.field.partition(" = ")[0], "value": p.value, "message": p.message}
            for p in error.problems
        ]
        typer.echo(json.dumps({"valid": False, "problems": problems}, ensure_ascii=False))
        raise typer.Exit(ConfigError.exit_code) from None
    brands = loaded.config.brands
    count: int | str = "auto" if brands == "auto" else len(brands)
    notes = [f"{path} can't be read here." for path in missing_secrets(loaded.config)]
    notes += [f"`{name}` stands in {origin}: a file of its own is safer (`{name}_file`)." for name, origin in inline(loaded)]
    if as_json:
        typer.echo(json.dumps({"valid": True, "brands": count, "config": loaded.hash, "notes": notes}))
        return
    what = "brands as the mentions name them" if brands == "auto" else f"{count} brand{'' if count == 1 else 's'}"
    typer.echo("\n".join([f"{file} is valid: {what}, config {loaded.hash}.", *(f"  note: {note}" for note in notes)]))


@app.command(epilog="Example: rebato config explain rebato.yaml lacocinera")
def explain(
    file: File,
    brand: Annotated[str, typer.Argument(metavar="BRAND", help="The id of a brand.")],
    settings: Set = [],  # noqa: B006 (typer copies it)
    as_json: Json = False,
) -> None:
    """Prints each effective setting of a brand and where it comes from: file, environment, command line or default."""
    found = explain_settings(read_config(file, settings), brand)
    if as_json:
        rows = [{"setting": s.path, "value": s.value, "from": s.comes_from} for s in found]
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        _print_table(found)


@app.command(epilog="Example: rebato config schema > rebato.schema.json")
def schema() -> None:
    """Prints the JSON Schema of a config file, for editors."""
    typer.echo(write_schema(config_schema()))


def inline(loaded: Loaded) -> Iterator[tuple[str, Origin]]:
    """Secrets that the config file holds itself, and where."""
    for name, origin in loaded.origins.items():
        path = tuple(name.split("."))
        field = field_at(path)
        if origin.kind == "file" and field is not None and model_of(field.annotation) is None and is_secret(path):
            yield name, origin


def missing_secrets(part: Settings | Config) -> Iterator[Path]:
    """Secret files in use that this user can't read."""
    for name in secret_names(type(part)):
        file = getattr(part, f"{name}_file")
        if file is not None and not os.access(file, os.R_OK):
            yield file
    for name in type(part).model_fields:
        if isinstance(value := getattr(part, name), Settings):
            yield from missing_secrets(value)


def _print_table(found: list[Setting]) -> None:
    """Aligned columns; what isn't a default stands out on a terminal."""
    paths = max(len(setting.path) for setting in found)
    values = min(max(len(setting.value) for setting in found), _MAX_VALUE_CHARS)
    console = Console(highlight=False, markup=False, emoji=False)
    for setting in found:
        line = f"{setting.path:<{paths}}  {setting.value:<{values}}  {setting.comes_from}"
        console.print(line, style="dim" if setting.origin.kind == "default" else "bold", soft_wrap=True)
