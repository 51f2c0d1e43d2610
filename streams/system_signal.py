"""What a process says about itself: a signal of kind `system`, for the desk that keeps the incidents about ourselves.

1. All of them lie in one partition of `signals`, that of the group `rebato`. Each trouble is a brand of its own there, so
   that two at the same time are two incidents, and the same one told by five processes is one.
2. It is stated each minute while it lasts; an incident that is no longer stated closes after 5 minutes.
3. Its source is a negative partition, one a speaker, so that it is taken once however often it is read.
"""

from schemas.enums import Fault, Kind
from schemas.signal import Figures, Signal, Source, Trouble
from schemas.topics import Topics, partition_of
from schemas.wire import VERSION, encode
from streams.engine.stage import Output
from streams.roles.role import Role

GROUP = "rebato"
RESTATE_S = 60.0
_NOTIFY = -100  # below it: partitions of alerts, whose receipts say that a destination fails


def speaker(role: Role) -> int:
    """The source partition of what a role says of its own accord.

    >>> speaker(Role.SOURCES)
    -1
    """
    return -1 - list(Role).index(role)


def speaker_of_receipts(alerts_partition: int) -> int:
    """The source partition of what follows from the receipts in one partition of `alerts`.

    >>> speaker_of_receipts(2)
    -102
    """
    return _NOTIFY - alerts_partition


def brand_of(trouble: Trouble) -> str:
    """The name under which its incident is kept.

    >>> brand_of(Trouble(Fault.STALLED, "mentions/1", "3 min")), brand_of(Trouble(Fault.CONFIG, "rebato.yaml", ""))
    ('rebato-stalled-mentions-1', 'rebato-config')
    """
    parts = [GROUP, trouble.fault.value] + ([] if trouble.fault is Fault.CONFIG else [trouble.about.replace("/", "-")])
    return "-".join(parts)


def system_signal(trouble: Trouble, source: Source, at_ms: int) -> Signal:
    """The signal. `at_ms`: wall clock where time is live; 0 in a replay, whose time is no wall clock's."""
    return Signal(
        v=VERSION,
        source=source,
        brand=brand_of(trouble),
        group=GROUP,
        kind=Kind.SYSTEM,
        at_ms=at_ms,
        since_ms=at_ms,
        evidence=1.0,
        false_alarms_per_month=0.0,
        evidence_window_s=0,
        figures=Figures(),
        trouble=trouble,
    )


def system_output(trouble: Trouble, source: Source, at_ms: int, topics: Topics, partitions: int) -> Output:
    """The record of it, and where it belongs: `partitions` is how many `signals` has."""
    signal = system_signal(trouble, source, at_ms)
    return Output(topics.signals, partition_of(GROUP, partitions), GROUP.encode(), encode(signal))
