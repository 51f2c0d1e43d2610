"""How the command line's own Kafka clients (confluent-kafka) connect."""

from schemas.config.model import Kafka
from schemas.config.secret import resolve_secret
from schemas.errors import UnreachableError


def client_settings(kafka: Kafka) -> dict[str, str | int]:
    """librdkafka's settings for the cluster of the config; the password's file is read now.

    >>> client_settings(Kafka(brokers="kafka:9092"))["bootstrap.servers"]
    'kafka:9092'
    """
    settings: dict[str, str | int] = {
        "bootstrap.servers": kafka.brokers,
        "security.protocol": kafka.security_protocol,
        "log_level": 0,  # its lines on stderr would say the same as our errors, in other words
    }
    if kafka.ssl_ca_file is not None:
        settings["ssl.ca.location"] = str(kafka.ssl_ca_file)
    if kafka.security_protocol.startswith("SASL"):
        settings["sasl.mechanism"] = kafka.sasl_mechanism
        settings["sasl.username"] = kafka.username or ""
        settings["sasl.password"] = resolve_secret(kafka.password, kafka.password_file) or ""
    return settings


def unreachable(brokers: str) -> UnreachableError:
    """The error for a cluster that doesn't answer."""
    return UnreachableError(f"Kafka at {brokers} does not answer. Start it, or set `kafka.brokers` to where it listens.")
