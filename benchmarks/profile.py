"""Where the time of each role goes: py-spy watches all of them while mentions pass.

    python -m benchmarks.profile [--mentions 600000] [--seconds 10]

They run on a filled topic. Shares are
of the samples in which the role was on the CPU: by function, itself and with all that it calls.
"""

import argparse
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from benchmarks.harness import Bench, Running
from benchmarks.load import brands
from benchmarks.path import recent, settings

MOST = 14
_HZ = 200
_OURS = ("streams/", "detectors/", "alerts/", "schemas/", "aiokafka/", "faust/", "mode/", "msgspec", "numpy")


class Watched:
    """py-spy on a process."""

    def __init__(self, member: Running, folder: Path, seconds: int) -> None:
        """Begins at once."""
        self.name = member.name
        self._file = folder / f"{member.name}.stacks"
        command = ["py-spy", "record", "--pid", str(member.pid), "--format", "raw", "--rate", str(_HZ)]
        command += ["--duration", str(seconds), "--output", str(self._file), "--nonblocking"]
        path = Path(sys.executable).with_name("py-spy")
        self._spy = subprocess.Popen([path, *command[1:]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def table(self) -> str:
        """The functions that cost most, when it has seen enough."""
        self._spy.wait()
        alone, within = Counter[str](), Counter[str]()
        total = 0
        for line in self._file.read_text().splitlines():
            stack, _, count = line.rpartition(" ")
            frames = [frame for frame in stack.split(";") if "." in frame or ":" in frame]
            if not frames:
                continue
            total += int(count)
            alone[_short(frames[-1])] += int(count)
            for frame in {_short(frame) for frame in frames}:
                within[frame] += int(count)
        lines = [f"== {self.name}: {total} samples ==", f"{'itself':>7}  {'':44} {'in all':>7}"]
        rows = zip(_shares(alone, total), _shares(within, total, ours=True), strict=False)
        lines += [f"{share:7.1%}  {name:44} {more:7.1%}  {other}" for (name, share), (other, more) in rows]
        return "\n".join(lines)


def _short(frame: str) -> str:
    """`apply (streams/watch/core.py)`.

    >>> _short("apply (streams/watch/core.py:66)")
    'apply (streams/watch/core.py)'
    """
    name, _, place = frame.partition(" (")
    path = place.rstrip(")").rpartition(":")[0]
    return f"{name} ({'/'.join(path.split('/')[-3:])})" if path else name


def _shares(counts: Counter[str], total: int, ours: bool = False) -> Iterable[tuple[str, float]]:
    chosen = [(name, n) for name, n in counts.most_common() if not ours or any(part in name for part in _OURS)]
    return [(name, n / max(total, 1)) for name, n in chosen[:MOST]]


def main() -> None:
    """Prints a table for each role."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, default=600_000)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--brands", type=int, default=5_000)
    given = parser.parse_args()
    named = brands(given.brands)
    with Bench(settings(named)) as bench:
        members = [bench.role(role) for role in ("intake", "watch", "incidents", "notify")]
        bench.until_ready(*members)
        bench.fill(bench.topics.mentions, recent(given.mentions, named))
        spies = [Watched(member, bench.folder, given.seconds) for member in members]
        tables = [spy.table() for spy in spies]
    sys.stdout.write("\n\n".join(tables) + "\n")


if __name__ == "__main__":
    main()
