"""Every error that rebato raises on purpose.

RebatoError                  a message for people: what, where, and the remedy
├── UsageError               wrong command line, file or right          → exit code 2
│   ├── ConfigError          the config file has problems, all listed   → exit code 2
│   ├── MissingTopicError    a topic isn't there, as far as can be seen → exit code 2
│   └── UnreachableError     a broker or server doesn't answer          → exit code 2
├── CheckFailedError         it ran and the answer is no                → exit code 1
├── RecordError              one record can't be used: it is dead-lettered, the rest goes on
│   ├── UndecodableError
│   └── UnknownVersionError
└── StateError               the state can't be kept or trusted: the process stops, its supervisor restarts it
    └── FencedError          another process owns this partition now
"""

from dataclasses import dataclass

from schemas.enums import Refusal


class RebatoError(Exception):
    """Base of all: its text is one or more lines that a person can act upon."""

    exit_code = 1


class UsageError(RebatoError):
    """Wrong use: names what was given, what is possible, and the remedy."""

    exit_code = 2


class MissingTopicError(UsageError):
    """A topic isn't there; while a broker comes back it may look as if none were."""


class UnreachableError(UsageError):
    """A server that is needed doesn't answer; the text names its address and how to mend it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a config file."""

    line: int | None
    field: str  # path as people write it: brands[0].names
    message: str  # what is wrong, the allowed range, and the remedy
    value: object = None


class ConfigError(UsageError):
    """A config file with all of its problems."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file = file
        self.problems = problems
        super().__init__(self._text())

    def _text(self) -> str:
        count = len(self.problems)
        head = f"{self.file} has {count} problem{'' if count == 1 else 's'}:"
        width = max((len(p.field) for p in self.problems), default=0)
        lines = [
            f"  line {p.line:<4}{p.field:<{width}}  {p.message}" if p.line else f"  {p.field:<{width}}  {p.message}"
            for p in self.problems
        ]
        return "\n".join([head, *lines])


class CheckFailedError(RebatoError):
    """The command ran and the answer is no."""


class RecordError(RebatoError):
    """One record can't be used; `reason` is its label in metrics and in the dead-letter topic."""

    reason = Refusal.UNDECODABLE


class UndecodableError(RecordError):
    """Bytes that are no record of ours."""


class UnknownVersionError(RecordError):
    """A record written by a newer rebato."""

    reason = Refusal.UNKNOWN_VERSION

    def __init__(self, found: int, known: int) -> None:
        super().__init__(f"record version {found}; this rebato reads 1 to {known}: upgrade it, then `rebato dead replay`")


class StateError(RebatoError):
    """State that can't be kept or trusted."""


class FencedError(StateError):
    """Another process has taken over the partition: this one must not write any more."""
