"""What was refused: found, shown harmlessly, and sent back as it came."""

import json
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from streams.cli.main import run
from streams.embedded import EmbeddedBroker

pytestmark = pytest.mark.embedded
BROKEN = b'{"id": "7", "text": "\x1b[2Jcaf\xff"'


@pytest.fixture
def config(embedded: EmbeddedBroker, tmp_path: Path) -> str:
    """A config file for an embedded broker on which two mentions and a digest were refused."""
    embedded.create("mentions", "mentions.dead", "digests")
    producer = Producer({"bootstrap.servers": embedded.address})
    for partition, topic, offset, reason in (
        (0, "mentions", 5, "not_json"),
        (3, "mentions", 9, "no_zone"),
        (0, "digests", 12, "poison"),
    ):
        headers = {
            "topic": topic,
            "partition": str(partition),
            "offset": str(offset),
            "reason": reason,
            "detail": f"because {reason}",
        }
        encoded = [(name, text.encode()) for name, text in headers.items()]
        producer.produce("mentions.dead", BROKEN, b"key", partition, headers=encoded, timestamp=1_700_000_000_000 + offset)
        producer.flush()
    file = tmp_path / "rebato.yaml"
    file.write_text(f"brands: auto\nkafka: {{brokers: '{embedded.address}'}}\n")
    return str(file)


def _all_of(embedded: EmbeddedBroker, topic: str, partition: int) -> list[tuple[bytes | None, bytes | None]]:
    consumer = Consumer({"bootstrap.servers": embedded.address, "group.id": "test", "enable.partition.eof": "true"})
    consumer.assign([TopicPartition(topic, partition, 0)])
    out = []
    while (message := consumer.poll(10)) is not None and message.error() is None:
        out.append((message.key(), message.value()))
    consumer.close()
    return out


def test_list_counts_by_reason_and_shows_the_newest(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Counts of all, lines of some."""
    assert run(["dead", "list", "--config", config, "--last", "1"]) == 0
    out = capsys.readouterr().out
    assert "1  not_json" in out
    assert "from digests/0/12" in out
    assert "from mentions/0/5" not in out


def test_list_prints_json_for_scripts(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The same figures, and where each came from."""
    assert run(["dead", "list", "--config", config, "--reason", "no_zone", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["counts"] == {"no_zone": 1}
    assert [(each["place"], each["origin"]) for each in found["newest"]] == [("3:0", "mentions/3/9")]


def test_show_escapes_what_a_terminal_would_obey(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A stranger's text clears nobody's screen."""
    assert run(["dead", "show", "0:0", "--config", config]) == 0
    out = capsys.readouterr().out
    assert r"\x1b[2Jcaf\xff" in out
    assert "\x1b" not in out
    assert "because not_json" in out


def test_show_of_nothing_says_where_to_look(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong place is a wrong use: exit code 2."""
    assert run(["dead", "show", "1:0", "--config", config]) == 2
    assert run(["dead", "show", "7", "--config", config]) == 2
    assert "rebato dead list" in capsys.readouterr().err


def test_replay_sends_the_original_bytes_back_to_their_partition(config: str, embedded: EmbeddedBroker) -> None:
    """Key, value and partition as they were, so that its repeats are still found there."""
    assert run(["dead", "replay", "--config", config, "--reason", "no_zone", "--yes"]) == 0
    assert _all_of(embedded, "mentions", 3) == [(b"key", BROKEN)]
    assert _all_of(embedded, "mentions", 0) == []


def test_replay_asks_first(config: str, embedded: EmbeddedBroker, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a terminal to ask on, it says how many it would send and does nothing."""
    assert run(["dead", "replay", "--config", config]) == 2
    assert "3 records would be sent back. Add --yes" in capsys.readouterr().err
    assert _all_of(embedded, "mentions", 0) == []


def test_no_topic_is_one_clear_line(tmp_path: Path, kafka_nowhere: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A cluster that doesn't answer: exit code 2 and the address."""
    file = tmp_path / "rebato.yaml"
    file.write_text(f"brands: auto\nkafka: {{brokers: '{kafka_nowhere}'}}\n")
    assert run(["dead", "list", "--config", str(file)]) == 2
    assert capsys.readouterr().err.startswith(f"Kafka at {kafka_nowhere} does not answer.")


@pytest.fixture
def kafka_nowhere(monkeypatch: pytest.MonkeyPatch) -> str:
    """An address where nothing listens, and little patience."""
    monkeypatch.setattr("streams.deadletters._TIMEOUT_S", 0.3)
    return "127.0.0.1:1"
