"""pydantic's errors as problems that a person can mend: what is wrong, what is allowed, what to write instead."""

import difflib
from collections.abc import Callable
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from schemas.config.fields import every_path, field_at, is_secret, model_at
from schemas.config.layers import Origin
from schemas.config.tree import Path, Tree, write_path
from schemas.config.values import write_value
from schemas.errors import Problem

Overrides = dict[Path, Origin]
_MAX_VALUE_CHARS = 60
_TAGS = ("brands", frozenset(("list", "auto")))  # pydantic names the branch it took


def explain_errors(error: ValidationError, tree: Tree, overrides: Overrides) -> list[Problem]:
    """The problems in the order of the file; those of other layers last."""
    return [_problem(item, tree, overrides) for item in error.errors(include_url=False)]


def place(path: Path, tree: Tree, overrides: Overrides) -> tuple[int | None, str]:
    """The line of a setting and its name as it was written: a path, a variable or an option."""
    for length in range(len(path), 0, -1):
        if origin := overrides.get(path[:length]):
            rest = write_path(path[length:])
            return None, f"{origin.where}.{rest}" if rest else origin.where
    line = next((tree.lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in tree.lines), None)
    return line, write_path(path)


def _problem(item: Any, tree: Tree, overrides: Overrides) -> Problem:
    path = _real_path(item)
    line, label = place(path, tree, overrides)
    kind, value = item["type"], item["input"]
    message = _message(kind, item, path, tree)
    if kind in _WITHOUT_VALUE or not _may_show(value, path):
        return Problem(line, label, message)
    shown = tree.raw.get(path, str(value))
    return Problem(line, f"{label} = {shown}", message, value)


def _real_path(item: Any) -> Path:
    loc = tuple(
        part
        for index, part in enumerate(item["loc"])
        if not (index == 1 and item["loc"][0] == _TAGS[0] and part in _TAGS[1])
    )
    at = item.get("ctx", {}).get("at", ())
    return (*(part for part in loc if part != "[key]"), *at)


def _may_show(value: object, path: Path) -> bool:
    if not isinstance(value, str | int | float) or is_secret(path):
        return False
    text = str(value)
    return 0 < len(text) <= _MAX_VALUE_CHARS and "://" not in text and "@" not in text and text.isprintable()


def _message(kind: str, item: Any, path: Path, tree: Tree) -> str:
    if kind == "extra_forbidden":
        return _unknown(path)
    field = field_at(path)
    if kind == "missing":
        return _missing(path, field)
    if item["input"] is None and kind not in ("value_error", "rule"):
        return _empty(path, field)
    if kind in ("value_error", "rule"):
        return str(item["msg"]).removeprefix("Value error, ") + _as_yaml_reads(path, tree)
    say = _MESSAGES.get(kind, _other)
    return say(item, path, field, tree)


def _unknown(path: Path) -> str:
    """Names what was meant: a neighbour, else the same name elsewhere in the tree."""
    name = str(path[-1])
    known = list(model_at(path[:-1]).model_fields)
    if close := difflib.get_close_matches(name, known, n=1):
        return f"unknown setting. Did you mean `{close[0]}`?"
    elsewhere = [other for other in every_path() if other.split(".")[-1] == name]
    if elsewhere:
        return f"unknown setting here. Did you mean `{elsewhere[0].replace('[]', '[0]')}`?"
    return f"unknown setting. Known here: {', '.join(known)}."


def _missing(path: Path, field: FieldInfo | None) -> str:
    return f"is missing{_meaning(field)}.{_try(path, field)}"


def _empty(path: Path, field: FieldInfo | None) -> str:
    inside = model_at(path).model_fields if field and path else {}
    if field and inside and model_at(path) is not model_at(()):
        return f"is empty. Write its settings below it, indented ({', '.join(inside)}), or remove the line."
    return f'is empty{_meaning(field)}. Give it a value; one that begins with `#` must stand in quotes: "#…".'


def _meaning(field: FieldInfo | None) -> str:
    return f" ({field.description})" if field and field.description else ""


def _try(path: Path, field: FieldInfo | None) -> str:
    if field is None:
        return ""
    example = field.examples[0] if field.examples else field.get_default(call_default_factory=True)
    simple = isinstance(example, str | int | float) or field.examples
    return f" Try {write_value(example)}." if simple and example not in ("", None) else ""


def _range(field: FieldInfo | None) -> str:
    """The allowed range out of the field's own limits: `more than 0 and at most 1000`."""
    words = {"gt": "more than", "ge": "at least", "lt": "less than", "le": "at most"}
    found = [
        f"{word} {getattr(limit, name):g}"
        for limit in (field.metadata if field else [])
        for name, word in words.items()
        if hasattr(limit, name)
    ]
    return " and ".join(found)


def _number(item: Any, path: Path, field: FieldInfo | None, tree: Tree) -> str:
    kind = {"int": "a whole number", "float": "a number", "finite": "a number"}.get(item["type"].split("_")[0], "")
    wanted = " ".join(part for part in (kind, _range(field)) if part)
    return f"must be {wanted}{_meaning(field)}.{_try(path, field)}"


def _text(item: Any, path: Path, field: FieldInfo | None, tree: Tree) -> str:
    value = item["input"]
    if isinstance(value, dict | list):
        return f"must be text{_meaning(field)}, not {_kind(value)}. A `: ` or `[` in it needs quotes."
    raw = "" if is_secret(path) else f': "{tree.raw.get(path, value)}"'
    return f"must be text, but YAML reads it as {_kind(value)}. Write it in quotes{raw}."


def _choice(item: Any, path: Path, field: FieldInfo | None, tree: Tree) -> str:
    choices = item["ctx"]["expected"].replace("'", "`")
    names = choices.replace("`", "").replace(" or ", ", ").split(", ")
    close = difflib.get_close_matches(str(item["input"]), names, n=1)
    return f"must be {choices}{_meaning(field)}." + (f" Did you mean `{close[0]}`?" if close else "")


def _flag(item: Any, path: Path, field: FieldInfo | None, tree: Tree) -> str:
    return f"must be true or false{_meaning(field)}."


def _part(item: Any, path: Path, field: FieldInfo | None, tree: Tree) -> str:
    if not path:
        return f"must hold settings such as `brands: …`, not {_kind(item['input'])}."
    inside = ", ".join(model_at(path).model_fields) if model_at(path) is not model_at(()) else "name: value"
    return f"must be a part with settings ({inside}), a line each below it, indented, not {_kind(item['input'])}."


def _list(item: Any, path: Path, field: FieldInfo | None, tree: Tree) -> str:
    return f"must be a list{_meaning(field)}, not {_kind(item['input'])}. Write `[…, …]`, or one `- …` a line."


def _too_few(item: Any, path: Path, field: FieldInfo | None, tree: Tree) -> str:
    return f"needs at least {item['ctx']['min_length']} entry{_meaning(field)}."


def _length(item: Any, path: Path, field: FieldInfo | None, tree: Tree) -> str:
    limits = item["ctx"]
    return (
        f"must have at least {limits['min_length']} character."
        if "min_length" in limits
        else f"must have at most {limits['max_length']} characters."
    )


def _pattern(item: Any, path: Path, field: FieldInfo | None, tree: Tree) -> str:
    return f"must be written otherwise{_meaning(field)}.{_try(path, field)}"


def _url(item: Any, path: Path, field: FieldInfo | None, tree: Tree) -> str:
    return "must be a web address. Try https://example.com/…."


def _other(item: Any, path: Path, field: FieldInfo | None, tree: Tree) -> str:
    return f"{item['msg']}{_meaning(field)}.{_try(path, field)}"


def _kind(value: object) -> str:
    kinds = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        list: "a list",
        dict: "a part with settings",
        str: "text",
    }
    return kinds.get(type(value), "nothing")


def _as_yaml_reads(path: Path, tree: Tree) -> str:
    return ""


_MESSAGES: dict[str, Callable[[Any, Path, FieldInfo | None, Tree], str]] = {
    **dict.fromkeys(
        ("int_type", "int_parsing", "int_from_float", "int_parsing_size", "float_type", "float_parsing", "finite_number"),
        _number,
    ),
    **dict.fromkeys(("greater_than", "greater_than_equal", "less_than", "less_than_equal"), _number),
    **dict.fromkeys(("string_type", "path_type"), _text),
    **dict.fromkeys(("literal_error", "enum"), _choice),
    **dict.fromkeys(("bool_type", "bool_parsing"), _flag),
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type"), _part),
    "list_type": _list,
    "too_short": _too_few,
    **dict.fromkeys(("string_too_short", "string_too_long"), _length),
    "string_pattern_mismatch": _pattern,
    **dict.fromkeys(("url_parsing", "url_scheme", "url_type"), _url),
}
_WITHOUT_VALUE = frozenset(
    ("extra_forbidden", "missing", "model_type", "model_attributes_type", "dict_type", "list_type", "rule")
)
