"""`rebato schema`: the JSON Schema of records that others write or read."""

import json

import typer

from schemas.mention_schema import mention_schema
from streams.cli.lazy import command_app

app = command_app("Prints the JSON Schema of a record.")


@app.callback()
def _group() -> None:
    pass


@app.command(epilog="Example: rebato schema mention > mention.schema.json")
def mention() -> None:
    """Prints the JSON Schema of a mention: what sources, files and `POST /v1/mentions` hold."""
    typer.echo(json.dumps(mention_schema(), indent=2, ensure_ascii=False))
