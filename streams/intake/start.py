"""Where to begin in a source partition, decided from what the group has committed and what the broker still holds. Pure."""

from dataclasses import dataclass

from schemas.errors import UsageError


@dataclass(frozen=True, slots=True)
class Start:
    """Records from `count_from` on are counted; those from `remember_from` to there only fill the memory of repeats."""

    remember_from: int
    count_from: int
    lost: int  # records that retention deleted before they were read


def start_of(committed: int | None, first: int, end: int, repeats: int, place: str) -> Start:
    """The start. A group that hasn't committed yet begins with the oldest record.

    `committed`, `first` and `end` are offsets: the next to count, the oldest held, the one after the newest. `repeats`
    is how many offsets back repeats are known by. Raises `UsageError` when the commit is beyond the end: the topic at
    `place` isn't the one that was read.

    >>> start_of(500, first=400, end=900, repeats=50, place="mentions/0")
    Start(remember_from=450, count_from=500, lost=0)
    >>> start_of(500, first=700, end=900, repeats=50, place="mentions/0")
    Start(remember_from=700, count_from=700, lost=200)
    """
    if committed is None:
        return Start(first, first, 0)
    if committed > end:
        raise UsageError(
            f"{place} ends at offset {end}, but {committed} were read: the topic was made anew. "
            "Raise its epoch (`rebato topics create` does), or restore it."
        )
    count_from = max(committed, first)
    return Start(max(first, count_from - repeats), count_from, count_from - committed)
