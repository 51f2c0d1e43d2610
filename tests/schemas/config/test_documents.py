"""What is written about the settings besides the code: the examples and the JSON Schema."""

import json
import re
from pathlib import Path

import pytest

from schemas.config.explain import explain
from schemas.config.fields import every_path, field_at, is_one_secret
from schemas.config.load import load_config
from schemas.config.schema import config_schema, write_schema
from schemas.config.tree import read_tree
from schemas.config.values import write_value
from schemas.mention_schema import mention_schema

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "deploy/examples"
COMMENTED = re.compile(r"^(\s*)# ([a-z_]+: .*)$", re.MULTILINE)


@pytest.mark.parametrize("name", ["small", "full"])
def test_an_example_is_valid(name: str) -> None:
    """Somebody begins with it."""
    assert load_config(EXAMPLES / f"{name}.yaml", {}).config.brands


def test_the_full_example_shows_every_setting() -> None:
    """Those that exclude another one are commented out. What a brand overrules is shown as a whole part; no secret is."""
    text = COMMENTED.sub(r"\1\2", (EXAMPLES / "full.yaml").read_text(encoding="utf-8"))
    written = {re.sub(r"\[\d+\]", "[]", _join(path)) for path in read_tree(text).lines}
    assert [path for path in every_path() if path not in written and not _elsewhere(path)] == []
    assert {path for path in every_path() if path.startswith("brands[].") and path.count(".") == 1} <= written


def _elsewhere(path: str) -> bool:
    return path.startswith("brands[].") or is_one_secret(tuple(path.split(".")))


def test_the_full_example_says_the_defaults_where_it_does_not_say_otherwise() -> None:
    """A comment that names the default is the only excuse; what is off by default has none to name."""
    lines = (EXAMPLES / "full.yaml").read_text(encoding="utf-8").splitlines()
    for setting in explain(load_config(EXAMPLES / "full.yaml", {}), "ikea"):
        field, line = field_at(tuple(setting.path.split("."))), setting.origin.line
        if line is None or field is None or field.is_required() or field.default is None:
            continue
        if "default" not in lines[line - 1]:
            assert setting.value == write_value(field.default), setting.path


def test_every_setting_says_what_it_means() -> None:
    """The description is in the JSON Schema and in the messages."""
    paths = [tuple(path.replace("[]", "").split(".")) for path in every_path()]
    undescribed = [path for path in paths if not (field := field_at(path)) or not field.description]
    assert undescribed == []


def test_the_checked_in_schema_is_that_of_the_code() -> None:
    """When it fails: `rebato config schema > docs/config.schema.json`."""
    assert (ROOT / "docs/config.schema.json").read_text(encoding="utf-8") == write_schema(config_schema()) + "\n"


def test_the_schema_of_a_mention_describes_every_field() -> None:
    """Whoever writes one reads only this."""
    schema = json.loads(write_schema(mention_schema()))
    parts = [schema, *schema["$defs"].values()]
    fields = [(name, field) for part in parts if "properties" in part for name, field in part["properties"].items()]
    assert [name for name, field in fields if "description" not in field] == []
    assert schema["required"] == ["id", "source", "observed_at", "text"]


def _join(path: tuple[str | int, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
