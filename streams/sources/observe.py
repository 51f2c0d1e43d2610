"""What the role `sources` tells whoever watches it."""

from enum import StrEnum
from typing import Protocol

from schemas.enums import Refusal


class Door(StrEnum):
    """A way in; also the metric label, and the name of its settings."""

    HTTP = "http"
    FOLDER = "folder"


ANSWERS = (202, 400, 401, 404, 405, 408, 413, 415, 429, 500, 503)
"""Every status that `POST /v1/mentions` answers with; whatever else there is counts as 400 or 500."""


class SourcesObserver(Protocol):
    """Takes the counts of each request or batch; `streams.metrics` makes metrics of them."""

    def accepted(self, door: Door, n: int) -> None:
        """Kafka has `n` more mentions."""

    def rejected(self, reason: Refusal, n: int) -> None:
        """`n` mentions were refused at the door."""

    def answered(self, status: int) -> None:
        """A request over HTTP was answered so."""


class Silent:
    """An observer that keeps nothing."""

    def accepted(self, door: Door, n: int) -> None:
        """Nothing."""

    def rejected(self, reason: Refusal, n: int) -> None:
        """Nothing."""

    def answered(self, status: int) -> None:
        """Nothing."""
