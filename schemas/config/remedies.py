"""What to say about a mistake in a setting: what is wrong, what its own limits allow, and what to write."""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic.fields import FieldInfo

from schemas.config.fields import every_path, model_at, model_of
from schemas.config.tree import Path
from schemas.config.values import write_value

_LIMITS = {"gt": "more than", "ge": "at least", "lt": "less than", "le": "at most"}
EMPTY = "empty"  # a kind of our own: nothing behind the colon
_MAX_NAMES = 6  # of settings in a message


@dataclass(frozen=True, slots=True)
class Mistake:
    """One error of pydantic's, with what is known of its setting."""

    kind: str  # pydantic's name for it
    path: Path
    value: object
    raw: str  # as it stands in the file; empty when it may be a secret
    field: FieldInfo | None
    facts: Mapping[str, object]
    text: str  # pydantic's own message

    @property
    def meaning(self) -> str:
        """The setting's description in brackets."""
        return f" ({self.field.description})" if self.field and self.field.description else ""

    @property
    def example(self) -> str:
        """What could be written; empty when there is no short example."""
        if self.field is None:
            return ""
        value = self.field.examples[0] if self.field.examples else self.field.get_default(call_default_factory=True)
        simple = self.field.examples or isinstance(value, str | int | float)
        return write_value(value) if simple and value not in ("", None) else ""

    @property
    def suggestion(self) -> str:
        """` Try 1.`, or nothing."""
        shown = f"`{self.example}`" if self.field and self.field.annotation is str else self.example
        return f" Try {shown}." if shown.strip("`") else ""


def remedy(mistake: Mistake) -> str:
    """The message."""
    if mistake.value is None and mistake.kind in _EMPTY_KINDS:
        return _empty(mistake)
    return _SAY.get(mistake.kind, _other)(mistake)


def _unknown(mistake: Mistake) -> str:
    """Names what was meant: a neighbour, else the same name elsewhere in the tree."""
    name = str(mistake.path[-1])
    known = list(model_at(mistake.path[:-1]).model_fields)
    if close := difflib.get_close_matches(name, known, n=1):
        return f"unknown setting. Did you mean `{close[0]}`?"
    elsewhere = [path for path in every_path() if path.rpartition(".")[2] == name]
    if elsewhere:
        return f"unknown setting here. Did you mean `{elsewhere[0].replace('[]', '[0]')}`?"
    return f"unknown setting. Known here: {', '.join(known)}."


def _missing(mistake: Mistake) -> str:
    example = f" Try `{mistake.path[-1]}: {mistake.example}`." if mistake.example else ""
    return f"is missing{mistake.meaning}.{example}"


def _empty(mistake: Mistake) -> str:
    if inside := _inside(mistake):
        return f"is empty. Write its settings below it, indented ({inside}), or remove the line."
    return f'is empty{mistake.meaning}. Write a value; one that begins with `#` stands in quotes, "#…".'


def _inside(mistake: Mistake) -> str:
    """The first settings of a part; empty when it is a single setting."""
    part = model_of(mistake.field.annotation) if mistake.field and "list" not in str(mistake.field.annotation) else None
    names = list(part.model_fields) if part else []
    return ", ".join(names[:_MAX_NAMES]) + (", …" if len(names) > _MAX_NAMES else "")


def _number(mistake: Mistake) -> str:
    kind = {"int": "a whole number", "float": "a number", "finite": "a number"}.get(mistake.kind.split("_")[0], "")
    wanted = " ".join(part for part in (kind, _range(mistake.field)) if part)
    return f"must be {wanted}{mistake.meaning}.{mistake.suggestion}"


def _range(field: FieldInfo | None) -> str:
    """The allowed range out of the field's own limits: `more than 0 and at most 1000`."""
    metadata = field.metadata if field else []
    limits = {name: getattr(limit, name) for limit in metadata for name in _LIMITS if hasattr(limit, name)}
    if {"ge", "le"} <= limits.keys():
        return f"from {write_value(limits['ge'])} to {write_value(limits['le'])}"
    return " and ".join(f"{_LIMITS[name]} {write_value(limit)}" for name, limit in limits.items())


def _text(mistake: Mistake) -> str:
    if isinstance(mistake.value, dict | list):
        return f"must be text{mistake.meaning}, not {_kind(mistake.value)}. A text with `: ` or `[` stands in quotes."
    raw = f': "{mistake.raw}"' if mistake.raw else ""
    return f"must be text, but YAML reads it as {_kind(mistake.value)}. Write it in quotes{raw}."


def _choice(mistake: Mistake) -> str:
    choices = str(mistake.facts["expected"]).replace("'", "`")
    names = choices.replace("`", "").replace(" or ", ", ").split(", ")
    close = difflib.get_close_matches(str(mistake.value), names, n=1)
    return f"must be {choices}{mistake.meaning}." + (f" Did you mean `{close[0]}`?" if close else "")


def _flag(mistake: Mistake) -> str:
    return f"must be true or false{mistake.meaning}."


def _part(mistake: Mistake) -> str:
    if not mistake.path:
        return f"the file must hold settings such as `brands: …`, not {_kind(mistake.value)}."
    inside = _inside(mistake) or "name: value"
    return f"must be a part with settings below it, indented ({inside}), not {_kind(mistake.value)}."


def _list(mistake: Mistake) -> str:
    return f"must be a list{mistake.meaning}, not {_kind(mistake.value)}. Write `[…, …]`, or a line with `- …` for each."


def _length(mistake: Mistake) -> str:
    what = "entry" if mistake.kind == "too_short" else "character"
    if least := mistake.facts.get("min_length"):
        return f"must have at least {least} {what}{mistake.meaning}."
    return f"must have at most {mistake.facts['max_length']} characters{mistake.meaning}."


def _url(mistake: Mistake) -> str:
    return f"must be a web address{mistake.meaning}. Try {mistake.example or 'https://example.com'}."


def _own(mistake: Mistake) -> str:
    return mistake.text.removeprefix("Value error, ")


def _other(mistake: Mistake) -> str:
    return f"is not right: {mistake.text}{mistake.meaning}.{mistake.suggestion}"


def _pattern(mistake: Mistake) -> str:
    return f"is not allowed{mistake.meaning}.{mistake.suggestion}"


def _kind(value: object) -> str:
    kinds = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "a part", str: "text"}
    return kinds.get(type(value), "nothing")


_KINDS: dict[Callable[[Mistake], str], str] = {
    _unknown: "extra_forbidden",
    _missing: "missing",
    _number: "int_type int_parsing int_from_float int_parsing_size float_type float_parsing finite_number "
    "greater_than greater_than_equal less_than less_than_equal",
    _text: "string_type path_type",
    _choice: "literal_error enum",
    _flag: "bool_type bool_parsing",
    _part: "model_type model_attributes_type dict_type",
    _list: "list_type",
    _length: "too_short string_too_short string_too_long",
    _pattern: "string_pattern_mismatch",
    _url: "url_parsing url_scheme url_type",
    _own: "value_error rule",
}
_SAY = {kind: say for say, kinds in _KINDS.items() for kind in kinds.split()}
_EMPTY_KINDS = frozenset((*_SAY, EMPTY)) - {"extra_forbidden", "missing", "value_error", "rule"}
