"""What a checkpoint holds of a stage: its state at one moment, encoded."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

from streams.engine.stage import Stage

_AT_A_TIME_S = 0.01  # of states that are encoded, before others may go on


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The keys that have changed, and the position."""

    changed: Mapping[bytes, bytes | None]
    position: bytes
    taken_s: float
    """When it was complete, by the monotonic clock …"""
    took_s: float
    """… and the time that encoding took, without what others did meanwhile."""


async def snapshot(stage: Stage) -> Snapshot:
    """The state as it is now, while other partitions go on; no record of this one may be applied meanwhile."""
    changed: dict[bytes, bytes | None] = {}
    took_s, began_s = 0.0, time.monotonic()
    for key, state in stage.changed():
        changed[key] = state
        if (now_s := time.monotonic()) > began_s + _AT_A_TIME_S:
            took_s += now_s - began_s
            await asyncio.sleep(0)
            began_s = time.monotonic()
    position = stage.position()
    now_s = time.monotonic()
    return Snapshot(changed, position, now_s, took_s + now_s - began_s)
