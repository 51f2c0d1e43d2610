"""`rebato incidents`, on the embedded broker with the real deciding stage behind it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Producer

from schemas.enums import Fault
from schemas.signal import Source, Tick, Trouble
from schemas.wire import encode
from streams.cli import incidents as command
from streams.cli.main import run
from streams.embedded import EmbeddedBroker
from streams.incidents_view import IncidentsView
from streams.system_signal import system_signal
from tests.alerts.bench import MINUTE, START_MS, WARNING, config, figures, level
from tests.streams.cli.worker import BRANDS, GROUP_PARTITION, ID, Worker

pytestmark = pytest.mark.embedded


@pytest.fixture
def file(embedded: EmbeddedBroker, tmp_path: Path) -> str:
    """A config file for an embedded broker."""
    embedded.create("signals", "incidents", "alerts")
    path = tmp_path / "rebato.yaml"
    path.write_text(json.dumps({"brands": BRANDS, "kafka": {"brokers": embedded.address}}))
    return str(path)


@pytest.fixture
def burning(embedded: EmbeddedBroker, file: str) -> Iterator[str]:
    """The same with a worker and one incident that burns."""
    producer = Producer({"bootstrap.servers": embedded.address})
    for record in (Tick(1, Source(0, 0, 0), START_MS, 1), level(**WARNING)):
        producer.produce("signals", encode(record), b"food", GROUP_PARTITION)
    producer.flush()
    worker = Worker(embedded.address, config(brands=BRANDS))
    with IncidentsView(config(kafka={"brokers": embedded.address}).kafka) as view:
        assert view.wait_for(ID, lambda incident: True, within_s=60)
    yield file
    worker.end()


def test_list_says_what_burns(burning: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One line each: what, since when, how large."""
    assert run(["incidents", "list", "--config", burning]) == 0
    out = capsys.readouterr().out
    said = "412 mentions in 15 min, normally about 30 (14x). 70% negative, normally 22%."
    assert out == f"{ID}  warning  since 2013-02-26 12:08:00, open  {said}\n"
    assert run(["incidents", "list", "--config", burning, "--json"]) == 0
    assert [incident["id"] for incident in json.loads(capsys.readouterr().out)["incidents"]] == [ID]


def test_show_tells_the_story(burning: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Figures, evidence, who was told, and what happened when."""
    assert run(["incidents", "show", ID, "--config", burning]) == 0
    out = capsys.readouterr().out
    assert (
        "412 mentions in 15 min, normally about 30 (14x). 70% negative, normally 22%. 288 people, 240 different texts" in out
    )
    assert "0.5 false alarms like this a month; it rings from 1" in out
    assert "2013-02-26 12:08:00  warning   opened" in out


def test_ack_waits_until_the_record_shows_it(burning: str, capsys: pytest.CaptureFixture[str]) -> None:
    """And prints it."""
    assert run(["incidents", "ack", ID, "--author", "ana", "--comment", "on it", "--config", burning]) == 0
    assert "ana has it until 2013-02-26 16:08:00" in capsys.readouterr().out
    assert run(["incidents", "ack", ID, "--author", "bo", "--config", burning, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["acked_by"] == "bo"


@pytest.mark.parametrize("about", [ID, "lacocinera"])
def test_silence_and_unsilence_stand_in_the_story(burning: str, about: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the incident, or of the one that burns of a brand."""
    arguments = ["incidents", "silence", about, "--for", "1 h", "--comment", "we know", "--author", "ana"]
    assert run([*arguments, "--config", burning]) == 0
    assert "silenced: we know  (ana)" in capsys.readouterr().out
    assert run(["incidents", "unsilence", about, "--author", "ana", "--config", burning]) == 0
    assert "unsilenced  (ana)" in capsys.readouterr().out


def test_a_silence_about_a_calm_brand_is_sent(burning: str, capsys: pytest.CaptureFixture[str]) -> None:
    """There is no record that could show it."""
    arguments = ["incidents", "silence", "ikea", "--for", "90 min", "--comment", "campaign", "--author", "ana"]
    assert run([*arguments, "--config", burning]) == 0
    assert capsys.readouterr().out == "ikea is silenced for 1 h 30 min; nothing of it burns now.\n"


def test_what_has_merged_is_obeyed_where_it_went(
    burning: str, embedded: EmbeddedBroker, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever acknowledges by the id in an old alert has acknowledged the incident that is left."""
    told = figures(novelty={"carne de caballo": 5.0})
    later = level(START_MS + MINUTE, **WARNING, offset=3, brand="ikea", figures=told)
    said = [level(**WARNING, offset=2, figures=told), later]
    producer = Producer({"bootstrap.servers": embedded.address})
    for record in said:
        producer.produce("signals", encode(record), b"food", GROUP_PARTITION)
    producer.flush()
    second = "ikea-surge-201302261209"
    with IncidentsView(config(kafka={"brokers": embedded.address}).kafka) as view:
        assert view.wait_for(second, lambda incident: bool(incident.merged_into), within_s=60)
    assert run(["incidents", "ack", second, "--author", "ana", "--config", burning]) == 0
    done = capsys.readouterr()
    assert f"{second} is part of {ID} now." in done.err
    assert "brand     lacocinera, ikea" in done.out
    assert "acknowledged  (ana)" in done.out
    assert run(["incidents", "show", second, "--config", burning]) == 0
    assert f"merged into {ID}" in capsys.readouterr().out


def test_false_closes_and_what_is_over_is_listed_on_demand(burning: str, capsys: pytest.CaptureFixture[str]) -> None:
    """And can't be acknowledged any more."""
    assert run(["incidents", "feedback", ID, "false", "--author", "ana", "--config", burning]) == 0
    assert "over 2013-02-26 12:08:00 (false_alarm)" in capsys.readouterr().out
    assert run(["incidents", "list", "--config", burning]) == 0
    assert capsys.readouterr().out == "Nothing burns. Over: 1, see --all.\n"
    assert run(["incidents", "list", "--all", "--config", burning]) == 0
    assert ID in capsys.readouterr().out
    assert run(["incidents", "ack", ID, "--author", "ana", "--config", burning]) == 1
    assert "is over (false_alarm): there is nothing to acknowledge." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show", "lacocinera-surge-201302261209"], f"Did you mean `{ID}`?"),
        (["show", "x"], "`rebato incidents list --all` says which there are."),
        (["silence", "ike", "--for", "1 h", "--comment", "x"], "Did you mean `ikea`?"),
        (["silence", "?", "--for", "1 h", "--comment", "x"], "there is neither an incident nor a brand `?`."),
        (["silence", "ikea", "--for", "1", "--comment", "x"], "--for 1: must be a duration with a unit"),
        (["silence", "ikea", "--for", "1 h", "--comment", " "], "--comment is empty"),
        (["ack", ID, "--author", " "], "nobody knows who says so. Add --author NAME."),
    ],
)
def test_wrong_use_is_one_message(
    burning: str, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the remedy, or a guess; exit code 2."""
    author = [] if "--author" in arguments or arguments[0] == "show" else ["--author", "ana"]
    assert run(["incidents", *arguments, *author, "--config", burning]) == 2
    assert message in capsys.readouterr().err


def test_a_command_that_nobody_obeys_is_said_to_be_so(
    embedded: EmbeddedBroker, file: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 1: it is sent, and nothing has happened."""
    worker = Worker(embedded.address, config(brands=BRANDS))
    producer = Producer({"bootstrap.servers": embedded.address})
    producer.produce("signals", encode(level(**WARNING)), b"food", GROUP_PARTITION)
    producer.flush()
    with IncidentsView(config(kafka={"brokers": embedded.address}).kafka) as view:
        assert view.wait_for(ID, lambda incident: True, within_s=60)
    worker.end()
    monkeypatch.setattr(command, "WAIT_S", 0.3)
    assert run(["incidents", "ack", ID, "--author", "ana", "--config", file]) == 1
    assert "Does `rebato run incidents` run?" in capsys.readouterr().err


def test_records_of_a_newer_version_are_counted(
    embedded: EmbeddedBroker, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not shown, and not hidden either."""
    producer = Producer({"bootstrap.servers": embedded.address})
    producer.produce("incidents", b"\x81\xa1v\x7f", b"x", 0)
    producer.flush()
    assert run(["incidents", "list", "--config", file]) == 0
    said = capsys.readouterr()
    assert said.out == "Nothing burns.\n"
    assert said.err == "1 records were written by a newer rebato and are not shown.\n"


def test_a_broker_that_does_not_answer_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With its address."""
    path = tmp_path / "rebato.yaml"
    path.write_text(json.dumps({"brands": "auto", "kafka": {"brokers": "127.0.0.1:1"}}))
    assert run(["incidents", "list", "--config", str(path)]) == 2
    assert "Kafka at 127.0.0.1:1 does not answer" in capsys.readouterr().err


def test_what_is_wrong_with_ourselves_is_listed_in_words(
    embedded: EmbeddedBroker, burning: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It has no figures; where its signal lies doesn't matter to whoever reads."""
    trouble = Trouble(Fault.DESTINATION, "slack", "http_404")
    producer = Producer({"bootstrap.servers": embedded.address})
    signal = system_signal(trouble, Source(-101, 1, 0), START_MS)
    producer.produce("signals", encode(signal), b"rebato", GROUP_PARTITION)
    producer.flush()
    own = "rebato-destination-slack-system-201302261208"
    with IncidentsView(config(kafka={"brokers": embedded.address}).kafka) as view:
        assert view.wait_for(own, lambda incident: True, within_s=60)
    capsys.readouterr()
    assert run(["incidents", "list", "--config", burning]) == 0
    listed = capsys.readouterr().out
    assert f"{own}  warning" in listed
    assert "The destination slack does not get its alerts (http_404): whoever waits for them there hears nothing." in listed
    assert run(["incidents", "show", own, "--config", burning]) == 0
    shown = capsys.readouterr().out
    assert "trouble   The destination slack" in shown
    assert "mentions" not in shown
