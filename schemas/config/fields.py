"""Which settings there are: the config tree walked by its annotations, for messages, `explain` and the tests."""

import typing
from collections.abc import Iterator
from itertools import chain
from types import UnionType

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from schemas.config.model import Config
from schemas.config.tree import Path


def field_at(path: Path) -> FieldInfo | None:
    """The setting at a path; None where there is none.

    >>> field_at(("brands", 0, "names")).is_required()
    True
    """
    models: list[type[BaseModel]] = [Config]
    found = None
    for part in path:
        if isinstance(part, int):
            continue
        if not models:
            return found if found is not None and "dict" in str(found.annotation) else None
        found = next((model.model_fields[part] for model in models if part in model.model_fields), None)
        models = list(models_of(found.annotation)) if found else []
    return found


def model_at(path: Path) -> type[BaseModel]:
    """The part of the tree that holds the settings below a path."""
    field = field_at(path) if path else None
    return (model_of(field.annotation) if field else None) or Config


def models_of(annotation: object) -> Iterator[type[BaseModel]]:
    """The models inside an annotation such as `Slack | None`, `list[Brand]` or `list[Event | Calendar]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        return
    for inner in typing.get_args(annotation):
        yield from models_of(inner)


def model_of(annotation: object) -> type[BaseModel] | None:
    """The first of them."""
    return next(models_of(annotation), None)


def is_secret(path: Path) -> bool:
    """Whether a value at this path may be, or hold, a secret."""
    field = field_at(path)
    if field is None:
        return True  # nobody knows what an unknown setting holds
    return _holds_secret(field.annotation)


def is_one_secret(path: Path) -> bool:
    """Whether the setting is a single secret, and no part with some.

    >>> is_one_secret(("kafka", "password")), is_one_secret(("kafka",))
    (True, False)
    """
    field = field_at(path)
    return field is not None and model_of(field.annotation) is None and _holds_secret(field.annotation)


def _holds_secret(annotation: object) -> bool:
    """Whether an annotation is a secret, or a part with one at any depth."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return any(_holds_secret(field.annotation) for field in annotation.model_fields.values())
    return annotation is SecretStr or any(map(_holds_secret, typing.get_args(annotation)))


def is_list(annotation: object) -> bool:
    """Whether the setting is a list, or may be one."""
    if isinstance(annotation, UnionType) or typing.get_origin(annotation) in (typing.Union, typing.Annotated):
        return any(is_list(inner) for inner in typing.get_args(annotation))
    return typing.get_origin(annotation) is list


def every_path(model: type[BaseModel] = Config, above: str = "") -> Iterator[str]:
    """All settings, parts included, with `[]` behind a list: `brands`, `brands[].id`, …"""
    for name, field in model.model_fields.items():
        path = f"{above}.{name}" if above else name
        yield path
        below = f"{path}[]" if is_list(field.annotation) else path
        inside = (every_path(inner, below) for inner in models_of(field.annotation))
        yield from dict.fromkeys(chain.from_iterable(inside))
