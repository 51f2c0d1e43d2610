"""Names of the roles, in the order in which monitoring ports are given to them."""

from enum import StrEnum


class Role(StrEnum):
    """One process of the pipeline. Also the metric label, the log field and the argument of `rebato run`."""

    SOURCES = "sources"
    INTAKE = "intake"
    WATCH = "watch"
    INCIDENTS = "incidents"
    NOTIFY = "notify"

    def port(self, first: int) -> int:
        """The monitoring port of this role when the first role has `first`; 0 (any free one) stays 0.

        >>> Role.WATCH.port(9464), Role.WATCH.port(0)
        (9466, 0)
        """
        return first + list(Role).index(self) if first else 0
