"""Verdicts from the command line, on the embedded broker with the real deciding stage behind it."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Producer

from schemas.signal import Source, Tick
from schemas.wire import encode
from streams.cli import incidents as incidents_command
from streams.cli import missed as missed_command
from streams.cli.main import run
from streams.embedded import EmbeddedBroker
from streams.incidents_view import IncidentsView
from streams.verdicts_view import KeptVerdicts
from tests.alerts.bench import CALM, HOUR, MINUTE, START_MS, WARNING, config, level
from tests.streams.cli.worker import BRANDS, GROUP_PARTITION, ID, Worker

pytestmark = pytest.mark.embedded
Said = pytest.CaptureFixture[str]


class Desk:
    """A cluster in which one incident has opened; log time is 2013's."""

    def __init__(self, embedded: EmbeddedBroker, folder: Path) -> None:
        embedded.create("signals", "incidents", "alerts", "incidents.state")
        path = folder / "rebato.yaml"
        settings = {"brands": BRANDS, "kafka": {"brokers": embedded.address}, "time": "replay", "timezone": "Europe/Madrid"}
        path.write_text(json.dumps(settings))
        self.file = str(path)
        self._embedded = embedded
        self._offset = 0
        self.say(Tick(1, Source(0, 0, 0), START_MS, 1), level(**WARNING))
        self._worker = Worker(embedded.address, config(brands=BRANDS, time="replay"))
        self.await_state("open")

    def say(self, *records: Tick | object) -> None:
        """Writes signals."""
        producer = Producer({"bootstrap.servers": self._embedded.address})
        for record in records:
            producer.produce("signals", encode(record), b"food", GROUP_PARTITION)  # type: ignore[arg-type]
        producer.flush()

    def await_state(self, state: str) -> None:
        """Until the incident's record says so."""
        with IncidentsView(config(kafka={"brokers": self._embedded.address}).kafka) as view:
            read = view.read().get(ID)
            assert (read and read.state == state) or view.wait_for(ID, lambda i: i.state == state, within_s=60)

    def forget_the_incident(self) -> None:
        """It ends, and a day passes: the desk holds no record of it any more."""
        times = [START_MS + minutes * MINUTE for minutes in (1, 20, 40)]
        calm = level(times[0], offset=2, **CALM)
        ticks = [Tick(1, Source(0, 10 + n, 0), at_ms, 1) for n, at_ms in enumerate([*times, START_MS + 24 * HOUR])]
        self.say(calm, *ticks)
        self.await_state("resolved")

    def run(self, *arguments: str) -> int:
        """A command of ana's."""
        author = ["--author", "ana"] if arguments[1] != "show" and arguments[1] != "list" else []
        return run([*arguments, *author, "--config", self.file])

    def end(self) -> None:
        """Ends the stage."""
        self._worker.end()


@pytest.fixture
def desk(embedded: EmbeddedBroker, tmp_path: Path) -> Iterator[Desk]:
    """One with an incident that burns."""
    desk = Desk(embedded, tmp_path)
    yield desk
    desk.end()


def test_a_verdict_shows_what_it_has_moved(desk: Desk, capsys: Said) -> None:
    """In the story, in the list for scripts, and in `config explain`."""
    assert desk.run("incidents", "feedback", ID, "false") == 0
    assert "false alarm  (ana)" in capsys.readouterr().out
    assert desk.run("incidents", "show", ID) == 0
    shown = capsys.readouterr().out
    assert "judged    a false alarm; of lacocinera: 0 real, 1 false (0% right)" in shown
    assert "budget: 1 → 0.59" in shown
    assert desk.run("incidents", "list", "--all", "--json") == 0
    judged = json.loads(capsys.readouterr().out)["brands"]
    assert judged == {"lacocinera": {"real": 0, "false": 1, "unjudged": 0, "precision": 0.0}}
    assert run(["config", "explain", desk.file, "lacocinera"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.split(maxsplit=3)[:3] == ["learned.false_alarms", "0.59", "a"]
    assert last.endswith("the config says 1, and people: 1 false, 0 real, 0 missed.")


def test_the_last_verdict_replaces_the_one_before(desk: Desk, capsys: Said) -> None:
    """And can be taken back."""
    for verdict in ("false", "real", "none"):
        assert desk.run("incidents", "feedback", ID, verdict) == 0
    capsys.readouterr()
    assert desk.run("incidents", "show", ID, "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["judged"] == {"real": 0, "false": 0, "unjudged": 1, "precision": None}
    assert run(["config", "explain", desk.file, "lacocinera", "--json"]) == 0
    row = json.loads(capsys.readouterr().out)[-1]
    assert row == {
        "setting": "learned.false_alarms",
        "value": "1 a brand-month",
        "from": "as the config says: no verdict stands.",
    }


def test_the_morning_after_an_incident_can_still_be_judged(desk: Desk, capsys: Said) -> None:
    """Its record gets the line, though nobody held it any more."""
    desk.forget_the_incident()
    assert desk.run("incidents", "feedback", ID, "real") == 0
    out = capsys.readouterr().out
    assert "over 2013-02-26 13:" in out
    assert "confirmed  (ana)" in out
    assert desk.run("incidents", "feedback", ID, "false", "--comment", "a film") == 0
    assert "false alarm: a film  (ana)" in capsys.readouterr().out


def test_a_missed_crisis_lets_the_brand_ring_earlier_and_is_taken_back(desk: Desk, capsys: Said) -> None:
    """Said twice it counts once."""
    assert desk.run("missed", "ikea", "--at", "2013-02-26 12:30") == 0
    told = "ikea rings from 1.4 false alarms a month; the config says 1, and people: 0 false, 0 real, 1 missed.\n"
    assert capsys.readouterr().out == told
    assert desk.run("missed", "ikea", "--at", "2013-02-26T11:40:00Z") == 0
    assert capsys.readouterr().out == f"That was said before. {told}"
    assert desk.run("missed", "ikea", "--at", "2013-02-26 12:00", "--undo", "--json") == 0
    assert json.loads(capsys.readouterr().out)["false_alarms_per_month"] == 1.0
    assert desk.run("missed", "ikea", "--at", "2013-02-26 12:00", "--undo") == 1
    assert "there is nothing to take back" in capsys.readouterr().err


@pytest.mark.parametrize("at", ["2013-03-20 12:30", "2012-12-26 12:30"])
def test_a_time_that_the_replay_is_not_at_is_refused_at_once(desk: Desk, capsys: Said, at: str) -> None:
    """Ahead of log time, or longer ago than is remembered: with the times that are taken."""
    assert desk.run("missed", "ikea", "--at", at) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"--at {at}: only times from 2013-01-27 ")
    assert "(log time) are taken." in said


def test_after_the_end_of_a_replay_no_time_is_taken(desk: Desk, capsys: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    """Log time is one that never comes then."""
    monkeypatch.setattr(missed_command, "kept_verdicts", lambda *_: KeptVerdicts(1.0, [], at_ms=1 << 60, per_month=1.0))
    assert desk.run("missed", "ikea", "--at", "2013-02-26 12:30") == 2
    assert "the replay is over, so no time is taken" in capsys.readouterr().err


def test_what_rang_was_not_missed(desk: Desk, capsys: Said) -> None:
    """The incident is named."""
    assert desk.run("missed", "lacocinera", "--at", "2013-02-26 13:30") == 2
    assert f"lacocinera had an incident then: {ID}." in capsys.readouterr().err


def test_all_that_was_learned_of_a_brand_can_be_forgotten(desk: Desk, capsys: Said) -> None:
    """It says what it forgets, and what holds then."""
    assert desk.run("incidents", "forget", "lacocinera", "--yes") == 0
    assert (
        capsys.readouterr().out == "lacocinera rings from 1 false alarms a month; as the config says: no verdict stands.\n"
    )
    assert desk.run("incidents", "feedback", ID, "false") == 0
    capsys.readouterr()
    assert desk.run("incidents", "forget", "lacocinera", "--yes") == 0
    assert capsys.readouterr().out.splitlines() == [
        "lacocinera rings from 0.59 false alarms a month; the config says 1, and people: 1 false, 0 real, 0 missed.",
        "lacocinera rings from 1 false alarms a month; as the config says: no verdict stands.",
    ]


def test_without_a_yes_nothing_is_forgotten(desk: Desk, capsys: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody answers here: it asks, and gives up."""
    assert desk.run("incidents", "feedback", ID, "false") == 0
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert desk.run("incidents", "forget", "lacocinera") == 1
    assert "Forget what people have said? The config says 1 a month." in capsys.readouterr().out


def test_a_verdict_that_nobody_hears_is_said_to_be_so(desk: Desk, capsys: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 1: it is sent, and nothing has happened."""
    desk.end()
    monkeypatch.setattr(missed_command, "WAIT_S", 0.3)
    monkeypatch.setattr(incidents_command, "WAIT_S", 0.3)
    assert desk.run("missed", "ikea", "--at", "2013-02-26 12:30") == 1
    assert "Does `rebato run incidents` run?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("at", "message"),
    [
        ("2100-01-01", "is in the future: nothing can have been missed yet."),
        ("2013-02-26 12:30", "is more than 30 days ago"),
        ("yesterday", "must be a time. Try `14:10` or `2026-11-28 14:10`."),
    ],
)
def test_a_time_that_can_not_be_meant_is_wrong_use(at: str, message: str, tmp_path: Path, capsys: Said) -> None:
    """Said before anything is asked of Kafka."""
    path = tmp_path / "rebato.yaml"
    path.write_text(json.dumps({"brands": BRANDS, "kafka": {"brokers": "127.0.0.1:1"}}))
    assert run(["missed", "ikea", "--at", at, "--author", "ana", "--config", str(path)]) == 2
    assert message in capsys.readouterr().err


def test_explain_says_that_nobody_knows_what_was_learned(tmp_path: Path, capsys: Said) -> None:
    """On stderr: the settings are right without it. Nobody is asked with `--no-live`."""
    path = tmp_path / "rebato.yaml"
    path.write_text(json.dumps({"brands": BRANDS, "kafka": {"brokers": "127.0.0.1:1"}}))
    assert run(["config", "explain", str(path), "ikea"]) == 0
    said = capsys.readouterr()
    assert said.err == "What verdicts have taught isn't shown: Kafka at 127.0.0.1:1 does not answer.\n"
    assert "learned" not in said.out
    assert run(["config", "explain", str(path), "ikea", "--no-live"]) == 0
    assert capsys.readouterr().err == ""
