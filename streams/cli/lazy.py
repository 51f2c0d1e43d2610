"""A group of commands whose modules are imported only when they are called, so that `rebato --help` is quick."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

if TYPE_CHECKING:
    from typer import _click as click  # names its types only; typer doesn't export them


class Lazy(NamedTuple):
    """Where a command is, and its line in `--help`."""

    target: str  # "module:name" of a Typer app
    help: str
    panel: str = "Commands"  # under which heading of `--help`


class LazyGroup(TyperGroup):
    """Knows its commands by their lines, and imports the one that is called."""

    lazy: ClassVar[dict[str, Lazy]] = {}

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = {
            name: TyperCommand(name, help=line.help, short_help=line.help, rich_help_panel=line.panel)
            for name, line in self.lazy.items()
        }

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """The command itself and what is left of the line."""
        name, stand_in, rest = super().resolve_command(ctx, args)
        return name, load_command(name, self.lazy[name]) if name else stand_in, rest


def load_command(name: str, lazy: Lazy) -> click.Command:
    """The command, imported. An app with a single command and no callback is that command."""
    module, _, attribute = lazy.target.partition(":")
    command = typer.main.get_command(getattr(importlib.import_module(module), attribute))
    command.name = name
    return command


def command_app(help_line: str | None = None) -> typer.Typer:
    """An empty app as every command's file begins with."""
    return typer.Typer(help=help_line, add_completion=False, no_args_is_help=help_line is not None, rich_markup_mode="rich")
