"""What becomes of an error that nobody foresaw: a line with an id for the person, the traceback under that id in the log.

The log is that of the process where it has one (a role), else a file of the user's own.
"""

import os
import traceback
import uuid
from datetime import UTC, datetime
from pathlib import Path

import structlog


def report_own_error(error: Exception) -> str:
    """The line for the person."""
    error_id = uuid.uuid4().hex[:8]
    head = f"rebato has stopped on an error of its own ({type(error).__name__}, id {error_id})."
    if structlog.is_configured():
        structlog.get_logger().error("process.failed", error_id=error_id, exc_info=error)
        return f"{head} Details are in the log: please report it with them."
    file = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "rebato/errors.log"
    if _append(file, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {error_id}\n{''.join(traceback.format_exception(error))}\n"):
        return f"{head} Details are in {file}: please report it with them."
    return f"{head} Run it again with REBATO_DEBUG=1 to see where."


def _append(file: Path, entry: str) -> bool:
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with file.open("a", encoding="utf-8", errors="backslashreplace") as log:
            log.write(entry)
    except OSError:
        return False
    return True
