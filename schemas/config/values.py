"""A setting's value as people write it in the file."""

from datetime import timedelta
from enum import Enum

from pydantic import AnyUrl, BaseModel, SecretStr

from schemas.config.durations import write_duration


def write_value(value: object) -> str:
    """The value as YAML on one line; a secret's value is never shown.

    >>> write_value([timedelta(minutes=15), True, None]), write_value(SecretStr("s3cret"))
    ('[15 min, true, none]', '(secret)')
    """
    match value:
        case None:
            return "none"
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case "":
            return '""'
        case SecretStr():
            return "(secret)"
        case AnyUrl():
            return _without_secrets(value)
        case timedelta():
            return write_duration(value)
        case Enum():
            return str(value.value)
        case list():
            return f"[{', '.join(map(write_value, value))}]"
        case BaseModel():
            return write_value({name: getattr(value, name) for name in type(value).model_fields})
        case dict():
            return "{ " + ", ".join(f"{key}: {write_value(item)}" for key, item in value.items()) + " }" if value else "{}"
    return str(value)


def _without_secrets(url: AnyUrl) -> str:
    """An address without what may be a password in it: user and query."""
    user = "…@" if url.username or url.password else ""
    port = f":{url.port}" if url.port and f":{url.port}" in str(url) else ""
    return f"{url.scheme}://{user}{url.host or ''}{port}{url.path or ''}{'?…' if url.query else ''}"
