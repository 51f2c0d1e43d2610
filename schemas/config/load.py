"""Reads the config: command line > environment > secret files > YAML > defaults, with every problem at once.

A secret's `…_file` is kept as a path and read on each use (`secret.resolve_secret`), so that a rotated secret works
without a restart; where the environment gives a secret, or its file, the YAML file's way of giving it is out of force.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path as FilePath

from pydantic import ValidationError

from schemas.config.behind import mistakes
from schemas.config.calendars import Planned, files_of, planned_of
from schemas.config.events import misdirected
from schemas.config.fields import is_secret
from schemas.config.layers import DEFAULT, Origin, Override, from_command_line, from_environment, put
from schemas.config.model import Config, repeated_ids
from schemas.config.problems import Overrides, empty_settings, explain_errors, place, secrets_in_the_file
from schemas.config.tree import Path, Tree, read_tree, write_path
from schemas.errors import ConfigError, Problem, UsageError

HASH_DIGITS = 6
MAX_FILE_BYTES = 10_000_000
MAX_DEPTH = 200  # of `[` and `{`; YAML's parser takes the square of it in time


@dataclass(frozen=True, slots=True)
class Loaded:
    """A valid config, a short name for it, and where each of its settings that isn't a default was written."""

    config: Config
    hash: str  # 6 hex digits of the effective settings without secrets
    origins: Mapping[str, Origin] = field(default_factory=dict)  # by path as people write it: `brands[0].names`
    path: FilePath | None = None
    planned: tuple[Planned, ...] = ()  # the config's events, with where each was written
    files: tuple[FilePath, ...] = ()  # those that hold some of them


def load_config(path: FilePath, env: Mapping[str, str], overrides: Mapping[str, object] | None = None) -> Loaded:
    """The effective config. Raises ConfigError with all problems, or UsageError when the file can't be read.

    `env`: the environment, of which `REBATO__…` is used.
    `overrides`: what the command line says, by path: `{"kafka.brokers": "kafka:9092"}`.
    """
    text = read_text(path)
    if _depth(text) > MAX_DEPTH:
        raise ConfigError(str(path), [Problem(1, "", f"more than {MAX_DEPTH} `[` or `{{` within each other. Close them.")])
    tree = read_tree(text)
    if tree.data is None and tree.problems:
        raise ConfigError(str(path), tree.problems)
    if tree.data is None:
        message = "the file is empty. Begin with `brands:`; a working example is deploy/examples/small.yaml."
        raise ConfigError(str(path), [Problem(1, "", message)])
    above = [*from_environment(env), *from_command_line(overrides or {})]
    config, origins = _validated(tree, above, str(path)), _origins(tree, above, str(path))
    planned = planned_of(config, path, lambda n: origins.get(f"events[{n}]", DEFAULT), read_text)
    files = tuple(files_of(config, path))
    config = config.model_copy(update={"events": [each.event for each in planned]}) if planned else config
    return Loaded(config, config_hash(config), origins, path, tuple(planned), files)


def config_hash(config: Config) -> str:
    """6 hex digits that change with any effective setting but a secret's value.

    >>> config_hash(Config(brands="auto")) == config_hash(Config(brands="auto", language="en"))
    True
    """
    settings = json.dumps(config.model_dump(mode="json"), sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(settings.encode()).hexdigest()[:HASH_DIGITS]


def read_text(path: FilePath, what: str = "config file") -> str:
    """The text of a file. Raises UsageError, or ConfigError with the line that isn't UTF-8."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(f"can't read the {what} {path}: {_reason(error, what)}.") from error
    if len(raw) > MAX_FILE_BYTES:
        raise UsageError(
            f"the {what} {path} has {len(raw):,} bytes; at most {MAX_FILE_BYTES:,} are read. Is it the right file?"
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problem = Problem(line, "", f"byte {raw[error.start]:#04x} isn't UTF-8. Save the file as UTF-8.")
        raise ConfigError(str(path), [problem]) from error


def _depth(text: str) -> int:
    """How many `[` and `{` stand open at most, those in texts included.

    >>> _depth("a: [b, {c: [d]}]")
    3
    """
    steps = (1 if sign in "[{" else -1 for sign in text if sign in "[]{}")
    return max(accumulate(steps), default=0)


def _reason(error: OSError, what: str) -> str:
    own = "Give its path with --config, or copy deploy/examples/small.yaml"
    remedies = {
        FileNotFoundError: f"there is no such file. {own if what == 'config file' else 'Its path counts from the config'}",
        IsADirectoryError: "it is a folder. Give the path of a file in it",
        PermissionError: "this user has no right to. Let it read the file: chmod a+r",
    }
    return remedies.get(type(error), error.strerror or "it can't be opened")


def _validated(tree: Tree, above: list[Override], name: str) -> Config:
    data = tree.data
    places: Overrides = {override.path: override.origin for override in above}
    problems = [*tree.problems, *secrets_in_the_file(tree)]
    told = {(problem.line, problem.field) for problem in problems}
    if isinstance(data, dict):
        problems += [_nowhere(override) for override in above if not put(data, override)]
    problems += [*_repeated(data, tree, places), *empty_settings(tree, places)]
    try:
        config = Config.model_validate(data)
    except ValidationError as error:
        known = {problem.message for problem in problems}
        found = mistakes(Config, data, error)
        problems += [
            problem
            for problem in explain_errors(found, tree, places)
            if problem.message not in known and (problem.line, problem.field) not in told
        ]
        if not any(each["loc"][:1] == ("brands",) for each in found):  # else nobody knows who is there
            known |= {problem.message for problem in problems}
            problems += [problem for problem in _strangers(data, tree, places) if problem.message not in known]
    if problems:
        raise ConfigError(name, sorted(problems, key=lambda problem: (problem.line is None, problem.line or 0)))
    return config


def _nowhere(override: Override) -> Problem:
    return Problem(None, override.origin.where, f"there is no `{write_path(override.path)}` in the file. Count from 0.")


def _strangers(data: object, tree: Tree, places: Overrides) -> list[Problem]:
    """Brands and groups that events name and nobody has; asked of the plain values, as above."""
    brands, events = (data.get(name) for name in ("brands", "events")) if isinstance(data, dict) else (None, None)
    if not isinstance(brands, list) or not isinstance(events, list):
        return []
    known = [brand for brand in brands if isinstance(brand, dict)]
    groups = [(str(brand.get("id")), _text(brand.get("group"))) for brand in known]
    found = []
    for index, event in enumerate(events):
        named, group = (event.get(name) for name in ("brands", "group")) if isinstance(event, dict) else (None, None)
        names = named if isinstance(named, list) and all(isinstance(name, str) for name in named) else []
        for where, said in misdirected(names, _text(group), groups):
            line, label = place(("events", index, *where), tree, places)
            found.append(Problem(line, label, said))
    return found


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _repeated(data: object, tree: Tree, places: Overrides) -> list[Problem]:
    """Ids that two brands have; asked of the plain values, since the model looks only where all brands are well."""
    brands = data.get("brands") if isinstance(data, dict) else None
    ids = [brand.get("id") if isinstance(brand, dict) else None for brand in brands] if isinstance(brands, list) else []
    found = []
    for index, message in repeated_ids(ids):
        line, label = place(("brands", index, "id"), tree, places)
        found.append(Problem(line, f"{label} = {ids[index]}", message, ids[index]))
    return found


def _origins(tree: Tree, above: list[Override], name: str) -> dict[str, Origin]:
    origins = {write_path(path): Origin("file", name, line) for path, line in tree.lines.items() if path}
    for override in above:
        origins[write_path(override.path)] = override.origin
        _forget(origins, override.path)
    return origins


def _forget(origins: dict[str, Origin], path: Path) -> None:
    """Drops what the file said below an overruled setting, and the other way to give the same secret."""
    name = write_path(path)
    other = name.removesuffix("_file") if name.endswith("_file") else f"{name}_file"
    for known in [
        key for key in origins if key.startswith((f"{name}.", f"{name}[")) or (key == other and is_secret(path[:-1]))
    ]:
        del origins[known]
