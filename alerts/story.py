"""The story that an incident tells: lines of a closed set of words, so that a renderer can say them in any language."""

from enum import StrEnum

import msgspec

from schemas.enums import Severity
from schemas.incident import Entry, Incident

LENGTH = 50
"""Lines kept: the opening, the beginning of the newest wave, and the newest ones."""


class Story(StrEnum):
    """What happened; an entry's `what` is one of these, then maybe a colon, a space and free text."""

    OPENED = "opened"
    ESCALATED = "escalated"
    EASED = "eased"
    GREW = "grew"  # since the last alert: before → now
    SECOND_WAVE = "second wave"
    ACKNOWLEDGED = "acknowledged"
    ACK_EXPIRED = "acknowledgement expired"
    REMINDER = "reminder"
    SILENCED = "silenced"
    UNSILENCED = "unsilenced"
    MUTED = "muted"
    CONFIRMED = "confirmed"
    FALSE_ALARM = "false alarm"
    VERDICT_WITHDRAWN = "verdict withdrawn"
    BUDGET = "budget"  # false alarms a month that the brand is allowed: before → after a verdict
    SPREAD = "spread to"  # a brand, and the words that are new there too
    NOT_DELIVERED = "not delivered"
    RESOLVED = "resolved"


def told(incident: Incident, at_ms: int, what: Story, author: str = "", detail: str = "") -> Incident:
    """The incident with one more line, under a new revision. Its severity is noted as it stands."""
    line = Entry(at_ms, f"{what}: {detail}" if detail else str(what), Severity(incident.severity), author)
    lines = [*incident.timeline, line]
    if len(lines) > LENGTH:
        waves = [number for number, each in enumerate(lines) if each.what == Story.SECOND_WAVE]
        del lines[2 if waves[-1:] == [1] else 1]
    return msgspec.structs.replace(incident, timeline=lines, revision=incident.revision + 1)
