"""Settings that overrule the file: the environment and the command line, each as paths with values.

`REBATO__KAFKA__BROKERS` is `kafka.brokers`, `REBATO__BRANDS__0__LANGUAGE` is `brands[0].language`. An empty variable
counts as not set. A value is text, or JSON when it begins with `{` or `[`. pydantic-settings isn't used: it reads the
process's environment only, and can't say which variable a mistake stands in.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from schemas.config.tree import Path

PREFIX = "REBATO__"
_PART = re.compile(r"[^.\[\]]+")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a setting comes from: `file`, `environment`, `command line` or `default`."""

    kind: str
    where: str = ""  # the variable, or the option
    line: int | None = None

    def __str__(self) -> str:
        if self.kind == "file":
            return f"{self.where} line {self.line}" if self.line else self.where
        return f"{self.kind} {self.where}".strip()


DEFAULT = Origin("default")


@dataclass(frozen=True, slots=True)
class Override:
    """One setting from a layer above the file."""

    path: Path
    value: object
    origin: Origin


def from_environment(env: Mapping[str, str]) -> Iterator[Override]:
    """Overrides of the environment, in the order of their names."""
    for name in sorted(env):
        if name.upper().startswith(PREFIX) and env[name].strip():
            parts = name[len(PREFIX) :].lower().split("__")
            yield Override(_path(parts), _read(env[name]), Origin("environment", name))


def from_command_line(settings: Mapping[str, object]) -> Iterator[Override]:
    """Overrides of `--set kafka.brokers=…` and of the options that stand for a setting."""
    for name, value in settings.items():
        yield Override(_path(_PART.findall(name)), _read(value), Origin("command line", name))


def variable(path: Path) -> str:
    """The variable of the environment that stands for a setting.

    >>> variable(("kafka", "password"))
    'REBATO__KAFKA__PASSWORD'
    """
    return PREFIX + "__".join(map(str, path)).upper()


def _path(parts: list[str]) -> Path:
    return tuple(int(part) if part.isdecimal() else part for part in parts)


def _read(value: object) -> object:
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def put(data: dict[str, object], override: Override) -> bool:
    """Writes the override into `data`, making the parts on its way; False when there is no such place.

    A secret pushes out the other way to give it, so that an environment's `…_FILE` overrules a file's secret.
    """
    here: object = data
    *parents, last = override.path
    for part in parents:
        here = _child(here, part)
    if isinstance(here, list) and isinstance(last, int) and last < len(here):
        here[last] = override.value
        return True
    if not isinstance(here, dict):
        return False
    name = str(last)
    here.pop(name.removesuffix("_file") if name.endswith("_file") else f"{name}_file", None)
    here[name] = override.value
    return True


def _child(here: object, part: str | int) -> object:
    """The part below, made where the file has none or a plain value; None beyond the end of a list."""
    if isinstance(here, list):
        inside = isinstance(part, int) and part < len(here)
        return here[part] if inside else None  # type: ignore[index]  # `inside` says it is an int
    if not isinstance(here, dict):
        return None
    if not isinstance(here.get(str(part)), dict | list):
        here[str(part)] = {}
    return here[str(part)]
