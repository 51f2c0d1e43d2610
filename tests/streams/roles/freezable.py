"""A role as it is, in a process whose event loop can be stopped: ``python -m tests.streams.roles.freezable ROLE CONFIG``.

SIGUSR1 blocks the main thread for good, as a call would that never returns.
"""

import importlib
import signal
import sys
import time
from pathlib import Path

from schemas.config.load import load_config
from streams.roles.role import Role
from streams.roles.start import Order


def main(role: Role, path: Path) -> None:
    """Runs until it is frozen and ended for it."""
    signal.signal(signal.SIGUSR1, lambda number, frame: time.sleep(3_600))
    loaded = load_config(path, {})
    order = Order(role, loaded, path, lambda: loaded, embedded=True)
    importlib.import_module(f"streams.roles.{role}").run(order)


if __name__ == "__main__":
    main(Role(sys.argv[1]), Path(sys.argv[2]))
