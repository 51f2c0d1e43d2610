"""`/metrics`, `/-/healthy` and `/-/ready` of a process, on a thread of their own.

Rules: they answer whatever the event loop does, so a hung process can be told from a dead one; a probe that fails says
why in its body; nothing here waits for the pipeline. Each connection is a thread, so they are bounded: whoever comes when
`MOST_CONNECTIONS` are open takes the place of the oldest, and who holds them by saying nothing keeps no probe out.
"""

import errno
import socket
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any, Self

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from schemas.errors import UsageError

MOST_CONNECTIONS = 32
_SILENT_S = 10.0
_CLOSE_S = 5.0

Probe = Callable[[], str | None]
"""Says what is wrong in one line, or None."""


class HealthServer:
    """Serves until it is closed; a context manager."""

    def __init__(self, host: str, port: int, registry: CollectorRegistry, healthy: Probe, ready: Probe) -> None:
        """Binds `host`:`port` (0 = any free one) and starts to answer. Raises `UsageError` when it can't bind."""
        self._closing = False
        self._host = host
        self._server = _bind(host, port, _handler(registry, {"/-/healthy": healthy, "/-/ready": ready}))
        self.port: int = self._server.server_address[1]
        """The port that it listens on."""
        self._thread = Thread(target=self._serve, name="health", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stops answering and frees the port."""
        self._closing = True
        with suppress(OSError):  # it waits for a request without a timer, which would wake an idle process twice a second
            socket.create_connection((self._host, self.port), timeout=_CLOSE_S).close()
        self._thread.join(_CLOSE_S)
        self._server.server_close()

    def _serve(self) -> None:
        while not self._closing:
            self._server.handle_request()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _bind(host: str, port: int, handler: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
    class Server(ThreadingHTTPServer):
        daemon_threads = True
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        request_queue_size = MOST_CONNECTIONS

        def process_request(self, request: Any, client_address: object) -> None:
            """As the base does, after it has made room."""
            open_connections[request] = None
            for oldest in list(open_connections)[:-MOST_CONNECTIONS]:
                open_connections.pop(oldest, None)
                with suppress(OSError):  # it may just have ended by itself
                    oldest.shutdown(socket.SHUT_RDWR)
            super().process_request(request, client_address)

        def shutdown_request(self, request: Any) -> None:
            """As the base does, and forgets it."""
            open_connections.pop(request, None)
            super().shutdown_request(request)

        def handle_error(self, request: Any, client_address: object) -> None:
            """A client that hangs up is no news: the base would print a traceback."""

    open_connections: dict[socket.socket, None] = {}  # the oldest first
    try:
        return Server((host, port), handler)
    except OSError as error:
        why = "is in use" if error.errno == errno.EADDRINUSE else f"can't be used ({error.strerror})"
        message = f"{host}:{port} {why}. Set `monitoring.port` to a free one (each role takes the next), or to 0 for any."
        raise UsageError(message) from error


def _handler(registry: CollectorRegistry, probes: dict[str, Probe]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = _SILENT_S

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == "/metrics":
                encode, content_type = choose_encoder(self.headers.get("Accept", ""))
                self._answer(200, encode(registry), content_type)
            elif path in probes:
                problem = probes[path]()
                self._answer(503 if problem else 200, f"{problem or 'ok'}\n".encode(), "text/plain; charset=utf-8")
            else:
                self._answer(404, b"There are /metrics, /-/healthy and /-/ready.\n", "text/plain; charset=utf-8")

        def _answer(self, status: int, body: bytes, content_type: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Probes every few seconds would bury the log."""

    return Handler
