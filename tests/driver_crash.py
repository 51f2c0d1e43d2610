"""Where a process can die, and the order to die there."""

from dataclasses import dataclass
from enum import StrEnum


class Moment(StrEnum):
    """Places between two things that become durable one after the other."""

    BEFORE_SENDING = "before_sending"  # a record is applied in memory, nothing that follows from it is sent
    WHILE_SENDING = "while_sending"  # the first half of it is
    BEFORE_SAVING = "before_saving"  # all outputs are sent, the checkpoint isn't written
    BEFORE_ACK = "before_ack"  # the checkpoint is written, the input isn't acknowledged
    BEFORE_ATTEMPT = "before_attempt"  # notify: an alert is due
    BEFORE_DELIVERY = "before_delivery"  # notify: the attempt is noted, the receiver has nothing
    BEFORE_RECEIPT = "before_receipt"  # notify: the receiver has it, nothing says so


class Killed(Exception):  # noqa: N818 (not an error: the process is gone)
    """`kill -9`."""


@dataclass(slots=True)
class Order:
    """Dies at the first such moment after `after` more records; without a moment it lives for ever."""

    moment: Moment | None = None
    after: int = 0

    def count(self) -> None:
        """A record has been read."""
        self.after = max(0, self.after - 1)

    def reach(self, moment: Moment) -> None:
        """Raises `Killed` if the order says so."""
        if self.strikes(moment):
            self.moment = None
            raise Killed(moment)

    def strikes(self, moment: Moment) -> bool:
        """Whether this is where it dies."""
        return moment is self.moment and self.after == 0
