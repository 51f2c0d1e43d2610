"""Silences: somebody asks for quiet about a brand or an incident, with a comment and an end.

A silence holds back what rings: first alerts, rises and reminders wait until it ends and then go with the newest figures, if
there still is an incident. It doesn't hold back what takes a ring back: a pager that rang is told of the
acknowledgement and of the end, or it would go on escalating.
"""

import msgspec

from schemas.signal import Command

LIMIT = 1_000
"""Silences kept a signals partition; beyond it the ones that end first are dropped."""


class Silence(msgspec.Struct, frozen=True, array_like=True):
    """Quiet until `until_ms`, log time."""

    until_ms: int
    author: str
    comment: str


def key_of(command: Command) -> str:
    """What a silence is about: the incident when the command names one, else the brand."""
    return f"incident:{command.incident}" if command.incident else f"brand:{command.brand}"


def asked(command: Command, now_ms: int) -> Silence | None:
    """The silence that a command asks for, or None when author, comment or end are missing.

    Its length is what lay between the asking and the wished end, counted in log time, so that it also fits a replay.
    """
    length_ms = command.until_ms - command.at_ms
    named = command.incident or command.brand
    if not (named and command.author.strip() and command.comment.strip() and length_ms > 0):
        return None
    return Silence(now_ms + length_ms, command.author, command.comment)


def with_silence(silences: dict[str, Silence], key: str, silence: Silence, now_ms: int) -> dict[str, Silence]:
    """The silences with one more; those that have ended are dropped."""
    running = {k: s for k, s in silences.items() if s.until_ms > now_ms} | {key: silence}
    latest = sorted(running, key=lambda k: (running[k].until_ms, k))[-LIMIT:]
    return {k: running[k] for k in latest}


def silenced(silences: dict[str, Silence], brand: str, incident: str, now_ms: int) -> bool:
    """Whether a silence about this brand or incident is running."""
    about = (silences.get(f"brand:{brand}"), silences.get(f"incident:{incident}"))
    return any(silence is not None and silence.until_ms > now_ms for silence in about)
