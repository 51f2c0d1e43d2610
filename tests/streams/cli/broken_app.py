"""A command that goes wrong in the way it is told to."""

import typer

from schemas.errors import CheckFailedError, UsageError

app = typer.Typer(add_completion=False)
ERRORS = {
    "usage": UsageError("brokers: nothing answers at localhost:1. Start Kafka, or change kafka.brokers."),
    "no": CheckFailedError("the check failed."),
    "own": ZeroDivisionError("division by zero"),
    "ctrl-c": KeyboardInterrupt(),
}


@app.command()
def fail(how: str) -> None:
    """Fails."""
    raise ERRORS[how]
