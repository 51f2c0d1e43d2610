"""YAML text to plain values, with the line of every value and every mistake that can be seen without knowing the settings.

YAML 1.2's core rules are used instead of PyYAML's 1.1, where `no` is false, `1:30` is 90 and `2024-01-01` is a date:
those stay text here. Keys are always text. A key written twice is a mistake, not the last one's victory.
"""

import re
from dataclasses import dataclass, field

import yaml

from schemas.config.syntax import explain_syntax
from schemas.errors import Problem

Path = tuple[str | int, ...]  # ("brands", 0, "names")
MAX_VALUES = 100_000  # a file of nested aliases grows without end
_MAX_DIGITS = 18
_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "seq", "map", "merge"))


class _CoreLoader(yaml.SafeLoader):
    """PyYAML's safe loader with the scalars of YAML 1.2's core schema (https://yaml.org/spec/1.2.2/#1032-tag-resolution)."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 (PyYAML's own name and type)


for _tag, _pattern, _first in (
    ("null", r"^(?:~|null|Null|NULL|)$", "~nN\0"),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.inf|\.nan)$", "-+.0123456789"),
    ("merge", r"^<<$", "<"),
):
    _CoreLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), ["" if c == "\0" else c for c in _first]
    )


@dataclass(slots=True)
class Tree:
    """The values of a file, where each stands, and what is wrong already."""

    data: object = None
    lines: dict[Path, int] = field(default_factory=dict)  # from 1
    raw: dict[Path, str] = field(
        default_factory=dict
    )  # scalars as they stand in the file, when YAML reads them as something else
    problems: list[Problem] = field(default_factory=list)


def read_tree(text: str) -> Tree:
    """The tree of a YAML text; mistakes are in its `problems`.

    >>> read_tree("brands:\\n  - id: no\\n").lines[("brands", 0, "id")]
    2
    """
    tree = Tree()
    try:
        loader = _CoreLoader(text)
        node = loader.get_single_node()
        if node is not None:
            tree.data = _Walk(loader, tree).value(node, ())
    except yaml.YAMLError as error:
        tree.problems.append(explain_syntax(error, text))
    except RecursionError:
        tree.problems.append(Problem(1, "", "parts within parts without end. A config has a few levels."))
    return tree


def write_path(path: Path) -> str:
    """The path as people write it.

    >>> write_path(("brands", 0, "names"))
    'brands[0].names'
    """
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def value_at(data: object, path: Path) -> object:
    """What stands at a path of plain values; None where nothing does.

    >>> value_at({"brands": [{"id": "ikea"}]}, ("brands", 0, "id"))
    'ikea'
    """
    for part in path:
        if isinstance(data, dict):
            data = data.get(part)
        else:
            data = data[part] if isinstance(data, list) and isinstance(part, int) and part < len(data) else None
    return data


class _Walk:
    """Turns nodes into values and notes their lines."""

    def __init__(self, loader: _CoreLoader, tree: Tree) -> None:
        self._loader = loader
        self._tree = tree
        self._open: set[int] = set()

    def value(self, node: yaml.Node, path: Path) -> object:
        lines = self._tree.lines
        lines.setdefault(path, node.start_mark.line + 1)
        if id(node) in self._open or len(lines) > MAX_VALUES:
            raise yaml.MarkedYAMLError(problem="an alias repeats itself", problem_mark=node.start_mark)
        self._open.add(id(node))
        try:
            return self._inside(node, path)
        finally:
            self._open.discard(id(node))

    def _inside(self, node: yaml.Node, path: Path) -> object:
        if node.tag not in _TAGS:
            raise yaml.MarkedYAMLError(problem="could not determine a constructor", problem_mark=node.start_mark)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, object]:
        self._refuse_repeats(node, path)
        self._loader.flatten_mapping(node)
        result: dict[str, object] = {}
        for key, item in node.value:
            name = _key(key)
            self._tree.lines[(*path, name)] = key.start_mark.line + 1
            result[name] = self.value(item, (*path, name))
        return result

    def _refuse_repeats(self, node: yaml.MappingNode, path: Path) -> None:
        seen: dict[str, int] = {}
        for key, _ in node.value:
            name, line = _key(key), key.start_mark.line + 1
            if name in seen and name != "<<":
                message = f"is written twice; the first is in line {seen[name]}. Keep one of them."
                self._tree.problems.append(Problem(line, write_path((*path, name)), message))
            seen.setdefault(name, line)

    def _scalar(self, node: yaml.Node, path: Path) -> object:
        text = _copied(node.value)
        value = _plain_value(node.tag, text)
        if not isinstance(value, str):
            self._tree.raw[path] = text
        return value


def _plain_value(tag: str, text: str) -> object:
    """What a scalar is by its tag; text where it can't be that, as in `!!int seven`. PyYAML's own would read 010 as 8."""
    kind = tag.rpartition(":")[2]
    try:
        if kind == "int" and len(text) <= _MAX_DIGITS:
            return int(text)
        if kind == "float":
            return float(text.replace(".inf", "inf").replace(".nan", "nan"))
    except ValueError:
        return text
    if kind == "bool":
        return text.lower() == "true"
    return None if kind == "null" else text


def _key(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise yaml.MarkedYAMLError(problem="a name is expected before the colon", problem_mark=node.start_mark)
    return _copied(node.value)


def _copied(value: object) -> str:
    """The text as an object of its own: what is kept of a file would else hold the parser's memory, among which it lies."""
    return str(value).encode("utf-8", "surrogatepass").decode("utf-8", "surrogatepass")
