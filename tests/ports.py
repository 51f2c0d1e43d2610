"""Ports on loopback that nobody uses, for servers that are started a moment later.

They lie below those that the kernel gives to connections (from 32,768 on Linux), so that a server that is started again
finds its port free. Each test process has ports of its own and gives none away twice before it has given all.
"""

import os
import socket
from itertools import cycle

_FIRST, _EACH, _PROCESSES = 12_000, 2_500, 8


def _own_ports() -> range:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
    number = int(worker) if worker.isdecimal() else os.getpid()
    first = _FIRST + number % _PROCESSES * _EACH
    return range(first, first + _EACH)


_next = cycle(_own_ports())


def free_row(length: int) -> int:
    """The first of so many ports in a row that nobody listens on."""
    row: list[int] = []
    for _ in range(2 * _EACH):
        port = next(_next)
        if row and port != row[-1] + 1:
            row = []
        row = [*row, port] if _is_free(port) else []
        if len(row) == length:
            return row[0]
    raise AssertionError("no free ports")


def free_ports(count: int) -> list[int]:
    """So many different ones."""
    first = free_row(count)
    return list(range(first, first + count))


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True
