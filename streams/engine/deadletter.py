"""What goes to the dead-letter topic when a stage can't take a record: its bytes, and why."""

import traceback

from schemas.enums import Refusal
from streams.engine.stage import InputRecord, Output

_PARTITION = 0  # they are few: one place to look


def dead_letter(record: InputRecord, topic: str, dead_topic: str, error: Exception, reason: Refusal) -> Output:
    """The record as it came, with headers that say where it lay and why it was put aside.

    Headers: ``topic``, ``partition``, ``offset``, ``reason``, ``error`` (class) and ``place`` (file, line and function
    that raised). The error's text stays out: it may hold what strangers wrote.
    """
    headers = {
        "topic": topic,
        "partition": str(record.partition),
        "offset": str(record.offset),
        "reason": reason.value,
        "error": type(error).__name__,
        "place": _place(error),
    }
    encoded = tuple((name, text.encode()) for name, text in headers.items())
    return Output(dead_topic, _PARTITION, record.key, record.value, encoded)


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return ""
    last = frames[-1]
    return f"{last.filename.rpartition('/')[2]}:{last.lineno} in {last.name}"
