"""Options that several commands share, and what they give."""

import os
from pathlib import Path as FilePath
from typing import Annotated

import typer

from schemas.config.fields import is_one_secret
from schemas.config.layers import from_command_line
from schemas.config.load import Loaded, load_config
from schemas.config.problems import other_places
from schemas.config.tree import Path, write_path
from schemas.errors import UsageError
from streams.files import STANDARD

ConfigFile = Annotated[
    FilePath, typer.Option("--config", "-c", envvar="REBATO_CONFIG", help="The config file.", show_default=True)
]
Set = Annotated[
    list[str], typer.Option("--set", metavar="SETTING=VALUE", help="Overrules a setting: --set kafka.brokers=kafka:9092.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
Inputs = Annotated[
    list[FilePath], typer.Option("--input", "-i", help="Files of mentions (.jsonl or .jsonl.gz); `-` is stdin.")
]
MoreInputs = Annotated[
    list[FilePath] | None, typer.Argument(metavar="FILE...", help="The same: `--input` may be left out, or given once.")
]
DEFAULT_CONFIG = FilePath("rebato.yaml")


def input_files(named: list[FilePath], more: list[FilePath] | None) -> list[FilePath]:
    """The files that a command shall read, however they were given. Raises `UsageError` when there is none."""
    found = [*named, *(more or [])]
    if not found:
        raise UsageError("no file of mentions is given. Name one or more: --input january.jsonl.gz")
    if found.count(STANDARD) > 1:
        raise UsageError("`-` is given more than once, and standard input can be read only once.")
    return found


def read_config(path: FilePath, settings: list[str] | None = None) -> Loaded:
    """The effective config: command line > environment > secret files > file > defaults.

    Raises `UsageError` for a secret on the command line: every user of the machine can read that.
    """
    given = dict(map(_setting, settings or []))
    for override in from_command_line(given):
        _refuse_secret(override.path, override.value)
    return load_config(path, os.environ, given)


def _refuse_secret(path: Path, value: object) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            _refuse_secret((*path, name), inner)
    elif is_one_secret(path):
        raise UsageError(
            f"--set {write_path(path)}: a secret on the command line can be read by every user of this machine. "
            f"{other_places(path)}"
        )


def _setting(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise UsageError(f"--set {text}: write it as SETTING=VALUE, such as --set kafka.brokers=localhost:9092.")
    return name.strip(), value
