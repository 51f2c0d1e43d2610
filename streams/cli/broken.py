"""Lines of an input that can't be used: the first are told with their number, all are counted."""

import json

import typer

MAX_TOLD = 10


class BrokenLines:
    """What was wrong, on stderr, and the command's last word."""

    def __init__(self, file: str) -> None:
        self.count = 0
        self._first: list[dict[str, str | int]] = []
        self._file = "stdin" if file == "-" else file

    def add(self, line: int, reason: str) -> None:
        """Counts a line, from 1, and tells why it is left out while they are few."""
        self.count += 1
        if self.count <= MAX_TOLD:
            self._first.append({"line": line, "reason": reason})
            typer.echo(f"{self._file} line {line}: {reason}", err=True)

    def summary(self, what: str, done: int, as_json: bool, *, on_stderr: bool, **more: int) -> None:
        """Says what was done: as a sentence on stderr, or as JSON on stdout, unless the output itself is there."""
        if as_json:
            facts = {"done": done, "broken": self.count, "first_broken": self._first, **more}
            typer.echo(json.dumps(facts, ensure_ascii=False), err=on_stderr)
            return
        rest = "".join(f", {count:,} {name}" for name, count in more.items())
        typer.echo(f"{done:,} {what}, {self.count:,} broken{rest}.", err=True)
