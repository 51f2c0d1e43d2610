"""`rebato run`: the pipeline, each role a process of its own; or one role, as this process."""

import asyncio
import importlib
import json
import math
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from schemas.config.load import Loaded
from schemas.config.model import Config
from schemas.errors import MissingTopicError, RebatoError, StateError, UnreachableError, UsageError
from streams.cli.lazy import command_app
from streams.cli.options import DEFAULT_CONFIG, ConfigFile, Set, read_config
from streams.embedded import PARTITIONS, EmbeddedBroker
from streams.kafka_wait import wait_for_kafka
from streams.roles.role import Role, processes_of
from streams.roles.start import Order
from streams.supervisor import OWN_NAME, Emit, Supervisor, end_with_parent
from streams.topics_admin import TopicsAdmin, topic_specs

_COLOURS = {
    Role.SOURCES: typer.colors.CYAN,
    Role.INTAKE: typer.colors.BLUE,
    Role.WATCH: typer.colors.MAGENTA,
    Role.INCIDENTS: typer.colors.YELLOW,
    Role.NOTIFY: typer.colors.GREEN,
}
_WIDTH = max(map(len, Role))
app = command_app()
Wait = Annotated[float, typer.Option(min=0, help="Seconds to wait for a Kafka that doesn't answer.")]


@app.command(epilog="Example: rebato run --config rebato.yaml")
def run(
    roles: Annotated[list[Role] | None, typer.Argument(metavar="[ROLE]…", help="Which roles; all without a name.")] = None,
    config: ConfigFile = DEFAULT_CONFIG,
    settings: Set = [],  # noqa: B006 (typer copies it)
    embedded: Annotated[bool, typer.Option("--embedded", help="Bring a demo broker that forgets all on exit.")] = False,
    wait: Wait = 30,
    supervised: Annotated[int | None, typer.Option("--supervised", hidden=True)] = None,
) -> None:
    """Runs the pipeline until Ctrl-C: each role as processes that are restarted when they die, as many as `processes` says.

    With one ROLE this process is that role, for containers. Roles: sources intake watch incidents notify.

    TERM or Ctrl-C ends it in order within 10 s (exit code 0); a second one at once (143 or 130).
    """
    chosen = list(dict.fromkeys(roles or Role))
    loaded = read_config(config, settings)
    if len(chosen) == 1 and not embedded:
        _be(chosen[0], config, settings, loaded, wait, supervised)
        return
    emit = _emit_json if loaded.config.logs == "json" else _emit
    with ExitStack() as stack:
        if embedded:
            settings = [*settings, *stack.enter_context(_embedded_settings(loaded, partial(emit, OWN_NAME)))]
        else:
            _check_cluster(loaded, wait, partial(emit, OWN_NAME))
        members = processes_of(chosen, loaded.config.processes)
        commands = {_name(role, number): _command(role, number, config, settings) for role, number in members}
        code = asyncio.run(_supervise(commands, emit))
    raise typer.Exit(code)


def _be(role: Role, path: Path, settings: list[str], loaded: Loaded, wait_s: float, supervised: int | None) -> None:
    """`supervised`: which of the role's processes it is, if a supervisor has started it: that one waits for ever."""
    if supervised is not None:
        end_with_parent()
        wait_s = math.inf
    is_embedded = wait_for_kafka(loaded.config.kafka, wait_s, partial(typer.echo, err=True))
    order = Order(role, loaded, path, lambda: read_config(path, settings), is_embedded, supervised or 0)
    try:
        importlib.import_module(f"streams.roles.{role}").run(order)
    except (MissingTopicError, UnreachableError) as error:
        if supervised is None:
            raise
        raise what_is_sure(error, loaded.config, is_embedded) from error


def what_is_sure(error: UsageError, config: Config, is_embedded: bool = False) -> RebatoError:
    """The error as a cluster that answers confirms it; else one after which the supervisor starts the process again.

    A broker that goes away while a role starts looks as if there were no topics, and that ends everything.
    """
    if isinstance(error, MissingTopicError) and not is_embedded:
        try:
            TopicsAdmin(config).refuse_unusable()
        except UnreachableError:
            pass
        except UsageError as confirmed:
            return confirmed
    return StateError(f"{error} Starting again.")


def _name(role: Role, number: int) -> str:
    """How the process is called in front of its lines.

    >>> _name(Role.INTAKE, 0), _name(Role.INTAKE, 1)
    ('intake', 'intake 2')
    """
    return f"{role} {number + 1}" if number else str(role)


def _command(role: Role, number: int, path: Path, settings: list[str]) -> list[str]:
    options = [text for setting in settings for text in ("--set", setting)]
    started = [sys.executable, "-m", "streams.cli", "run", role, "--supervised", str(number)]
    return [*started, "--config", str(path), *options]


async def _supervise(commands: dict[str, list[str]], emit: Emit) -> int:
    return await Supervisor(commands, emit).run()


def _check_cluster(loaded: Loaded, wait_s: float, tell: Callable[[str], None]) -> None:
    """What would end every role at once is said once."""
    if wait_for_kafka(loaded.config.kafka, wait_s, tell):
        return
    TopicsAdmin(loaded.config).refuse_unusable()


@contextmanager
def _embedded_settings(loaded: Loaded, tell: Callable[[str], None]) -> Iterator[list[str]]:
    """Settings that send every role to a broker in this process."""
    with EmbeddedBroker() as broker:
        broker.create(*(spec.name for spec in topic_specs(loaded.config)))
        tell(f"demo broker at {broker.address}: it keeps little and forgets all on exit")
        yield [
            f"kafka.brokers={broker.address}",
            "kafka.security_protocol=PLAINTEXT",
            f"kafka.partitions={PARTITIONS}",
            f"kafka.source_partitions={PARTITIONS}",
        ]


def _emit(name: str, line: str) -> None:
    """The prefix says who speaks; its colour is left out where the output is no terminal."""
    role = name.partition(" ")[0]
    colour = _COLOURS.get(Role(role)) if role in list(Role) else typer.colors.WHITE
    typer.echo(f"{typer.style(f'{name:<{_WIDTH}}', fg=colour, bold=name == OWN_NAME)}  {line}", err=True)


def _emit_json(name: str, line: str) -> None:
    """The roles' lines are JSON and name their role themselves; ours are made so."""
    if name == OWN_NAME:
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        line = json.dumps({"event": line, "level": "info", "role": name, "timestamp": now}, ensure_ascii=False)
    typer.echo(line, err=True)
