"""The position of a stage as it lies in a checkpoint. Pure."""

import msgspec

from schemas.errors import StateError


class _Position(msgspec.Struct, frozen=True, array_like=True):
    applied: int
    stage: bytes


def written_position(applied: int, stage: bytes) -> bytes:
    """What `read_position` reads."""
    return msgspec.msgpack.encode(_Position(applied, stage))


def read_position(raw: bytes) -> tuple[int, bytes]:
    """Of a checkpoint's position: the last input offset that it includes, and what the stage calls its position.

    Raises StateError for bytes that are none.
    """
    try:
        decoded = msgspec.msgpack.decode(raw, type=_Position)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise StateError(
            f"the kept position can't be read ({error}). The version that wrote it still reads it; "
            "`rebato state rebuild` recomputes the state"
        ) from error
    return decoded.applied, decoded.stage
