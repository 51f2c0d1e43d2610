"""Secrets, read anew at each send, so that a rotated file counts without a restart."""

from pathlib import Path

from pydantic import SecretStr

from alerts.notify.result import Retry


def read_secret(value: SecretStr | None, file: Path | None) -> str | Retry:
    """The secret out of the file (its first line) or the value; `Retry` when the file can't be read or both are empty."""
    if file is None:
        secret = value.get_secret_value() if value else ""
    else:
        try:
            secret = file.read_text(encoding="utf-8").strip().partition("\n")[0].strip()
        except (OSError, UnicodeDecodeError):
            return Retry("secret_unreadable")
    return secret or Retry("secret_missing")
