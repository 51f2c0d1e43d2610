"""Health: answers on its own thread, whatever the event loop does."""

import http.client
import socket
import threading

import pytest
from prometheus_client import CollectorRegistry, Counter

from schemas.errors import UsageError
from streams.health import MOST_CONNECTIONS, HealthServer


def _get(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


async def test_it_answers_while_the_event_loop_is_blocked() -> None:
    """A hung process can be told from a dead one: this test blocks its own loop until the answer is there."""
    answers: list[tuple[int, str]] = []
    with HealthServer("127.0.0.1", 0, CollectorRegistry(), lambda: "the loop hangs", lambda: None) as server:
        probe = threading.Thread(target=lambda: answers.append(_get(server.port, "/-/healthy")))
        probe.start()
        probe.join(10)
    assert answers == [(503, "the loop hangs\n")]


def test_each_path_says_what_it_is_for() -> None:
    """Metrics, two probes, and a hint for whoever looks for something else."""
    registry = CollectorRegistry()
    Counter("bells", "Bells rung", registry=registry).inc()
    with HealthServer("127.0.0.1", 0, registry, lambda: None, lambda: "no partition assigned") as server:
        assert "bells_total 1.0" in _get(server.port, "/metrics")[1]
        assert _get(server.port, "/-/healthy") == (200, "ok\n")
        assert _get(server.port, "/-/ready?verbose=1") == (503, "no partition assigned\n")
        assert _get(server.port, "/favicon.ico")[0] == 404


def test_a_port_in_use_is_one_clear_line() -> None:
    """Exit code 2: it is for a person to mend."""
    with HealthServer("127.0.0.1", 0, CollectorRegistry(), lambda: None, lambda: None) as first:
        with pytest.raises(UsageError, match=r"127\.0\.0\.1:\d+ is in use\. Set `monitoring\.port`") as raised:
            HealthServer("127.0.0.1", first.port, CollectorRegistry(), lambda: None, lambda: None)
        assert raised.value.exit_code == 2


def test_a_closed_server_frees_its_port() -> None:
    """A restarted role gets its port back at once."""
    with HealthServer("127.0.0.1", 0, CollectorRegistry(), lambda: None, lambda: None) as first:
        port = first.port
    with HealthServer("127.0.0.1", port, CollectorRegistry(), lambda: None, lambda: None) as second:
        assert _get(second.port, "/-/ready") == (200, "ok\n")


def test_connections_that_say_nothing_keep_no_probe_out() -> None:
    """Each is a thread: the oldest of too many is hung up on."""
    with HealthServer("127.0.0.1", 0, CollectorRegistry(), lambda: None, lambda: None) as server:
        silent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(2 * MOST_CONNECTIONS)]
        assert _get(server.port, "/-/healthy")[0] == 200
        assert silent[0].recv(1) == b""
        for each in silent:
            each.close()
