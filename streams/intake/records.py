"""What intake reads: records of the topic `mentions` as they lie there, control records of a replay, and refusals."""

from collections.abc import Sequence

import msgspec

from schemas.enums import Refusal

Headers = Sequence[tuple[str, bytes]]

CONTROL_HEADER = "rebato-control"
"""Header that tells what isn't a mention; its value is `watermark` or `end` in a replay, or `beat`."""
BEAT = "beat"


class RawRecord(msgspec.Struct, gc=False):
    """One record of a source partition, or one line of a file (then `offset` is the line and `append_ms` its own time)."""

    partition: int
    offset: int
    append_ms: int  # the broker's append time
    value: bytes | None
    headers: Headers = ()


class Refused(msgspec.Struct, frozen=True):
    """A mention that can't be used: why, and in words that name field, value and what is allowed."""

    record: RawRecord
    reason: Refusal
    detail: str


class Control(msgspec.Struct, frozen=True):
    """Time as a replay states it: nothing before `ms` follows in this partition."""

    v: int
    ms: int
    learn_until_ms: int = 0  # before this log time the detectors learn and nothing rings
    partition: int = 0  # where it lies; what the record itself says of it doesn't count


_decoder = msgspec.json.Decoder(Control)


def read_control(record: RawRecord) -> Control | None:
    """A replay's control record, or None if this one is something else or is broken."""
    if control_word(record.headers) in (None, BEAT):
        return None
    try:
        return msgspec.structs.replace(_decoder.decode(record.value or b""), partition=record.partition)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def control_word(headers: Headers) -> str | None:
    """What kind of control record these headers make of it, if they do.

    >>> control_word([("rebato-control", b"end")]), control_word([])
    ('end', None)
    """
    return next((value.decode("ascii", "replace") for name, value in headers if name == CONTROL_HEADER), None)


def control_headers(word: str) -> list[tuple[str, bytes]]:
    """Headers of a control record.

    >>> control_headers("end")
    [('rebato-control', b'end')]
    """
    return [(CONTROL_HEADER, word.encode())]
