"""All figures of speed, or those named, one after the other: `make bench`. Those of detection: `make bench-detection`.

Those on real replays and labelled tweets need `REBATO_DATA`, their folder.
"""

import os
import subprocess
import sys
from pathlib import Path

ALONE = (
    "intake",
    "scorer",
    "watch",
    "catch_up",
    "recovery",
    "path",
    "delay",
    "backtest",
    "footprint",
    "scaling",
    "bad_inputs",
)
ON_DATA = ("language", "replays")


def run(module: str, *arguments: str) -> int:
    """The benchmark's exit code; its table goes to the terminal."""
    sys.stdout.write(f"\n== {module} ==\n")
    sys.stdout.flush()
    return subprocess.run([sys.executable, "-m", f"benchmarks.{module}", *arguments], check=False).returncode


def main(wanted: list[str]) -> int:
    """The worst exit code."""
    named = wanted or [*ALONE, *ON_DATA]
    codes = [run(module) for module in ALONE if module in named]
    folder = os.environ.get("REBATO_DATA")
    if folder and Path(folder).is_dir():
        codes += [run(module, "--data", folder) for module in ON_DATA if module in named]
    else:
        sys.stdout.write("\nREBATO_DATA names no folder: language and replays are left out.\n")
    return max(codes, default=0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
