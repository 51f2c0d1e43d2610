"""What became of each bad input."""

import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from types import FrameType

STALL_S = 10.0
_MOST_EXAMPLES = 12
_SHOWN_BYTES = 160


class Outcome(StrEnum):
    """The first two are as it should be."""

    REFUSED = "refused"  # with a reason that names what was wrong, and counted
    TAKEN = "taken"  # it was no bad input after all: a mention that is another mention
    CRASHED = "crashed"  # an exception that is none of ours
    STALLED = "stalled"  # no end within `STALL_S`
    SILENT = "silent"  # refused without a reason, or counted nowhere
    LEAKED = "leaked"  # its refusal repeats a secret


class StallError(BaseException):
    """No end; past every `except Exception` on its way."""


@dataclass(slots=True)
class Tally:
    """Counts by area and outcome, reasons by area, and some examples of what went wrong."""

    outcomes: Counter[tuple[str, Outcome]] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    longest_s: float = 0.0

    def add(self, area: str, outcome: Outcome, reason: str = "", shown: object = b"") -> None:
        """Counts one input. ``shown``: what is printed of it when it went wrong."""
        self.outcomes[area, outcome] += 1
        self.reasons[area, reason] += 1
        if outcome not in (Outcome.REFUSED, Outcome.TAKEN) and len(self.examples) < _MOST_EXAMPLES:
            self.examples.append(f"{area} {outcome}: {reason}: {repr(shown)[:_SHOWN_BYTES]}")

    def judge(self, area: str, shown: object, call: Callable[[], tuple[Outcome, str]]) -> None:
        """Counts what ``call`` says, or that it raised or didn't end. For code that awaits nothing."""
        started_s = time.monotonic()
        try:
            with _bounded():
                outcome, reason = call()
        except StallError:
            outcome, reason = Outcome.STALLED, "no end"
        except Exception as error:
            outcome, reason = Outcome.CRASHED, f"{type(error).__name__}: {error}"[:200]
        self.longest_s = max(self.longest_s, time.monotonic() - started_s)
        self.add(area, outcome, reason, shown)

    def take_in(self, other: "Tally") -> None:
        """Adds what another has counted."""
        self.outcomes += other.outcomes
        self.reasons += other.reasons
        self.examples += other.examples[: _MOST_EXAMPLES - len(self.examples)]
        self.longest_s = max(self.longest_s, other.longest_s)

    def count(self, *outcomes: Outcome) -> int:
        """Inputs with one of these outcomes; without any, all."""
        return sum(count for (_, outcome), count in self.outcomes.items() if not outcomes or outcome in outcomes)

    @property
    def wrong(self) -> int:
        """Inputs that weren't dealt with as they should be."""
        return self.count() - self.count(Outcome.REFUSED, Outcome.TAKEN)


@contextmanager
def _bounded() -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise StallError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, STALL_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
