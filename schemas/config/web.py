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


def is_of_this_machine(address: object) -> bool:
    """Whether it is a web address on loopback, which is of no use to anybody else and so no secret.

    >>> is_of_this_machine("http://127.0.0.1:8090/slack"), is_of_this_machine("https://hooks.slack.com/services/T0")
    (True, False)
    """
    if not isinstance(address, str) or not address.startswith(("https://", "http://")):
        return False
    try:
        host = urlsplit(address).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
