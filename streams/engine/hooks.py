"""What the owner of a stage may listen to. All are called on the event loop and must return at once."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from schemas.enums import Refusal
from streams.engine.stage import InputRecord, Output, Stage

Send = Callable[[Sequence[Output]], Awaitable[None]]
"""Sends records and returns when Kafka has them; raises StateError if it doesn't take them in time."""


def _ignore(*_: object) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Hooks:
    """Callbacks of one stage; those left out do nothing.

    An owner with effects of its own (sending alerts) starts its tasks in ``ready`` and ``applied``, ends them in
    ``dropped``, and reports what they did with ``Send``, into the input of the stage.
    """

    ready: Callable[[int, Stage, Send], None] = _ignore
    """A partition is loaded, or its stage has been rebuilt: this stage is the one that counts from now on."""
    applied: Callable[[int, Stage], None] = _ignore
    """A record has been applied. It isn't durable yet."""
    saved: Callable[[int, Stage, float], None] = _ignore
    """A checkpoint is durable; it took so many seconds."""
    dropped: Callable[[int], None] = _ignore
    """The partition isn't ours any more, or the process is ending."""
    lost: Callable[[int, int], None] = _ignore
    """So many records of a partition were deleted by retention before they were read."""
    dead: Callable[[InputRecord, Refusal], None] = _ignore
    """A record has been put aside."""
