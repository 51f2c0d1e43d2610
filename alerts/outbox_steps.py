"""What the outbox asks for: a send, or a receipt for what needs no send any more."""

from dataclasses import dataclass

from schemas.alert import Alert
from schemas.enums import Outcome


@dataclass(frozen=True, slots=True)
class Send:
    """Write an attempt, then send, then write a receipt."""

    alert: Alert
    number: int  # of the attempt, from 1
    root: str  # id of the first alert of this incident to this destination: mails refer to it
    in_doubt: bool  # an earlier attempt may have arrived


@dataclass(frozen=True, slots=True)
class Settle:
    """Write this last receipt, and send nothing."""

    alert: Alert
    outcome: Outcome
    detail: str
    number: int  # attempts made


Step = Send | Settle
