"""What the public is promised: how fast questions and complaints are answered."""

from datetime import timedelta

from pydantic import Field

from schemas.config.base import Settings
from schemas.config.durations import Duration, Period
from schemas.config.hours import Hours


class Promise(Settings):
    """How fast questions and complaints are answered."""

    answer_within: Period = Field(timedelta(minutes=30), description="what the public is promised")
    at_most: Duration = Field(timedelta(hours=24), description="what is older isn't waited for any more")
    hours: Hours | None = Field(
        None, description="both run in these hours of the brand's zone only", examples=["mon-fri 09:00-18:00"]
    )
