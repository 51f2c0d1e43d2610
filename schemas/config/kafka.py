"""The settings of the cluster, its topics and how to log in to it."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator

from schemas.config.base import Settings, rule
from schemas.config.durations import Period

_BROKER = re.compile(r"[A-Za-z0-9._-]+:(\d{1,5})|\[[0-9a-fA-F:.]+\]:(\d{1,5})")


def _joined(value: object) -> object:
    return ",".join(map(str, value)) if isinstance(value, list) else value


def _brokers(text: str) -> str:
    for broker in text.split(","):
        found = _BROKER.fullmatch(broker.strip())
        if not found or not 1 <= int(found[1] or found[2]) <= 65535:
            raise ValueError("must be host:port, several with commas. Try `localhost:9092`.")
    return ",".join(broker.strip() for broker in text.split(","))


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


class Retention(Settings):
    """How long topics are kept."""

    mentions: Period = Field(timedelta(days=7), description="what strangers wrote: the only topic with their words")
    dead: Period = Field(timedelta(days=14), description="what was refused, as it came")
    digests: Period = Field(timedelta(days=3), description="numbers and hashes of each mention")
    signals: Period = Field(timedelta(days=7), description="levels, commands and deliveries")
    alerts: Period = Field(timedelta(days=7), description="what was sent, and what came of it")
    series: Period = Field(timedelta(days=90), description="counts a minute, for the page")


class Kafka(Settings):
    """The cluster and its topics."""

    brokers: Annotated[str, AfterValidator(_brokers), BeforeValidator(_joined, json_schema_input_type=str | list[str])] = (
        Field("localhost:9092", description="host:port of one or more brokers, with commas")
    )
    topic_prefix: str = Field(
        "",
        pattern=r"^[A-Za-z0-9._-]{0,100}$",
        description="in front of topics: letters, digits, `.`, `_`, `-`",
        examples=["acme."],
    )
    source_partitions: int = Field(4, ge=1, le=1024, description="of `mentions`: at most so many intakes share the work")
    partitions: int = Field(4, ge=1, le=1024, description="of the other topics; fixed once the topics are made")
    replication: int = Field(1, ge=1, le=9, description="copies of each topic; 3 survive the loss of a broker")
    retention: Retention = Field(Retention(), description="how long topics are kept")
    session_timeout: Period = Field(timedelta(seconds=10), description="a worker silent for so long loses its partitions")
    security_protocol: Annotated[Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"], BeforeValidator(_upper)] = Field(
        "PLAINTEXT", description="how to talk to the brokers"
    )
    sasl_mechanism: Annotated[Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"], BeforeValidator(_upper)] = Field(
        "PLAIN", description="how to log in, with SASL_…"
    )
    username: str | None = Field(None, description="login, with SASL_…")
    password: SecretStr | None = Field(None, description="its password; in the environment only")
    password_file: Path | None = Field(None, description="file with the password", examples=["/run/secrets/kafka"])
    ssl_ca_file: Path | None = Field(
        None,
        description="certificates to trust (PEM); else those of the system",
        examples=["/etc/ssl/kafka-ca.pem"],
    )

    @model_validator(mode="after")
    def _login_fits_protocol(self) -> Self:
        sasl = self.security_protocol.startswith("SASL")
        if sasl and (self.username is None or (self.password is None and self.password_file is None)):
            raise rule(f"{self.security_protocol} needs `username` and `password_file`.", "security_protocol")
        if self.username is not None and not sasl:
            raise rule(f"is not used with {self.security_protocol}. Set `security_protocol: SASL_SSL`.", "username")
        return self
