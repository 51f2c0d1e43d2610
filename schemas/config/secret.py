"""Secrets: from the environment, or from a file of their own, read anew on each use: a rotated secret works at once."""

from pathlib import Path

from pydantic import SecretStr

from schemas.errors import UsageError


def resolve_secret(value: SecretStr | None, file: Path | None) -> str | None:
    """The secret without the line break at its end; None when neither is given.

    >>> resolve_secret(SecretStr("s3cret"), None)
    's3cret'
    """
    if value is not None:
        return value.get_secret_value()
    if file is None:
        return None
    try:
        text = file.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError as error:
        raise UsageError(f"the secret file {file} isn't UTF-8 text. Write the secret alone into it.") from error
    except OSError as error:
        raise UsageError(
            f"can't read the secret file {file}: {error.strerror}. Create it, or let this user read it."
        ) from error
    if not text:
        raise UsageError(f"the secret file {file} is empty. Write the secret into it.")
    return text
