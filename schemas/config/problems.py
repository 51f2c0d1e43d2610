"""pydantic's errors as problems of the file: in which line they stand, how the setting is written there, and what it holds.

A value is shown only where it can't be a secret: never of a setting that is or holds one, that is unknown, or that looks
like an address.
"""

from typing import Any

from pydantic import ValidationError

from schemas.config.fields import field_at, is_secret
from schemas.config.layers import Origin
from schemas.config.remedies import EMPTY, Mistake, remedy
from schemas.config.tree import Path, Tree, write_path
from schemas.errors import Problem

Overrides = dict[Path, Origin]
_MAX_VALUE_CHARS = 60
_BRANCHES = (("brands", "list"), ("brands", "auto"))  # pydantic names the branch it took …
_ENTRIES = ("event", "calendar")  # … also of what an entry of `events` is
_WITHOUT_VALUE = frozenset(("extra_forbidden", "missing", "rule", "url_parsing", "url_scheme", "url_type"))


def explain_errors(error: ValidationError, tree: Tree, overrides: Overrides) -> list[Problem]:
    """One problem for each error, in pydantic's order."""
    return [_problem(item, tree, overrides) for item in error.errors(include_url=False)]


def empty_settings(tree: Tree, overrides: Overrides) -> list[Problem]:
    """Settings with nothing behind their colon. An explicit `null` is a wish, this is a forgotten value."""
    problems = []
    for path in [path for path, raw in tree.raw.items() if raw == "" and path and path not in overrides]:
        if field := field_at(path):
            problems.append(Problem(*place(path, tree, overrides), remedy(Mistake(EMPTY, path, None, "", field, {}, ""))))
    return problems


def place(path: Path, tree: Tree, overrides: Overrides) -> tuple[int | None, str]:
    """The line of a setting and its name as it was written: a path, a variable or an option.

    A setting that isn't there stands in the line of its part; without a line when the file hasn't the part either.
    """
    for length in range(len(path), 0, -1):
        if origin := overrides.get(path[:length]):
            rest = write_path(path[length:])
            return None, f"{origin.where}.{rest}" if rest else origin.where
    return tree.lines.get(path, tree.lines.get(path[:-1])), write_path(path)


def _problem(item: Any, tree: Tree, overrides: Overrides) -> Problem:
    path, kind, value = _real_path(item), item["type"], item["input"]
    line, label = place(path, tree, overrides)
    raw = tree.raw.get(path, str(value))
    secret = is_secret(path)
    mistake = Mistake(kind, path, value, "" if secret else raw, field_at(path), item.get("ctx", {}), item["msg"])
    if kind in _WITHOUT_VALUE or secret or not _is_plain(value):
        return Problem(line, label, remedy(mistake))
    return Problem(line, f"{label} = {raw}", remedy(mistake), value)


def _real_path(item: Any) -> Path:
    loc = tuple(part for part in item["loc"] if part != "[key]")
    if loc[:2] in _BRANCHES:
        loc = (loc[0], *loc[2:])
    if loc[:1] == ("events",) and loc[2:3] and loc[2] in _ENTRIES:
        loc = (*loc[:2], *loc[3:])
    return (*loc, *item.get("ctx", {}).get("at", ()))


def _is_plain(value: object) -> bool:
    """Whether a value is short and can't be an address with a password in it."""
    text = str(value)
    plain = isinstance(value, str | int | float) and "://" not in text and "@" not in text
    return plain and 0 < len(text) <= _MAX_VALUE_CHARS and text.isprintable()
