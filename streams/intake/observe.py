"""What intake tells whoever watches it: numbers a batch, never a mention."""

from typing import Protocol

from schemas.enums import IntakeOutcome, Refusal


class IntakeObserver(Protocol):
    """Takes the counts of each batch; `streams.metrics` makes metrics of them."""

    def mentions(self, source: str, outcome: IntakeOutcome, n: int) -> None:
        """`n` mentions of a source came to this outcome."""

    def digests(self, n: int) -> None:
        """`n` rows were sent to `digests`."""

    def refused(self, reason: Refusal, n: int) -> None:
        """`n` mentions went to the dead-letter topic."""

    def watermark(self, partition: int, ms: int) -> None:
        """Time of a source partition, ms since 1970."""

    def lag(self, partition: int, n: int) -> None:
        """`n` records of a source partition wait to be read."""

    def lost(self, partition: int, n: int) -> None:
        """Retention deleted `n` records before they were read."""


class Silent:
    """An observer that keeps nothing."""

    def mentions(self, source: str, outcome: IntakeOutcome, n: int) -> None:
        """Nothing."""

    def digests(self, n: int) -> None:
        """Nothing."""

    def refused(self, reason: Refusal, n: int) -> None:
        """Nothing."""

    def watermark(self, partition: int, ms: int) -> None:
        """Nothing."""

    def lag(self, partition: int, n: int) -> None:
        """Nothing."""

    def lost(self, partition: int, n: int) -> None:
        """Nothing."""
