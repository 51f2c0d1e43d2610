"""pydantic's errors as problems of the file: in which line they stand, how the setting is written there, and what it holds.

A value is shown only where it can't be a secret: never of a setting that is or holds one, that is unknown, or that looks
like an address.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic_core import ErrorDetails

from schemas.config.fields import every_path, field_at, is_one_secret, is_secret
from schemas.config.layers import Origin, variable
from schemas.config.remedies import EMPTY, Mistake, remedy
from schemas.config.tree import Path, Tree, value_at, write_path
from schemas.config.web import is_of_this_machine
from schemas.errors import Problem

Overrides = dict[Path, Origin]
_SECRETS = frozenset(path.rpartition(".")[2] for path in every_path() if is_one_secret(tuple(path.split("."))))
_MAX_VALUE_CHARS = 60
_BRANCHES = (("brands", "list"), ("brands", "auto"))  # pydantic names the branch it took …
_ENTRIES = ("event", "calendar")  # … also of what an entry of `events` is
_WITHOUT_VALUE = frozenset(("extra_forbidden", "missing", "rule", "url_parsing", "url_scheme", "url_type"))


def explain_errors(errors: Iterable[ErrorDetails], tree: Tree, overrides: Overrides) -> list[Problem]:
    """One problem for each of pydantic's errors, in their order."""
    return [_problem(item, tree, overrides) for item in errors]


def empty_settings(tree: Tree, overrides: Overrides) -> list[Problem]:
    """Settings with nothing behind their colon. An explicit `null` is a wish, this is a forgotten value."""
    problems = []
    for path in [path for path, raw in tree.raw.items() if raw == "" and path and path not in overrides]:
        if field := field_at(path):
            problems.append(Problem(*place(path, tree, overrides), remedy(Mistake(EMPTY, path, None, "", field, {}, ""))))
    return problems


def secrets_in_the_file(tree: Tree) -> list[Problem]:
    """Secrets that the file holds itself; whoever may read it, or its history, would know them."""
    named = [path for path in tree.lines if path[-1:] and path[-1] in _SECRETS and is_one_secret(path)]
    values = {path: value_at(tree.data, path) for path in named}
    return [
        Problem(tree.lines[path], write_path(path), f"a secret doesn't stand in this file. {other_places(path)}")
        for path, value in values.items()
        if value not in (None, "") and not is_of_this_machine(path[-1], value)
    ]


def other_places(path: Path) -> str:
    """Where a secret is written.

    >>> other_places(("kafka", "password"))
    'Write it alone into a file and give `kafka.password_file`, or set REBATO__KAFKA__PASSWORD.'
    """
    names = tuple(part for part in path if isinstance(part, str))  # a list of parts is a mistake of its own
    return f"Write it alone into a file and give `{write_path(names)}_file`, or set {variable(names)}."


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
    path, kind, value = real_path(item), item["type"], item["input"]
    line, label = place(path, tree, overrides)
    raw = tree.raw.get(path, str(value))
    secret = is_secret(path)
    mistake = Mistake(kind, path, value, "" if secret else raw, field_at(path), item.get("ctx", {}), item["msg"])
    if kind in _WITHOUT_VALUE or secret or not _is_plain(value):
        return Problem(line, label, remedy(mistake))
    return Problem(line, f"{label} = {raw}", remedy(mistake), value)


def real_path(item: Mapping[str, Any]) -> Path:
    """Where an error of pydantic's stands in the data."""
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
