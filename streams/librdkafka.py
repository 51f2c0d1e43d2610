"""How the command line's own Kafka clients (confluent-kafka) connect, and why a cluster can't be reached."""

import re
import ssl
import time

from confluent_kafka import Consumer, KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, ClusterMetadata

from schemas.config.model import Kafka
from schemas.config.secret import resolve_secret
from schemas.errors import UnreachableError, UsageError
from streams.kafka_listener import Found, is_anybody_there, look, why_distrusted

_REACH_S = 10.0
_ASK_S = 2.0
_REFUSED_S = 15.0  # a refusal comes within milliseconds, and within seconds on a busy machine
_POLL_S = 0.1
_REASON = re.compile(r"(?:error|failed): (.+?)(?: \(after .*)?$", re.DOTALL)


def client_settings(kafka: Kafka) -> dict[str, str | int]:
    """librdkafka's settings for the cluster of the config; the password's file is read now.

    Raises `UsageError` when the password's or the certificates' file can't be read.

    >>> client_settings(Kafka(brokers="kafka:9092"))["bootstrap.servers"]
    'kafka:9092'
    """
    settings: dict[str, str | int] = {
        "bootstrap.servers": kafka.brokers,
        "security.protocol": kafka.security_protocol,
        "log_level": 0,  # its lines on stderr would say the same as our errors, in other words
    }
    if kafka.ssl_ca_file is not None:
        trusted(kafka)
        settings["ssl.ca.location"] = str(kafka.ssl_ca_file)
    if kafka.security_protocol.startswith("SASL"):
        settings["sasl.mechanism"] = kafka.sasl_mechanism
        settings["sasl.username"] = kafka.username or ""
        settings["sasl.password"] = resolve_secret(kafka.password, kafka.password_file) or ""
    return settings


def trusted(kafka: Kafka) -> ssl.SSLContext:
    """The certificates that the config trusts. Raises `UsageError` when their file can't be read."""
    try:
        return ssl.create_default_context(cafile=kafka.ssl_ca_file)
    except OSError as error:
        raise UsageError(
            f"can't read certificates from kafka.ssl_ca_file {kafka.ssl_ca_file}: {error.strerror or error}. "
            "It has to be a PEM file that this user may read."
        ) from error


def unreachable(brokers: str) -> UnreachableError:
    """The error for a cluster that doesn't answer."""
    return UnreachableError(f"Kafka at {brokers} does not answer. Start it, or set `kafka.brokers` to where it listens.")


def metadata(client: AdminClient | Consumer, kafka: Kafka) -> ClusterMetadata:
    """What the cluster says of its topics, to a client that was made with `client_settings(kafka)`.

    Raises `UsageError` as `why_unreachable`: at once where nobody listens or what is wrong can be told, else after 10 s.
    """
    deadline_s = time.monotonic() + _REACH_S
    while is_anybody_there(kafka.brokers):
        try:
            return client.list_topics(timeout=_ASK_S)
        except KafkaException as error:
            reason = why_unreachable(kafka)
            if time.monotonic() >= deadline_s or str(reason) != str(unreachable(kafka.brokers)):
                raise reason from error
    raise unreachable(kafka.brokers)


def why_unreachable(kafka: Kafka) -> UsageError:
    """The error for a cluster that let nobody in: that of `unreachable`, or one that names the setting that is wrong.

    Kafka's clients go on trying whatever a broker says and report nothing but a timeout, so a secured cluster is asked
    once more. What may as well be a proxy in front of a broker that is away stays an `UnreachableError`. Blocks up to 25 s.
    """
    if not is_anybody_there(kafka.brokers):
        return unreachable(kafka.brokers)
    if kafka.security_protocol.endswith("SSL") and (distrust := why_distrusted(kafka.brokers, trusted(kafka))):
        return UsageError(f"no TLS with Kafka at {kafka.brokers}: {distrust}. Look at `kafka.ssl_ca_file`.")
    refusal = _refusal(kafka) if kafka.security_protocol.startswith("SASL") else None
    if refusal is None:
        return _wrong_protocol(kafka) or unreachable(kafka.brokers)
    found = _REASON.search(refusal.str())
    reason = (found[1] if found else refusal.str()).rstrip(".")
    return UsageError(
        f"Kafka at {kafka.brokers} refuses the login of {kafka.username}: {reason}. "
        "Look at `kafka.username`, `kafka.password_file` and `kafka.sasl_mechanism`."
    )


def _wrong_protocol(kafka: Kafka) -> UsageError | None:
    """What is wrong with `security_protocol`, as far as that can be told from outside."""
    tls, login = kafka.security_protocol.endswith("SSL"), kafka.security_protocol.startswith("SASL")
    told = f"`kafka.security_protocol: {kafka.security_protocol}`"
    match look(kafka.brokers, tls):
        case Found.TLS:
            wanted = "SASL_SSL" if login else "SSL` or `SASL_SSL"
            return UsageError(f"Kafka at {kafka.brokers} speaks TLS, and the config says {told}. Set it to `{wanted}`.")
        case Found.HANGS_UP_ON_TLS:
            wanted = "SASL_PLAINTEXT" if login else "PLAINTEXT"
            return UnreachableError(
                f"Kafka at {kafka.brokers} hangs up on TLS, and the config says {told}. Is its listener one without TLS "
                f"(`{wanted}`), or is it away behind a proxy?"
            )
        case Found.HANGS_UP if not login:
            wanted = "SASL_SSL" if tls else "SASL_PLAINTEXT"
            return UnreachableError(
                f"Kafka at {kafka.brokers} hangs up, and the config says {told}. Does its listener want a login "
                f"(`{wanted}`), or is it away behind a proxy?"
            )
    return None


def _refusal(kafka: Kafka) -> KafkaError | None:
    """What a broker says against our login, or None."""
    told: list[KafkaError] = []
    client = AdminClient({**client_settings(kafka), "error_cb": told.append})
    deadline_s = time.monotonic() + _REFUSED_S
    while time.monotonic() < deadline_s:
        client.poll(_POLL_S)
        if refused := next((error for error in told if error.code() == KafkaError._AUTHENTICATION), None):
            return refused
        if any(error.code() == KafkaError._ALL_BROKERS_DOWN for error in told):  # a refusal may come a little later
            deadline_s = min(deadline_s, time.monotonic() + _ASK_S)
            told = []
    return None
