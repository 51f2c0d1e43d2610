"""The topics: names, who writes and reads them, how long they are kept, and which partition a key lies in."""

from dataclasses import dataclass
from zlib import crc32


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """One topic as `rebato topics create` makes it; `retention_ms` None = compacted, kept for ever."""

    name: str
    partitions: int
    retention_ms: int | None
    max_record_bytes: int = 1_048_588


@dataclass(frozen=True, slots=True)
class Topics:
    """Names of all topics under one prefix.

    >>> Topics("").mentions, Topics("acme.").digests
    ('mentions', 'acme.digests')
    """

    prefix: str = ""

    def _named(self, name: str) -> str:
        return self.prefix + name

    @property
    def mentions(self) -> str:
        return self._named("mentions")

    @property
    def dead(self) -> str:
        return self._named("mentions.dead")

    @property
    def digests(self) -> str:
        return self._named("digests")

    @property
    def signals(self) -> str:
        return self._named("signals")

    @property
    def incidents(self) -> str:
        return self._named("incidents")

    @property
    def alerts(self) -> str:
        return self._named("alerts")

    @property
    def series(self) -> str:
        return self._named("series")

    def state(self, stage: str) -> str:
        """The changelog of a stateful stage (`watch`, `incidents`, `notify`)."""
        return self._named(f"{stage}.state")


def partition_of(key: str, partitions: int) -> int:
    """The partition of a brand, group or incident: crc32 modulo N, the same in every process and release.

    >>> partition_of("ikea", 4)
    0
    """
    return crc32(key.encode()) % partitions
