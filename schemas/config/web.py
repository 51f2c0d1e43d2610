"""Addresses that are secrets."""

from typing import Annotated

from pydantic import AfterValidator, SecretStr


def _web_address(value: SecretStr | None) -> SecretStr | None:
    if value is not None and not value.get_secret_value().startswith(("https://", "http://")):
        raise ValueError("must be a web address: it begins with https://.")
    return value


SecretAddress = Annotated[SecretStr | None, AfterValidator(_web_address)]
