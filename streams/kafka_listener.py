"""What stands at a broker's address, when no client gets an answer there: with TLS or without, and is a login wanted?

Kafka hangs up on whoever speaks the wrong protocol and says nothing, so each of these looks like a broker that is away.
"""

import socket
import ssl
from contextlib import suppress
from enum import Enum, auto

_TIMEOUT_S = 3.0
_KNOCK_S = 1.0
# Length, Metadata (key 3) of version 0, correlation id 0, no client id, no topics (kafka.apache.org/protocol).
_ASK = b"\0\0\0\x0e" + b"\0\x03\0\0" + b"\0\0\0\0" + b"\xff\xff" + b"\0\0\0\0"


class Found(Enum):
    """What was found."""

    NOTHING = auto()  # nobody listens, or whoever does says nothing
    TLS = auto()
    HANGS_UP_ON_TLS = auto()  # no TLS there; or a proxy whose broker is away
    HANGS_UP = auto()  # a login is wanted; or a proxy whose broker is away
    ANSWERS = auto()


def look(brokers: str, tls: bool) -> Found:
    """What the first broker that takes a connection is, asked as somebody who speaks TLS or doesn't. Blocks up to 6 s."""
    for broker in brokers.split(","):
        host, _, port = broker.rpartition(":")
        with suppress(OSError):
            return _look_at((host.strip("[]"), int(port)), tls)
    return Found.NOTHING


def why_distrusted(brokers: str, trust: ssl.SSLContext) -> str | None:
    """What is wrong with a broker's certificate; None where nothing is, or none was shown. Blocks up to 3 s a broker."""
    for broker in brokers.split(","):
        host, _, port = broker.rpartition(":")
        host = host.strip("[]")
        try:
            with socket.create_connection((host, int(port)), _TIMEOUT_S) as plain:
                trust.wrap_socket(plain, server_hostname=host).close()
        except ssl.SSLCertVerificationError as error:
            return f"certificate verify failed: {error.verify_message}"
        except OSError:
            continue
    return None


def is_anybody_there(brokers: str) -> bool:
    """Whether a broker takes a connection. Blocks up to 1 s for each that swallows what is sent to it."""
    for broker in brokers.split(","):
        host, _, port = broker.rpartition(":")
        with suppress(OSError), socket.create_connection((host.strip("[]"), int(port)), _KNOCK_S):
            return True
    return False


def _look_at(address: tuple[str, int], tls: bool) -> Found:
    """Raises OSError when there is no connection, or silence on it."""
    try:
        with socket.create_connection(address, _TIMEOUT_S) as plain, _untrusting().wrap_socket(plain) as secured:
            return _asked(secured) if tls else Found.TLS
    except TimeoutError:
        raise
    except (ssl.SSLError, ConnectionResetError, BrokenPipeError, EOFError):
        if tls:
            return Found.HANGS_UP_ON_TLS
    with socket.create_connection(address, _TIMEOUT_S) as plain:
        return _asked(plain)


def _asked(connection: socket.socket) -> Found:
    try:
        connection.sendall(_ASK)
        return Found.ANSWERS if connection.recv(1) else Found.HANGS_UP
    except (ssl.SSLError, ConnectionResetError, BrokenPipeError):
        return Found.HANGS_UP


def _untrusting() -> ssl.SSLContext:
    """Nothing is told to whoever answers, so it needs no trust: only whether it speaks TLS is asked."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
