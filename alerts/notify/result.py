"""How one send ended. Reasons are closed words or codes, never a receiver's own text: it may hold secrets or attacks."""

from dataclasses import dataclass

NOT_CONFIGURED = "not_configured"
"""Reason of `Dead` when the config has no such destination any more."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The receiver took it."""

    receiver_key: str  # under which the receiver knows it: Message-ID, dedup key, webhook-id
    note: str = ""  # what wasn't perfect


@dataclass(frozen=True, slots=True)
class Retry:
    """It surely did not arrive, and may later."""

    reason: str
    after_s: float = 0.0  # the receiver's own wish; 0 = none
    whole_destination: bool = False  # the wish holds for everything sent there


@dataclass(frozen=True, slots=True)
class Dead:
    """It did not arrive and never will like this: somebody must mend the config."""

    reason: str


@dataclass(frozen=True, slots=True)
class InDoubt:
    """It may have arrived: the request went out and no answer came back."""

    reason: str


SendResult = Sent | Retry | Dead | InDoubt
Failure = Retry | Dead | InDoubt
