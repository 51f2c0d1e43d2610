"""A config file written from plain settings."""

from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any

import yaml

from schemas.config.fields import is_one_secret
from schemas.config.tree import Path
from schemas.config.web import is_of_this_machine


def write_settings(file: FilePath, settings: Mapping[str, Any]) -> None:
    """Writes the YAML; each secret goes into a file of its own beside it, which only this user can read."""
    file.write_text(yaml.safe_dump(_apart(settings, (), file), allow_unicode=True, sort_keys=False), encoding="utf-8")


def _apart(part: Mapping[str, Any], path: Path, file: FilePath) -> dict[str, Any]:
    """The part with the names of files in the place of its secrets."""
    out: dict[str, Any] = {}
    for name, value in part.items():
        here = (*path, name)
        if isinstance(value, Mapping):
            out[name] = _apart(value, here, file)
        elif is_one_secret(here) and isinstance(value, str) and not is_of_this_machine(name, value):
            out[f"{name}_file"] = str(_kept(file.with_name(f"{file.stem}.{'.'.join(map(str, here))}"), value))
        else:
            out[name] = value
    return out


def _kept(file: FilePath, secret: str) -> FilePath:
    file.touch(mode=0o600)
    file.write_text(secret, encoding="utf-8")
    return file.absolute()
