"""`rebato topics`: makes the topics, or says how they differ from the config."""

import json
from dataclasses import asdict

import typer

from schemas.errors import CheckFailedError
from streams.cli.lazy import command_app
from streams.cli.options import DEFAULT_CONFIG, ConfigFile, Json, Set, read_config
from streams.topics_admin import Difference, TopicsAdmin, topic_specs

app = command_app("Makes or checks the topics.")


@app.command(epilog="Example: rebato topics create --config rebato.yaml")
def create(config: ConfigFile = DEFAULT_CONFIG, settings: Set = [], as_json: Json = False) -> None:  # noqa: B006 (typer copies it)
    """Makes the topics that are missing; changes none that exists. May be run again at any time."""
    wanted = read_config(config, settings).config
    created = TopicsAdmin(wanted).create()
    existed = [spec.name for spec in topic_specs(wanted) if spec.name not in created]
    if as_json:
        typer.echo(json.dumps({"created": created, "existed": existed}))
        return
    for name in created:
        typer.echo(f"created {name}")
    typer.echo(f"{len(created)} created, {len(existed)} were there.")


@app.command(epilog="Example: rebato topics check --config rebato.yaml")
def check(config: ConfigFile = DEFAULT_CONFIG, settings: Set = [], as_json: Json = False) -> None:  # noqa: B006 (typer copies it)
    """Says every difference between the topics and the config, with its remedy; exit code 1 when there is one."""
    wanted = read_config(config, settings).config
    differences = TopicsAdmin(wanted).check()
    if as_json:
        typer.echo(json.dumps({"differences": [asdict(difference) for difference in differences]}))
        raise typer.Exit(1 if differences else 0)
    if differences:
        raise CheckFailedError(_told(differences))
    typer.echo(f"all {len(topic_specs(wanted))} topics are as the config asks.")


def _told(differences: list[Difference]) -> str:
    count = len(differences)
    head = f"{count} difference{'' if count == 1 else 's'}:"
    return "\n".join([head, *(f"  {difference}" for difference in differences)])
