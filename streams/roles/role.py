"""Names of the roles, in the order in which monitoring ports are given to them."""

from collections.abc import Iterable
from enum import StrEnum

from schemas.config.model import Processes


class Role(StrEnum):
    """One process of the pipeline. Also the metric label, the log field and the argument of `rebato run`."""

    SOURCES = "sources"
    INTAKE = "intake"
    WATCH = "watch"
    INCIDENTS = "incidents"
    NOTIFY = "notify"

    def port(self, first: int, number: int = 0, processes: Processes | None = None) -> int:
        """The monitoring port of this role when the first role has `first`; 0 (any free one) stays 0.

        Each role's first process has the port of its place; further ones (`number` 1, 2, …) follow behind the last role, in
        the roles' order, so that nobody's port moves when a role gets a process more.

        >>> Role.WATCH.port(9464), Role.WATCH.port(0)
        (9466, 0)
        >>> two = Processes(intake=2, watch=3)
        >>> [role.port(9464, number, two) for role, number in processes_of([Role.INTAKE, Role.WATCH], two)]
        [9465, 9469, 9466, 9470, 9471]
        """
        if not first:
            return 0
        if not number:
            return first + list(Role).index(self)
        before = list(Role)[: list(Role).index(self)]
        more = sum(getattr(processes, role) - 1 for role in before) if processes else 0
        return first + len(Role) + more + number - 1


def processes_of(roles: Iterable[Role], processes: Processes) -> list[tuple[Role, int]]:
    """The processes that run these roles, each with its number in its role.

    >>> processes_of([Role.INTAKE, Role.NOTIFY], Processes(intake=2))
    [(<Role.INTAKE: 'intake'>, 0), (<Role.INTAKE: 'intake'>, 1), (<Role.NOTIFY: 'notify'>, 0)]
    """
    return [(role, number) for role in roles for number in range(getattr(processes, role))]
