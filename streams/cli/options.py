"""Options that several commands share, and what they give."""

import os
from pathlib import Path
from typing import Annotated

import typer

from schemas.config.load import Loaded, load_config
from schemas.errors import UsageError

ConfigFile = Annotated[
    Path, typer.Option("--config", "-c", envvar="REBATO_CONFIG", help="The config file.", show_default=True)
]
Set = Annotated[
    list[str], typer.Option("--set", metavar="SETTING=VALUE", help="Overrules a setting: --set kafka.brokers=kafka:9092.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
DEFAULT_CONFIG = Path("rebato.yaml")


def read_config(path: Path, settings: list[str] | None = None) -> Loaded:
    """The effective config: command line > environment > secret files > file > defaults."""
    return load_config(path, os.environ, dict(map(_setting, settings or [])))


def _setting(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise UsageError(f"--set {text}: write it as SETTING=VALUE, such as --set kafka.brokers=localhost:9092.")
    return name.strip(), value
