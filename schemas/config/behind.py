"""Mistakes that others hide: whether a brand is there is asked only where every setting by itself is right."""

from copy import deepcopy

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from schemas.config.problems import real_path
from schemas.config.tree import Path, value_at


def mistakes(model: type[BaseModel], data: object, error: ValidationError) -> list[ErrorDetails]:
    """All mistakes of `data`, which has given `error`, and the brands and groups of events that aren't there.

    The second look leaves out what the first has found. It isn't asked where that may be why they aren't there.
    """
    found = error.errors(include_url=False)
    rest, paths = deepcopy(data), [real_path(item) for item in found]
    for path in paths:
        _leave_out(rest, path)
    try:
        model.model_validate(rest)
    except ValidationError as second:
        seen = second.errors(include_url=False)
        found += [item for item in seen if item["type"] == "rule" and _is_sure(real_path(item), paths)]
    return found


def _is_sure(path: Path, mistaken: list[Path]) -> bool:
    """Whether a rule speaks of an event's brand or group that isn't there whatever else is mended."""
    if path[:1] != ("events",) or path[2:3] not in (("brands",), ("group",)):
        return False
    if any(each[:2] == path[:2] for each in mistaken):
        return False
    of_brands = [each for each in mistaken if each[:1] == ("brands",)]
    return not of_brands if path[2] == "group" else not any(len(each) < 3 or each[2] == "id" for each in of_brands)


def _leave_out(data: object, path: Path) -> None:
    """An entry of a list stays, so that those after it keep their numbers."""
    above = value_at(data, path[:-1])
    if isinstance(above, dict) and path:
        above.pop(path[-1], None)
