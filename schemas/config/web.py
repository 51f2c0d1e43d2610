"""Addresses that are secrets: whoever knows one can send."""

from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr


def _web_address(value: SecretStr | None) -> SecretStr | None:
    if value is not None and not value.get_secret_value().startswith(("https://", "http://")):
        raise ValueError("must be a web address: it begins with https://.")
    return value


SecretAddress = Annotated[SecretStr | None, AfterValidator(_web_address)]


def is_of_this_machine(name: object, value: object) -> bool:
    """Whether it is a web address on loopback without a password, of no use to anybody else and so no secret.

    >>> is_of_this_machine("url", "http://127.0.0.1:8090/slack"), is_of_this_machine("webhook_url", "https://hooks.slack.com/T0")
    (True, False)
    """
    if not (isinstance(name, str) and name.endswith("url") and isinstance(value, str)):
        return False
    try:
        address = urlsplit(value)
        host = address.hostname or ""
        ours = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
    return ours and address.scheme in ("http", "https") and "@" not in address.netloc
