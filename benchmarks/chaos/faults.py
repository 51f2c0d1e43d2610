"""What goes wrong, and when: a plan drawn from a seed. Pure."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from schemas.enums import Channel
from streams.receivers import Fault

ROLES = ("intake", "watch", "incidents", "notify")


class Kind(StrEnum):
    """One way to break something."""

    KILL = "kill"  # kill -9 of a role
    TERM = "term"  # an orderly end of a role
    FREEZE = "freeze"  # SIGSTOP for longer than the session timeout, then SIGCONT
    SCALE = "scale"  # a role from 1 process to 3 and back
    CLOCK = "clock"  # a role's clock jumps, and back
    CUT = "cut"  # a role's connections to Kafka are reset
    SLOW = "slow"  # a slow network between a role and Kafka
    SILENT = "silent"  # a network that swallows what a role says to Kafka
    BROKER_KILL = "broker_kill"  # kill -9 of a broker, started again at once
    BROKER_RESTART = "broker_restart"  # the orderly way
    BROKER_AWAY = "broker_away"  # killed, and started again a minute later
    LEADERS = "leaders"  # a node leaves and comes back, so that partitions change their leader; in a cluster only
    CHANNEL = "channel"  # a receiver fails
    RETENTION = "retention"  # mentions are deleted before they were read; in an installation of its own
    RECREATED = "recreated"  # a topic is deleted and made anew; in an installation of its own


ALONE = {Kind.RETENTION, Kind.RECREATED}
"""These destroy what is counted: each has its own topics and its own truth."""
_OF_CLUSTERS = {Kind.LEADERS}
_CHANNEL_FAULTS = [Fault.LIMIT, Fault.ERROR, Fault.SLOW, Fault.DROP, Fault.CLOSE, Fault.HALF, Fault.TRICKLE]


@dataclass(frozen=True, slots=True)
class Planned:
    """One fault."""

    kind: Kind
    target: str
    """A role, a channel, or the number of a node."""
    seconds: float
    """How long it lasts, where it lasts."""
    wait_s: float
    """Pause before it, after the one before has begun (`overlaps`) or ended."""
    overlaps: bool
    detail: str = ""

    def __str__(self) -> str:
        lasting = f" for {self.seconds:g} s" if self.seconds else ""
        return f"{self.kind} {self.target}{f' {self.detail}' if self.detail else ''}{lasting}"


def plan(seed: int, number: int, nodes: int, kinds: Sequence[Kind] = (), short: bool = False) -> list[Planned]:
    """So many faults, each kind as often as any other (±1), shuffled.

    `kinds`: only these. `short`: none takes longer than 20 s, for rounds of a few minutes.
    """
    chance = random.Random(seed)
    possible = [kind for kind in kinds or Kind if nodes > 1 or kind not in _OF_CLUSTERS]
    drawn: list[Kind] = []
    while len(drawn) < number:
        drawn += chance.sample(possible, min(len(possible), number - len(drawn)))
    chance.shuffle(drawn)
    return [_planned(kind, chance, nodes, short) for kind in drawn]


def _planned(kind: Kind, chance: random.Random, nodes: int, short: bool) -> Planned:
    target, seconds, detail = chance.choice(ROLES), 0.0, ""
    match kind:
        case Kind.FREEZE:
            seconds = chance.uniform(8.0, 14.0)
        case Kind.SCALE:
            seconds = chance.uniform(8.0, 15.0)
        case Kind.CLOCK:
            seconds, detail = chance.uniform(5.0, 15.0), chance.choice(["+90", "-90", "+30", "-30"])
        case Kind.SLOW:
            seconds, detail = chance.uniform(5.0, 15.0), chance.choice(["0.05", "0.2", "0.5"])
        case Kind.SILENT:
            seconds = chance.uniform(3.0, 15.0)
        case Kind.BROKER_KILL | Kind.BROKER_RESTART | Kind.LEADERS:
            target = str(chance.randrange(nodes))
        case Kind.BROKER_AWAY:
            target, seconds = str(chance.randrange(nodes)), 20.0 if short else 60.0
        case Kind.CHANNEL:
            fault = chance.choice(_CHANNEL_FAULTS)
            target, detail = chance.choice(list(Channel)).value, fault.value
            seconds = chance.uniform(1.0, 25.0) if fault in (Fault.SLOW, Fault.LIMIT) else 0.0
        case Kind.RETENTION | Kind.RECREATED:
            target = "topics of their own"
        case _:
            pass
    overlaps = kind not in ALONE and chance.random() < 0.3
    return Planned(kind, target, round(seconds, 1), round(chance.uniform(0.5, 3.0), 1), overlaps, detail)
