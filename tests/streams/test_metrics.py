"""Metrics: names and labels that Prometheus accepts, and all of them there before anything happens."""

import shutil
import subprocess

import pytest
from prometheus_client import generate_latest

from schemas.config.model import Brand, Config
from schemas.enums import IntakeOutcome
from streams.metrics import SOURCES, Metrics, source_label
from streams.roles.role import Role
from tests.conftest import skip_or_fail

CONFIG = Config(brands=[Brand(id="ikea", names=["IKEA"]), Brand(id="telar", names=["Telar"])])


@pytest.mark.parametrize("role", Role)
def test_promtool_finds_nothing_to_say_about_the_metrics_of_any_role(role: Role) -> None:
    """Names, units and help texts follow Prometheus' own conventions."""
    if shutil.which("promtool") is None:
        skip_or_fail("promtool (Debian: prometheus) isn't installed")
    text = generate_latest(Metrics(role, CONFIG).registry)
    check = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, timeout=30)
    assert (check.returncode, check.stdout + check.stderr) == (0, b"")


def test_every_label_value_is_there_from_the_start() -> None:
    """A rate over the first event needs the 0 before it."""
    registry = Metrics(Role.INTAKE, CONFIG).registry
    for source in SOURCES:
        for outcome in IntakeOutcome:
            assert registry.get_sample_value("rebato_mentions_total", {"source": source, "outcome": outcome}) == 0
    assert registry.get_sample_value("rebato_lag_records", {"partition": "3"}) == 0


def test_a_role_exports_only_what_it_does() -> None:
    """Nobody should wonder why intake has sent no alert; yet every family can be counted up everywhere."""
    metrics = Metrics(Role.INTAKE, CONFIG)
    metrics.alerts.labels("slack", "sent").inc()
    text = generate_latest(metrics.registry).decode()
    assert "rebato_mentions_total" in text
    assert "rebato_alerts_total" not in text


def test_strangers_can_not_make_new_label_values() -> None:
    """A mention's source is free text; the label is one of a closed list."""
    assert [source_label(text) for text in ("bluesky", "rss:elpais", "", "x" * 1000)] == ["bluesky", "rss", "other", "other"]


def test_the_names_of_the_roles_are_in_the_build_info() -> None:
    """Which version runs where."""
    registry = Metrics(Role.NOTIFY, CONFIG).registry
    (sample,) = (s for family in registry.collect() if family.name == "rebato_build_info" for s in family.samples)
    assert sample.labels["role"] == "notify"
    assert sample.value == 1
