"""Is this machine fit to run a role?"""

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from schemas.config.model import Config
from schemas.config.secret import resolve_secret
from schemas.errors import UsageError
from streams.doctor.finding import Finding, bad, good

_FREE_BYTES = 10 * 2**20  # Faust's folder, which stays empty: state lies in Kafka. A container's /tmp has 64 MiB
_OLDEST_PYTHON = (3, 11)


def check_machine(config: Config) -> Iterator[Finding]:
    """Python, disk, and what the sources need of this machine."""
    yield _python()
    yield _disk(Path(tempfile.gettempdir()))
    if config.sources.http:
        yield _token(config)
    if config.sources.folder:
        yield _folder(config.sources.folder.path)


def _python() -> Finding:
    found = f"Python {platform.python_version()}, rebato {version('rebato')}, faust-streaming {version('faust-streaming')}"
    if sys.version_info < _OLDEST_PYTHON:
        return bad("versions", found, "Use Python 3.11 or newer.")
    return good("versions", f"{found}, aiokafka {version('aiokafka')}")


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    told = f"{free / 2**20:,.0f} MiB free in {folder}"
    return good("disk", told) if free >= _FREE_BYTES else bad("disk", told, "Make room: 10 MiB are needed at least.")


def _token(config: Config) -> Finding:
    http = config.sources.http
    try:
        token = resolve_secret(http.token, http.token_file) if http else None
    except UsageError as error:
        return bad("sources.http", str(error), "Senders show this token; without it none can be let in.")
    return good("sources.http", "its token can be read" if token else "takes mentions without a token")


def _folder(path: Path) -> Finding:
    if not path.is_dir():
        return bad("sources.folder", f"there is no folder {path}", "Create it, or set `sources.folder.path`.")
    if not os.access(path, os.R_OK | os.X_OK):
        return bad("sources.folder", f"{path} can't be read by this user", "Give this user the right to.")
    return good("sources.folder", f"{path} can be read")
