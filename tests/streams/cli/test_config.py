"""`rebato config` and `rebato schema`."""

import json
from pathlib import Path

import pytest

from tests.streams.cli.conftest import Rebato

VALID = "brands:\n  - id: ikea\n    names: [IKEA]\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A valid config file."""
    path = tmp_path / "rebato.yaml"
    path.write_text(VALID, encoding="utf-8")
    return path


def test_check_says_that_a_file_is_valid(file: Path, rebato: Rebato) -> None:
    """With the hash that alerts name."""
    code, out, err = rebato("config", "check", "rebato.yaml")
    assert (code, err) == (0, "")
    assert out.startswith("rebato.yaml is valid: 1 brand, config ")


def test_check_tells_every_problem(file: Path, rebato: Rebato) -> None:
    """Exit code 2, the problems on stderr."""
    file.write_text(f"{VALID}sensitivty: quiet\nlogs: yaml\n", encoding="utf-8")
    assert rebato("config", "check", "rebato.yaml") == (
        2,
        "",
        "rebato.yaml has 2 problems:\n"
        "  line 4   sensitivty   unknown setting. Did you mean `sensitivity`?\n"
        "  line 5   logs = yaml  must be `console` or `json` (how log lines are written).\n",
    )


def test_check_tells_scripts_the_same(file: Path, rebato: Rebato) -> None:
    """`--json`."""
    assert json.loads(rebato("config", "check", file, "--json").out)["valid"] is True
    file.write_text(f"{VALID}kafka: {{ partitions: 0 }}\n", encoding="utf-8")
    code, out, _ = rebato("config", "check", file, "--json")
    assert code == 2
    assert json.loads(out) == {
        "valid": False,
        "problems": [
            {
                "line": 4,
                "field": "kafka.partitions",
                "value": 0,
                "message": "must be from 1 to 1024 (of the other topics; fixed once the topics are made). Try 4.",
            }
        ],
    }


def test_check_notes_what_is_hardly_meant(file: Path, rebato: Rebato) -> None:
    """It is valid, and does something that nobody wants."""
    brands = (
        "- {id: a, names: [Coca, '!!!'], handles: {x: Coca}}",
        "- {id: b, names: [CÓCA, Bebida], not_when: [bebida], handles: {x: coca}}",
        "- {id: c, names: [Cola], handles: {bluesky: coca}}",
    )
    file.write_text("brands:\n  " + "\n  ".join(brands) + "\n", encoding="utf-8")
    code, out, _ = rebato("config", "check", file)
    notes = [line.removeprefix("  note: ") for line in out.splitlines()[1:]]
    assert code == 0
    assert notes == [
        "`!!!` of a has no letter or digit: nothing is found by it.",
        "`Bebida` of b stands in `not_when`, too: it never counts.",
        "`coca` is a name of a and b: a mention of it counts for each.",
        "x: coca is the account of 2 brands: what it writes is each one's own.",
    ]
    assert json.loads(rebato("config", "check", file, "--json").out)["notes"] == notes


def test_check_notes_an_event_of_a_calendar_without_an_end(file: Path, rebato: Rebato) -> None:
    """By the standard it is over when it begins; whoever planned it means more."""
    event = "BEGIN:VEVENT\nSUMMARY:Match\nDTSTART:20261127T200000\nEND:VEVENT"
    (file.parent / "plan.ics").write_text(f"BEGIN:VCALENDAR\n{event}\nEND:VCALENDAR\n", encoding="utf-8")
    file.write_text(f"{VALID}events: [{{ ics: plan.ics, brands: all }}]\n", encoding="utf-8")
    code, out, _ = rebato("config", "check", file)
    assert code == 0
    assert f"note: `Match` ({file.parent / 'plan.ics'} line 2) lasts a minute: give it an end." in out


def test_check_names_secret_files_that_are_not_here(file: Path, rebato: Rebato) -> None:
    """They may be on the machine where it will run: a note, no problem."""
    file.write_text(f"{VALID}alerts:\n  slack: {{ webhook_url_file: /nowhere/slack }}\n", encoding="utf-8")
    code, out, _ = rebato("config", "check", file)
    assert (code, "note: /nowhere/slack can't be read here." in out) == (0, True)


def test_a_secret_in_the_file_is_refused(file: Path, rebato: Rebato) -> None:
    """With its line and two better places, and without showing it."""
    file.write_text(f"{VALID}alerts:\n  slack: {{ webhook_url: https://hooks.example/s3cret }}\n", encoding="utf-8")
    code, out, err = rebato("config", "check", "rebato.yaml")
    assert (code, out, "s3cret" in err) == (2, "", False)
    assert "line 5   alerts.slack.webhook_url  a secret doesn't stand in this file." in err


@pytest.mark.parametrize("setting", ["kafka.password=s3cret", 'kafka={"password": "s3cret"}', "sources.http.token=s3cret"])
def test_a_secret_on_the_command_line_is_refused(file: Path, rebato: Rebato, setting: str) -> None:
    """`ps` shows it to everybody; its name and two better ways are said."""
    code, out, err = rebato("config", "check", file, "--set", setting)
    assert (code, out, err.count("\n"), "s3cret" in err) == (2, "", 1, False)
    assert "_file`, or set REBATO__" in err


def test_a_missing_file_is_one_line(rebato: Rebato) -> None:
    """Exit code 2."""
    code, out, err = rebato("config", "check", "nowhere.yaml")
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_explain_prints_values_and_origins(file: Path, rebato: Rebato, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment and the command line are asked too."""
    monkeypatch.setenv("REBATO__LANGUAGE", "es")
    code, out, _ = rebato("config", "explain", "rebato.yaml", "ikea", "--set", "kafka.partitions=8")
    lines = {line.split()[0]: line.split(maxsplit=1)[1] for line in out.splitlines()}
    assert code == 0
    assert lines["id"].split(maxsplit=1) == ["ikea", "rebato.yaml line 2"]
    assert lines["language"].split(maxsplit=1) == ["es", "environment REBATO__LANGUAGE"]
    assert lines["kafka.partitions"].split(maxsplit=1) == ["8", "command line kafka.partitions"]


def test_explain_names_the_events_file_that_is_used(file: Path, rebato: Rebato) -> None:
    """It needs no setting: what is called after the config is read."""

    def said() -> str:
        return next(line for line in rebato("config", "explain", file, "ikea").out.splitlines() if "events_file" in line)

    assert said().split() == ["events_file", "none", "default"]
    beside = file.with_name("rebato.events.yaml")
    beside.write_text("events: []\n")
    assert said().split(maxsplit=2) == ["events_file", beside.name, "found beside the config"]


def test_explain_gives_scripts_json(file: Path, rebato: Rebato) -> None:
    """One object a setting."""
    rows = json.loads(rebato("config", "explain", "rebato.yaml", "ikea", "--json").out)
    assert {"setting": "names", "value": "[IKEA]", "from": "rebato.yaml line 3"} in rows


def test_explain_of_an_unknown_brand_is_wrong_use(file: Path, rebato: Rebato) -> None:
    """With a guess."""
    assert rebato("config", "explain", file, "ikae") == (2, "", "no brand has the id `ikae`. Did you mean `ikea`?\n")


def test_set_wants_a_value(file: Path, rebato: Rebato) -> None:
    """`--set kafka.partitions` alone means nothing."""
    code, _, err = rebato("config", "check", file, "--set", "kafka.partitions")
    assert (code, err.startswith("--set kafka.partitions: write it as SETTING=VALUE")) == (2, True)


@pytest.mark.parametrize("command", [("config", "schema"), ("schema", "mention")])
def test_schemas_are_printed_as_json(command: tuple[str, ...], rebato: Rebato) -> None:
    """For editors and for those who write mentions."""
    code, out, _ = rebato(*command)
    assert (code, json.loads(out)["$schema"]) == (0, "https://json-schema.org/draft/2020-12/schema")
