"""All figures that need no real data, one after the other: `make bench`.

With `REBATO_DATA` (the folder of real replays, NAB's series and labelled tweets) those that need it are run too.
"""

import os
import subprocess
import sys
from pathlib import Path

ALONE = ("watch", "intake", "detection")
ON_DATA = ("language", "replays")
SERIES = "nab"


def run(module: str, *arguments: str) -> int:
    """The benchmark's exit code; its table goes to the terminal."""
    sys.stdout.write(f"\n== {module} ==\n")
    sys.stdout.flush()
    return subprocess.run([sys.executable, "-m", f"benchmarks.{module}", *arguments], check=False).returncode


def main() -> int:
    """The worst exit code."""
    codes = [run(module) for module in ALONE]
    folder = os.environ.get("REBATO_DATA")
    if folder and Path(folder).is_dir():
        codes += [run(module, "--data", folder) for module in ON_DATA]
        codes.append(run(SERIES, str(Path(folder) / "nab-dev")))
    else:
        sys.stdout.write("\nREBATO_DATA names no folder: language, replays and nab are left out.\n")
    return max(codes)


if __name__ == "__main__":
    raise SystemExit(main())
