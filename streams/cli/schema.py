"""`rebato schema`: the JSON Schema of records that others write or read."""

import typer

from schemas.config.schema import write_schema
from schemas.mention_schema import mention_schema
from streams.cli.lazy import command_app

app = command_app("Prints the JSON Schema of a record.")


@app.callback()
def _group() -> None:
    pass


@app.command(epilog="Example: rebato schema mention > mention.schema.json")
def mention() -> None:
    """Prints the JSON Schema of a mention: what sources, files and `POST /v1/mentions` hold."""
    typer.echo(write_schema(mention_schema()))
