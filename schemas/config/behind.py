"""Mistakes that others hide: rules between settings are looked at only where each setting by itself is right."""

from collections.abc import Sequence
from copy import deepcopy

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from schemas.config.problems import real_path
from schemas.config.tree import Path, value_at


def mistakes(model: type[BaseModel], data: object, error: ValidationError) -> list[ErrorDetails]:
    """All mistakes of `data`, which has given `error`: also those against rules that a second look would find.

    The second look leaves out what the first has found. A rule about settings of which one was left out isn't looked at:
    its default would be blamed.
    """
    found = error.errors(include_url=False)
    rest = deepcopy(data)
    paths = [real_path(item) for item in found]
    for path in paths:
        _leave_out(rest, path)
    parts = {_part(path) for path, item in zip(paths, found, strict=True) if item["type"] != "extra_forbidden"}
    try:
        model.model_validate(rest)
    except ValidationError as second:
        seen = [(real_path(item), item) for item in second.errors(include_url=False) if item["type"] == "rule"]
        found += [i for at, i in seen if _part(at) not in parts and not any(path[: len(at)] == at for path in paths)]
    return found


def _leave_out(data: object, path: Path) -> None:
    """An entry of a list stays, so that those after it keep their numbers."""
    above = value_at(data, path[:-1])
    if isinstance(above, dict) and path:
        above.pop(path[-1], None)


def _part(path: Sequence[str | int]) -> str:
    """The part that a setting is in, wherever it stands.

    >>> _part(("brands", 0, "promise", "at_most")), _part(("events", 2, "brands", 0))
    ('promise', 'brands')
    """
    return next((part for part in reversed(path[:-1]) if isinstance(part, str)), "")
