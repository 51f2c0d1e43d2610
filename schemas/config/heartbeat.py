"""The settings of the heartbeat: a sign of life to a service outside, which calls somebody when it stops."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from schemas.config.base import Settings
from schemas.config.durations import Period
from schemas.config.web import SecretAddress

_LEAST_S = 1.0


def _seldom(value: timedelta) -> timedelta:
    if value.total_seconds() < _LEAST_S:
        raise ValueError("must be at least 1 s. Try `1 min`.")
    return value


class Heartbeat(Settings):
    """What has gone the whole way of a mention is told outside: when it stops, something on that way hangs."""

    needs_secret: ClassVar[bool] = True
    kind: Literal["ping", "alertmanager"] = Field(
        "ping", description="`ping` calls the address; `alertmanager` posts an alert there that ends when beats stop"
    )
    url: SecretAddress = Field(
        None,
        description="the check's address, as the service shows it, in the environment only; of an Alertmanager: without "
        "/api/v2/alerts, and on this machine also here",
    )
    url_file: Path | None = Field(None, description="file with that address", examples=["/run/secrets/heartbeat"])
    method: Literal["get", "post"] = Field("get", description="how a `ping` is made")
    every: Annotated[Period, AfterValidator(_seldom)] = Field(timedelta(minutes=1), description="how often it beats")
    within: Period = Field(timedelta(minutes=2), description="a beat that was longer on its way isn't passed on")
