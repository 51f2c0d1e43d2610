"""What the role `sources` tells whoever watches it."""

from enum import StrEnum
from typing import Protocol

from schemas.enums import Refusal


class Door(StrEnum):
    """A way in; also the metric label, and the name of its settings."""

    HTTP = "http"
    FOLDER = "folder"


class SourcesObserver(Protocol):
    """Takes the counts of each request or batch; `streams.metrics` makes metrics of them."""

    def accepted(self, door: Door, n: int) -> None:
        """Kafka has `n` more mentions."""

    def rejected(self, reason: Refusal, n: int) -> None:
        """`n` mentions were refused at the door."""


class Silent:
    """An observer that keeps nothing."""

    def accepted(self, door: Door, n: int) -> None:
        """Nothing."""

    def rejected(self, reason: Refusal, n: int) -> None:
        """Nothing."""
