"""What a run says at its end: one closing line, a page, and JSON for scripts."""

import platform
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.chaos.checker import Verdict
from benchmarks.chaos.episodes import Episode
from benchmarks.chaos.faults import ROLES, Planned
from benchmarks.chaos.readings import Readings

MB = 1e6


@dataclass(slots=True)
class Run:
    """One seeded run."""

    seed: int
    nodes: int
    rate: float
    seconds: float = 0.0
    """How long something was said."""
    settle_s: float = 0.0
    """From the last mention until everything was counted, durably."""
    sent: int = 0
    late_s: float = 0.0
    """By how much the sender was behind its time at worst."""
    faults: list[tuple[float, Planned]] = field(default_factory=list)
    """When each began, seconds after the first mention."""
    left_out: list[str] = field(default_factory=list)
    episodes: list[Episode] = field(default_factory=list)
    deaths: Counter[str] = field(default_factory=Counter)
    exit: int = 0
    """Of the supervisor: 2 where a person had to mend something."""
    readings: Readings = field(default_factory=Readings)
    verdict: Verdict = field(default_factory=Verdict)
    repeats: int = 0
    refused: int = 0

    @property
    def problems(self) -> list[str]:
        """Whatever isn't as it must be."""
        return [*self.verdict.problems, *(problem for each in self.episodes for problem in each.problems)]


def closing_line(run: Run) -> str:
    """Everything that matters, in one line."""
    verdict = run.verdict
    faults = len(run.faults) + len(run.episodes)
    return (
        f"chaos: seed {run.seed}, {faults} faults in {run.seconds:.0f} s on {run.nodes} node(s), {run.sent:,} lines at "
        f"{run.rate:,.0f}/s: {verdict.lost} lost, {verdict.doubled} counted twice, {verdict.late} late; "
        f"{verdict.incidents} incidents; {sum(verdict.told.values())} alerts, {verdict.alerts_lost} lost, "
        f"{verdict.alerts_doubled} doubled, {sum(verdict.repeated.values())} repeated after a doubt; "
        f"stillest {run.readings.stillest_s:.0f} s; {len(run.problems)} problems"
    )


def page(run: Run) -> str:
    """The run as Markdown."""
    kinds = Counter(str(each.kind) for _, each in run.faults) + Counter(str(each.kind) for each in run.episodes)
    told, repeated = run.verdict.told, run.verdict.repeated
    lines = [
        f"### Seed {run.seed}, {run.nodes} node(s)",
        "",
        f"{closing_line(run)}.",
        "",
        f"- faults: {_listed(kinds)}",
        f"- ends of processes, by a fault or by themselves: {_listed(run.deaths)}",
        f"- {run.repeats:,} lines were repeats and {run.refused} broken; the sender was {run.late_s:.1f} s late at worst",
        f"- all was counted, durably, {run.settle_s:.0f} s after the last mention",
        f"- watch was {run.readings.most_behind:,} records behind at worst{_catch_up(run)}",
        f"- alerts by channel: {_listed(told)}; arrived again after a send in doubt: {_listed(repeated)}",
        *(_of_role(run, role) for role in ROLES),
    ]
    if run.left_out:
        lines.append(f"- left out: {', '.join(run.left_out)}")
    lines += [f"- **problem**: {problem}" for problem in run.problems]
    return "\n".join(lines) + "\n"


def as_json(run: Run) -> dict[str, Any]:
    """The run for scripts, without the single readings."""
    return {
        "seed": run.seed,
        "nodes": run.nodes,
        "rate": run.rate,
        "seconds": run.seconds,
        "settle_s": run.settle_s,
        "sent": run.sent,
        "faults": [{"at_s": round(at_s, 1), **asdict(fault)} for at_s, fault in run.faults],
        "left_out": run.left_out,
        "episodes": [asdict(each) for each in run.episodes],
        "deaths": dict(run.deaths),
        "exit": run.exit,
        "stillest_s": run.readings.stillest_s,
        "roles": {
            role: {
                "most_bytes": run.readings.most_bytes(role),
                "most_files": run.readings.most_files(role),
                "growth_bytes": run.readings.growth_bytes(role),
            }
            for role in ROLES
        },
        "verdict": asdict(run.verdict),
        "environment": {"python": platform.python_version(), "machine": platform.platform()},
    }


def _catch_up(run: Run) -> str:
    rate = run.readings.catch_up_per_s(run.rate)
    return f"; the largest backlog of mentions was worked off at {rate / run.rate:.1f}x the arrival rate" if rate else ""


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{what} {n}" for what, n in sorted(counts.items())) or "none"


def _of_role(run: Run, role: str) -> str:
    growth = run.readings.growth_bytes(role)
    grown = "" if growth is None else f", {growth / MB:+.1f} MB from the first to the last quarter of its longest life"
    most, files = run.readings.most_bytes(role) / MB, run.readings.most_files(role)
    return f"- {role}: at most {most:.0f} MB and {files} open files{grown}"
