"""What the commands that ask something of incidents share."""

import time
import uuid
from typing import Annotated

import typer

from schemas.errors import UsageError
from schemas.signal import Command
from schemas.wire import VERSION

Author = Annotated[str, typer.Option("--author", envvar="USER", help="Who says so.")]
Comment = Annotated[str, typer.Option("--comment", help="Why; it stands in the incident's story.")]


def new_command(action: str, author: str, comment: str, incident: str = "", brand: str = "") -> Command:
    """A command of this moment. Raises `UsageError` when nobody says who asks."""
    if not author.strip():
        raise UsageError("nobody knows who says so. Add --author NAME.")
    at_ms = time.time_ns() // 1_000_000
    return Command(VERSION, uuid.uuid4().hex, action, author, at_ms, incident=incident, brand=brand, comment=comment)
