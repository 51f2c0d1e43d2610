"""`rebato state` without a cluster: what is wrong is said in one line. With one: tests/e2e/test_state.py."""

from pathlib import Path

import pytest

from streams.cli.main import run


@pytest.mark.parametrize("command", [["rebuild"], ["rebuild", "watch", "--dry-run"], ["show", "ikea"]])
def test_a_cluster_that_is_away_is_wrong_use(command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its address and the remedy are named."""
    config = tmp_path / "rebato.yaml"
    config.write_text("brands: auto\nkafka: {brokers: '127.0.0.1:1'}\n")
    assert run(["state", *command, "--config", str(config)]) == 2
    assert capsys.readouterr().err.startswith("Kafka at 127.0.0.1:1 does not answer. Start it, or set `kafka.brokers`")


def test_a_stage_that_keeps_no_state_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    """intake's memory is rebuilt from `mentions` at each start."""
    assert run(["state", "rebuild", "intake"]) == 2
    assert "watch" in capsys.readouterr().err
