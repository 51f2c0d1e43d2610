"""Looks every package of uv.lock up in the lists of known vulnerabilities, by pip-audit: `make audit`.

| found | exit code |
|---|---|
| nothing known, or only what `.ci/audit-allowed.toml` allows until a day to come | 0 |
| a vulnerability that isn't allowed, or no longer | 1 |
| no list that answers for every package (no network, a mirror without one) | 0, and it says so; 1 with `--strict` |

pip-audit itself takes a package that its list doesn't know for a sound one: a mirror without the list would look green.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ALLOWED = ROOT / ".ci" / "audit-allowed.toml"
_TIMEOUT_S = 15
_WITHIN_S = 600.0


def main() -> int:
    """The exit code."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--uv", default="uv", help="the uv that reads the lock file")
    options.add_argument("--osv-url", help="ask this OSV server only")
    options.add_argument("--allowed", type=Path, default=ALLOWED, help="what is allowed, why and until when")
    options.add_argument("--strict", action="store_true", help="fail when no list answers for every package")
    chosen = options.parse_args()
    allowed, expired = _allowed(chosen.allowed, datetime.now(UTC).date())
    with tempfile.TemporaryDirectory() as folder:
        requirements = Path(folder) / "requirements.txt"
        requirements.write_text(_locked(chosen.uv))
        packages, failures = _ask(requirements, chosen.osv_url)
    if packages is None:
        print("audit: NOT CHECKED: no list of vulnerabilities answers for every package of uv.lock from here:")
        print("\n".join(f"  {line}" for line in failures))
        return int(chosen.strict)
    found = [(package, each) for package in packages for each in package.get("vulns", [])]
    bad = [(package, each) for package, each in found if not {each["id"], *each.get("aliases", [])} & allowed]
    for package, each in bad:
        fixed = ", ".join(each.get("fix_versions", [])) or "none yet"
        print(f"audit: {package['name']} {package['version']}: {each['id']}; mended in: {fixed}")
    for name in sorted(expired):
        print(f"audit: {name} was allowed until a day that has passed: {chosen.allowed}")
    if bad:
        print(
            f"Upgrade (uv lock --upgrade-package NAME), or allow it for a time with a reason in {ALLOWED.relative_to(ROOT)}."
        )
        return 1
    print(f"audit: {len(packages)} packages, {len(found)} known vulnerabilities, all of them allowed for a time." if found
          else f"audit: {len(packages)} packages, no known vulnerability.")  # fmt: skip
    return 0


def _locked(uv: str) -> str:
    """Every package of the lock file with its version and hashes."""
    command = [
        uv,
        "export",
        "--project",
        str(ROOT),
        "--frozen",
        "--all-groups",
        "--no-emit-project",
        "--no-header",
        "--quiet",
    ]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=_WITHIN_S).stdout


def _ask(requirements: Path, osv_url: str | None) -> tuple[list[dict[str, Any]] | None, list[str]]:
    """The packages with what is known about them, from the first list that knows all of them; and why others didn't do."""
    services = {"osv": ["--osv-url", osv_url]} if osv_url else {"pypi": [], "osv": []}
    failures = []
    for service, more in services.items():
        command = [sys.executable, "-m", "pip_audit", "-r", str(requirements), "--disable-pip", "--format", "json"]
        command += ["--vulnerability-service", service, "--progress-spinner", "off", "--timeout", str(_TIMEOUT_S), *more]
        done = subprocess.run(command, capture_output=True, text=True, timeout=_WITHIN_S)
        try:
            packages: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
        except ValueError:
            last = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
            failures.append(f"{service}: {last[0][:200]}")
            continue
        skipped = [package["name"] for package in packages if "skip_reason" in package]
        if packages and not skipped:
            return packages, failures
        failures.append(f"{service}: knows nothing about {len(skipped)} of {len(packages)} packages")
    return None, failures


def _allowed(file: Path, today: date) -> tuple[set[str], set[str]]:
    """Ids that are allowed today, and those whose day has passed."""
    entries = tomllib.loads(file.read_text()).get("allowed", []) if file.exists() else []
    for entry in entries:
        if not entry.get("reason") or not isinstance(entry.get("until"), date):
            raise SystemExit(f"{file}: {entry.get('id', 'an entry')} needs a `reason` and a date `until`.")
    by_date = {True: set(), False: set()}
    for entry in entries:
        by_date[entry["until"] >= today].add(entry["id"])
    return by_date[True], by_date[False]


if __name__ == "__main__":
    raise SystemExit(main())
