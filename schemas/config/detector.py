"""Which detector judges brands."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from schemas.config.base import Settings, rule
from schemas.config.river import Scalar, river_names, try_detector, unknown_detector

CRISIS, NONE = "crisis", "none"


def _scalar(value: Any) -> Scalar:
    if not isinstance(value, Scalar):
        raise ValueError("must be a number, a text, true or false.")
    return value


_Plain = Annotated[Any, AfterValidator(_scalar), WithJsonSchema({"type": ["number", "string", "boolean"]})]


class Detector(Settings):
    """Ours, none, or one of river's in the place of ours."""

    name: str = Field(
        CRISIS,
        description="`none` counts and rings for nothing; a name such as `river.anomaly.HalfSpaceTrees` is one of river's",
    )
    settings: dict[str, _Plain] = Field(
        {}, description="of river's detector, as its documentation names them", examples=[{"n_trees": 25}]
    )

    @property
    def judges(self) -> bool:
        """Whether anything is judged at all."""
        return self.name != NONE

    @property
    def is_rivers(self) -> bool:
        """Whether it is one of river's."""
        return self.name not in (CRISIS, NONE)

    @model_validator(mode="after")
    def _known(self) -> Self:
        if not self.is_rivers:
            if self.settings:
                raise rule(f"belongs to detectors of river; `{self.name}` has no settings. Remove it.", "settings")
            return self
        if self.name not in river_names():
            raise rule(unknown_detector(self.name), "name")
        try:
            try_detector(self.name, self.settings)
        except ValueError as error:
            raise rule(str(error), "settings") from error
        return self


def _named(value: object) -> object:
    """A name alone as the part that it stands for."""
    return {"name": value} if isinstance(value, str) else value


DetectorSetting = Annotated[
    Detector, BeforeValidator(_named, json_schema_input_type=Detector | Literal["crisis", "none"] | str)
]
