"""hypothesis strategies for records, out of their own annotations."""

import types
import typing
from enum import Enum

import msgspec
from hypothesis import strategies as st

_PLAIN: dict[object, st.SearchStrategy[typing.Any]] = {
    int: st.integers(-(2**63), 2**64 - 1),
    float: st.floats(allow_nan=False),
    str: st.text(max_size=20),
    bytes: st.binary(max_size=20),
    bool: st.booleans(),
    type(None): st.none(),
    types.NoneType: st.none(),
}


def any_of(kind: typing.Any) -> st.SearchStrategy[typing.Any]:
    """Values of an annotation that records use; `v` of a record is 1."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    parts = typing.get_args(kind)
    if typing.get_origin(kind) is typing.Annotated:
        (meta,) = kind.__metadata__
        return st.integers(meta.ge, meta.le)
    if typing.get_origin(kind) is list:
        return st.lists(any_of(parts[0]), max_size=3)
    if typing.get_origin(kind) is tuple:
        return st.tuples(*map(any_of, parts))
    if typing.get_origin(kind) is dict:
        return st.dictionaries(any_of(parts[0]), any_of(parts[1]), max_size=3)
    if isinstance(kind, types.UnionType):
        return st.one_of(*map(any_of, parts))
    if issubclass(kind, Enum):
        return st.sampled_from(kind)
    fields = {field.name: any_of(field.type) for field in msgspec.structs.fields(kind)}
    return st.builds(kind, **{name: st.just(1) if name == "v" else values for name, values in fields.items()})
