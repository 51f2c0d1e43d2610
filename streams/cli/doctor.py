"""`rebato doctor`: looks at everything that rebato needs, and says how to mend what is wrong."""

import json
from collections.abc import Iterator
from dataclasses import asdict

import typer

from schemas.config.model import Config
from streams.cli.lazy import command_app
from streams.cli.options import DEFAULT_CONFIG, ConfigFile, Json, Set, read_config
from streams.doctor.brands import check_brands
from streams.doctor.channels import check_channels
from streams.doctor.cluster import check_cluster
from streams.doctor.finding import Finding, Verdict
from streams.doctor.machine import check_machine

app = command_app()
_MARKS = {
    Verdict.GOOD: ("✔", typer.colors.GREEN),
    Verdict.WORTH_A_LOOK: ("○", typer.colors.YELLOW),
    Verdict.BAD: ("✘", typer.colors.RED),
}
_WIDTH = 15


@app.command(epilog="Example: rebato doctor --config rebato.yaml")
def doctor(config: ConfigFile = DEFAULT_CONFIG, settings: Set = [], as_json: Json = False) -> None:  # noqa: B006 (typer copies it)
    """Looks at brands, Kafka, topics, roles, channels, disk and clock: says what is wrong and how to mend it.

    Sends no alert and writes nothing. Exit code 1 when something is wrong.
    """
    findings = []
    for finding in _all(read_config(config, settings).config):
        findings.append(finding)
        if not as_json:
            _tell(finding)
    if as_json:
        typer.echo(json.dumps({"findings": [asdict(finding) for finding in findings]}))
    raise typer.Exit(1 if any(finding.verdict is Verdict.BAD for finding in findings) else 0)


def _all(config: Config) -> Iterator[Finding]:
    yield from check_machine(config)
    yield from check_brands(config)
    yield from check_cluster(config)
    yield from check_channels(config)


def _tell(finding: Finding) -> None:
    mark, colour = _MARKS[finding.verdict]
    typer.echo(f"{typer.style(mark, fg=colour)} {finding.check:<{_WIDTH}} {finding.detail}")
    if finding.remedy:
        typer.echo(f"  {'':<{_WIDTH}} → {finding.remedy}")
