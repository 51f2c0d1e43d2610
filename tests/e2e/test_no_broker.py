"""What a person must mend is said in one line with its remedy and exit code 2; never a traceback."""

import os
from pathlib import Path

import pytest

from tests.e2e.processes import rebato
from tests.kafka import RealKafka

_CONFIG = (
    "brands: [{{id: telar, names: [Telar]}}]\ntime: replay\nmonitoring: {{port: 0}}\nkafka: {{brokers: '{brokers}'{more}}}\n"
)
_NEED_KAFKA = {
    "run": ["run", "--wait", "0"],
    "run watch": ["run", "watch", "--wait", "0"],
    "topics create": ["topics", "create"],
    "topics check": ["topics", "check"],
    "top": ["top", "--once"],
    "dead list": ["dead", "list"],
    "incidents list": ["incidents", "list"],
    "replay": ["replay", "mentions.jsonl"],
}
_NEED_TOPICS = [name for name in _NEED_KAFKA if name not in ("topics create", "topics check")]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a file of one mention."""
    monkeypatch.chdir(tmp_path)
    mention = '{"id": "1", "source": "x", "observed_at": "2013-02-25T12:00:00Z", "text": "Telar"}\n'
    (tmp_path / "mentions.jsonl").write_text(mention)
    return tmp_path


def _config(folder: Path, brokers: str, more: str = "") -> Path:
    path = folder / "rebato.yaml"
    path.write_text(_CONFIG.format(brokers=brokers, more=more))
    return path


def _said(*arguments: str | Path) -> str:
    """The only line on stderr of a command that ended with 2."""
    done = rebato(*arguments, within_s=60)
    assert done.returncode == 2, f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


@pytest.mark.parametrize("command", _NEED_KAFKA)
def test_a_missing_broker_is_named_with_what_to_do(command: str, folder: Path) -> None:
    """Its address, and that it has to be started."""
    line = _said(*_NEED_KAFKA[command], "--config", _config(folder, "127.0.0.1:1"))
    assert "127.0.0.1:1" in line
    assert "Start it" in line


def test_the_doctor_tells_of_a_missing_broker_in_its_table(folder: Path) -> None:
    """Its answer is no, not wrong use: exit code 1, and the other checks are made all the same."""
    done = rebato("doctor", "--config", _config(folder, "127.0.0.1:1"))
    assert done.returncode == 1, done.stdout + done.stderr
    assert "127.0.0.1:1" in done.stdout
    assert len(done.stdout.splitlines()) > 3
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.kafka
@pytest.mark.parametrize("command", _NEED_TOPICS)
def test_missing_topics_are_named_with_the_command_that_makes_them(command: str, folder: Path, kafka: RealKafka) -> None:
    """`rebato run` names each of them, others the one that they need first."""
    config = _config(folder, kafka.address, ", topic_prefix: nowhere.")
    done = rebato(*_NEED_KAFKA[command], "--config", config, within_s=60)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "nowhere." in done.stderr
    assert "rebato topics create" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [["replay", "gone.jsonl"], ["backtest", "--input", "gone.jsonl"]])
def test_a_missing_file_is_named(command: list[str], folder: Path) -> None:
    """Before anything is asked of Kafka."""
    assert "gone.jsonl" in _said(*command, "--config", _config(folder, "127.0.0.1:1"))


@pytest.mark.parametrize("command", ["run", "replay", "topics check"])
def test_a_missing_config_is_named(command: str, folder: Path) -> None:
    """With its path."""
    assert "gone.yaml" in _said(*_NEED_KAFKA[command], "--config", folder / "gone.yaml")


@pytest.mark.parametrize("name", ["mentions.jsonl", "rebato.yaml"])
def test_a_file_that_can_not_be_read_is_named(name: str, folder: Path) -> None:
    """The mentions, or the config itself; root may read any file, so for root it is a folder."""
    config = _config(folder, "127.0.0.1:1")
    if os.geteuid() == 0:
        (folder / name).unlink()
        (folder / name).mkdir()
    else:
        (folder / name).chmod(0)
    assert name in _said("replay", "mentions.jsonl", "--config", config)


@pytest.mark.parametrize("command", [["run"], ["replay", "mentions.jsonl"], ["topics", "check"], ["doctor"]], ids=" ".join)
def test_a_typo_in_the_config_is_shown_with_what_was_meant(command: list[str], folder: Path) -> None:
    """Every problem with its line; no other line than those."""
    config = _config(folder, "127.0.0.1:1")
    config.write_text(config.read_text().replace("brokers", "borkers"))
    done = rebato(*command, "--config", config)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "borkers" in done.stderr
    assert "brokers" in done.stderr
    assert "Traceback" not in done.stderr
