"""Exit code 0 when every role that runs in this container is healthy, and at least one does."""

import os
import sys
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

ROLES = 5
_TIMEOUT_S = 3


def problem(port: int) -> str | None:
    """What the role on this port says is wrong; empty when it is well, None when nobody listens."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/-/healthy", timeout=_TIMEOUT_S):
            return ""
    except HTTPError as error:
        return error.read().decode(errors="replace").strip()
    except URLError as error:
        return None if isinstance(error.reason, ConnectionRefusedError) else str(error.reason)
    except TimeoutError:
        return f"port {port} doesn't answer"


def main() -> None:
    """Looks at the ports that the roles take, one after the other."""
    first = int(os.environ.get("REBATO__MONITORING__PORT", "9464"))
    found = [problem(first + index) for index in range(ROLES)]
    if all(each is None for each in found):
        sys.exit("no role listens")
    if wrong := [each for each in found if each]:
        sys.exit("; ".join(wrong))


if __name__ == "__main__":
    main()
