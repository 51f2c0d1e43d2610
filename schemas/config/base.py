"""What the parts of the config share: their base and the kinds of values that several of them hold."""

import difflib
import re
import typing
from typing import Annotated, ClassVar, Literal, Self, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    SecretStr,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError, PydanticKnownError

_SLUG = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")


Part = TypeVar("Part", bound="Settings")


def rule(message: str, *at: str | int) -> PydanticCustomError:
    """The error of a rule between settings; `at`: where below the part it is to be mended."""
    return PydanticCustomError("rule", "{message}", {"message": message, "at": at})


class Settings(BaseModel):
    """Base of every part: frozen, an unknown setting is a mistake, and a secret is given in one way only."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
    needs_secret: ClassVar[bool] = False  # one of `x` and `x_file` must be given

    @field_validator("*", mode="before")
    @classmethod
    def _true_is_no_number(cls, value: object, info: ValidationInfo) -> object:
        wanted = cls.model_fields[str(info.field_name)].annotation
        if isinstance(value, bool) and wanted in (int, float):
            raise PydanticKnownError("int_type" if wanted is int else "float_type")
        return value

    @model_validator(mode="after")
    def _one_way_for_a_secret(self) -> Self:
        for name in secret_names(type(self)):
            given = [way for way in (name, f"{name}_file") if getattr(self, way) is not None]
            if len(given) > 1:
                raise rule(f"give `{name}` or `{name}_file`, not both.", f"{name}_file")
            if self.needs_secret and not given:
                raise rule(f"give `{name}_file` (a file that holds it alone), or `{name}` in the environment.")
        return self


def secret_names(part: type[BaseModel]) -> list[str]:
    """The settings of a part that hold a secret; each has a neighbour `…_file`."""
    return [
        name
        for name, field in part.model_fields.items()
        if SecretStr in (field.annotation, *typing.get_args(field.annotation))
    ]


def merged(base: Part, own: Part | None) -> Part:
    """The part with what `own` sets in the place of the base's; what `own` leaves out stays."""
    if own is None:
        return base
    return base.model_copy(update={name: getattr(own, name) for name in own.model_fields_set})


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        close = difflib.get_close_matches(name, available_timezones(), n=1) or ["Europe/Madrid"]
        raise ValueError(f"unknown time zone. Use an IANA name such as `{close[0]}`.") from error
    return name


def _slug(text: str) -> str:
    if not _SLUG.fullmatch(text):
        raise ValueError("must be 1 to 63 of a–z, 0–9, `.`, `_`, `-`, and begin with a letter or digit. Try `la-cocinera`.")
    return text


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must not hold control characters. Delete them.")
    return text


Zone = Annotated[str, AfterValidator(_known_zone)]
Language = Literal["es", "en"]
Slug = Annotated[str, AfterValidator(_slug), WithJsonSchema({"type": "string", "pattern": f"^{_SLUG.pattern}$"})]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True), AfterValidator(_printable)]
