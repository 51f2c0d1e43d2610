"""The JSON Schema of a config file, for editors. It is checked in as docs/config.schema.json."""

import json
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from schemas.config.durations import write_duration
from schemas.config.model import Config


class _Generator(GenerateJsonSchema):
    """pydantic's, with defaults as people write them: it would write durations as ISO 8601."""

    def encode_default(self, dft: Any) -> Any:
        return super().encode_default(_plain(dft))


def _plain(value: object) -> object:
    if isinstance(value, timedelta):
        return write_duration(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else value


def config_schema() -> dict[str, Any]:
    """The schema as plain values.

    >>> config_schema()["required"]
    ['brands']
    """
    schema = Config.model_json_schema(schema_generator=_Generator)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "rebato.yaml"}


def write_schema(schema: dict[str, Any]) -> str:
    """A schema as text, the same each time."""
    return json.dumps(schema, indent=2, ensure_ascii=False)
