"""From where to where the input of a stage is read again. Pure.

A rebuild stops where the group has committed: what came before was decided and told (outputs are acknowledged before a
commit), what comes after is decided and told by the stage itself when it runs again. So a rebuild sends nothing, and
nothing is told twice or left out.

Where the group has no commit any more, the outputs themselves say how far it was: each names the input record that it
follows from, and its reader skips what it has read before.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """One partition of a stage's input."""

    partition: int
    first: int
    """The oldest offset that Kafka holds."""
    resume: int
    """The first offset that the stage itself will read."""
    end: int
    """The offset after the newest that Kafka holds."""
    remade: bool = False
    """Whether the group had read further than the topic goes: it was made anew."""

    @property
    def records(self) -> int:
        """How many are read again."""
        return self.resume - self.first


def span(partition: int, first: int, end: int, committed: int | None, told: int | None) -> Span:
    """The span of a partition that holds `first` to before `end`.

    `committed`: by the group, if at all. `told`: the newest input offset of which an output is known, if any.

    >>> span(0, 10, 90, committed=70, told=69)
    Span(partition=0, first=10, resume=70, end=90, remade=False)
    >>> span(0, 10, 90, committed=None, told=69)
    Span(partition=0, first=10, resume=69, end=90, remade=False)
    >>> span(0, 10, 90, committed=5, told=None)
    Span(partition=0, first=10, resume=10, end=90, remade=False)
    >>> span(0, 0, 90, committed=700, told=None)
    Span(partition=0, first=0, resume=0, end=90, remade=True)
    """
    if committed is not None and committed > end:
        return Span(partition, first, first, end, remade=True)
    resume = committed if committed is not None else told
    if resume is None or not first <= resume <= end:
        resume = first
    return Span(partition, first, resume, end)
