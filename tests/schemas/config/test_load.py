"""Where settings come from: command line > environment > secret files > file > defaults."""

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from schemas.config.fields import every_path, is_one_secret
from schemas.config.load import load_config
from schemas.config.secret import resolve_secret
from schemas.errors import ConfigError, UsageError
from tests.schemas.config.conftest import Write

ONE = "brands:\n  - id: ikea\n    names: [IKEA]\n"


def test_everything_has_a_default_but_the_brands(write: Write) -> None:
    """Three lines are a config."""
    config = load_config(write(ONE), {}).config
    assert config.kafka.brokers == "localhost:9092"
    assert config.sensitivity.per_month == 1.0
    assert config.promise.answer_within == timedelta(minutes=30)


def test_brands_may_come_as_the_mentions_name_them(write: Write) -> None:
    """Any replay runs without writing a config first."""
    assert load_config(write("brands: auto\n"), {}).config.brands == "auto"


@pytest.mark.parametrize(
    ("above", "rule"),
    [
        ({}, "file"),
        ({"env": {"REBATO__KAFKA__BROKERS": "environment:9092"}}, "environment"),
        (
            {"env": {"REBATO__KAFKA__BROKERS": "environment:9092"}, "overrides": {"kafka.brokers": "commandline:9092"}},
            "commandline",
        ),
    ],
)
def test_the_nearer_layer_wins(above: dict[str, dict[str, str]], rule: str, write: Write) -> None:
    """Command line over environment over file."""
    file = write(f"{ONE}kafka:\n  brokers: file:9092\n")
    loaded = load_config(file, above.get("env", {}), above.get("overrides"))
    assert loaded.config.kafka.brokers == f"{rule}:9092"


@pytest.mark.parametrize(
    ("name", "value", "path", "expected"),
    [
        ("REBATO__KAFKA__PARTITIONS", "8", "kafka.partitions", 8),  # a number
        ("rebato__kafka__partitions", "8", "kafka.partitions", 8),  # in any case
        ("REBATO__ALERTS__PRIVATE_NETWORKS", "true", "alerts.private_networks", True),  # a flag
        ("REBATO__ALERTS__CALM_FOR", "5 min", "alerts.calm_for", timedelta(minutes=5)),  # a duration
        ("REBATO__ALERTS__REMINDERS", '["5 min"]', "alerts.reminders", [timedelta(minutes=5)]),  # a list, as JSON
        ("REBATO__SENSITIVITY__FALSE_ALARMS", "2", "sensitivity.false_alarms", 2.0),  # one figure of a level given as a word
        ("REBATO__BRANDS__0__GROUP", "furniture", "brands.0.group", "furniture"),  # of the first brand
    ],
)
def test_the_environment_gives_any_setting(name: str, value: str, path: str, expected: object, write: Write) -> None:
    """Names are nested with two underscores."""
    found: object = load_config(write(f"{ONE}sensitivity: quiet\n"), {name: value}).config
    for part in path.split("."):
        found = found[int(part)] if isinstance(found, list) else getattr(found, part)
    assert found == expected


def test_other_variables_are_left_alone(write: Write) -> None:
    """Only REBATO__ is ours, and an empty variable counts as not set: compose files pass those on."""
    env = {"REBATO_DATA": "x", "PATH": "/bin", "KAFKA__BROKERS": "x", "REBATO__KAFKA__BROKERS": " "}
    assert load_config(write(ONE), env).config.kafka.brokers == "localhost:9092"


def test_a_mistake_outside_the_file_is_told_by_its_variable_or_option(write: Write) -> None:
    """There is no line to name, but there is a name."""
    env = {"REBATO__KAFKA__PARTITIONS": "0", "REBATO__KAFKA__BROKER": "x:1", "REBATO__BRANDS__7__ID": "x"}
    with pytest.raises(ConfigError) as caught:
        load_config(write(ONE), env, {"kafka.replication": 99})
    fields = {problem.field: (problem.line, problem.message.split(" (")[0]) for problem in caught.value.problems}
    assert fields == {
        "REBATO__BRANDS__7__ID": (None, "there is no `brands[7].id` in the file. Count from 0."),
        "REBATO__KAFKA__BROKER": (None, "unknown setting. Did you mean `brokers`?"),
        "REBATO__KAFKA__PARTITIONS = 0": (None, "must be from 1 to 1024"),
        "kafka.replication = 99": (None, "must be from 1 to 9"),
    }


def test_a_secret_of_the_environment_pushes_out_the_files_way_to_give_it(write: Write) -> None:
    """Both together would be a mistake within one file; here the nearer layer wins."""
    file = write(f"{ONE}alerts:\n  slack:\n    webhook_url_file: /run/secrets/old\n")
    slack = load_config(file, {"REBATO__ALERTS__SLACK__WEBHOOK_URL": "https://example.com/new"}).config.alerts.slack
    assert slack is not None
    assert slack.webhook_url_file is None
    assert slack.webhook_url == SecretStr("https://example.com/new")


def test_a_secret_does_not_stand_in_the_file(write: Write) -> None:
    """Also where a nearer layer gives another one: whoever reads the file knows it. An address on loopback is none."""
    file = write(f"{ONE}alerts:\n  slack:\n    webhook_url: https://example.com/s3cret\n")
    for env in ({}, {"REBATO__ALERTS__SLACK__WEBHOOK_URL_FILE": "/run/secrets/slack"}):
        with pytest.raises(ConfigError) as caught:
            load_config(file, env)
        assert [(problem.line, problem.field) for problem in caught.value.problems] == [(6, "alerts.slack.webhook_url")]
        assert "s3cret" not in str(caught.value)
    slack = load_config(write(f"{ONE}alerts:\n  slack: {{ webhook_url: 'http://[::1]:80/x' }}\n"), {}).config.alerts.slack
    assert slack is not None
    assert slack.webhook_url == SecretStr("http://[::1]:80/x")


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("kafka: { password: 'http://localhost/s3cret' }", id="a password that looks like an address"),
        pytest.param("alerts: { slack: { webhook_url: 'http://u:s3cret@127.0.0.1/x' } }", id="an address with a password"),
        pytest.param("alerts: { slack: { webhook_url: 'http://127.0.0.1.s3cret.example/x' } }", id="another machine"),
        pytest.param("alerts: [{ slack: { webhook_url: 'https://s3cret.example' } }]", id="in a list"),
    ],
)
def test_what_only_looks_like_this_machine_is_refused(line: str, write: Write) -> None:
    """And nothing of it is shown."""
    with pytest.raises(ConfigError, match="a secret doesn't stand in this file") as caught:
        load_config(write(f"{ONE}{line}\n"), {})
    assert "s3cret" not in str(caught.value)
    assert "__0__" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "line"), [('language: "\\ud800"\n', 4), ('timezone: "\\uD83D\\uDE00"\n', 4), ('"\\ud800": 1\n', 1)]
)
def test_half_a_character_is_a_mistake_like_another(text: str, line: int, write: Write) -> None:
    """JSON writes pictures as two escapes; YAML knows no such pairs."""
    with pytest.raises(ConfigError) as caught:
        load_config(write(ONE + text), {})
    assert [problem.line for problem in caught.value.problems] == [line]


@pytest.mark.parametrize("path", [path for path in every_path() if is_one_secret(tuple(path.split(".")))])
def test_no_secret_stands_in_the_file(path: str, write: Write) -> None:
    """Each setting that is one, whatever is written there."""
    *parts, name = path.split(".")
    text = ONE + "".join(f"{'  ' * depth}{part}:\n" for depth, part in enumerate(parts))
    for value in ("s3cret", "123456789", "[s3cret]"):
        with pytest.raises(ConfigError) as caught:
            load_config(write(f"{text}{'  ' * len(parts)}{name}: {value}\n"), {})
        told = [problem.message for problem in caught.value.problems if problem.field == path]
        assert told == [
            f"a secret doesn't stand in this file. Write it alone into a file and give `{path}_file`, "
            f"or set REBATO__{path.upper().replace('.', '__')}."
        ]


def test_a_secret_never_shows(write: Write) -> None:
    """Neither in the config's text nor in what is dumped of it."""
    env = {"REBATO__SOURCES__HTTP__TOKEN": "s3cret", "REBATO__ALERTS__SLACK__WEBHOOK_URL": "https://example.com/s3cret"}
    loaded = load_config(write(ONE), env)
    assert "s3cret" not in f"{loaded}{loaded.config.model_dump_json()}"


def test_the_hash_changes_with_the_settings_and_not_with_how_they_are_written(write: Write) -> None:
    """It names the rules that an alert was decided by; a rotated secret is no other rule."""
    first = load_config(write(ONE), {"REBATO__KAFKA__PASSWORD": "one"})
    same = load_config(write(f"# a comment\n{ONE}language: en\n"), {"REBATO__KAFKA__PASSWORD": "two"})
    other = load_config(write(f"{ONE}language: es\n"), {})
    assert len(first.hash) == 6
    assert first.hash == same.hash
    assert first.hash != other.hash


@pytest.mark.parametrize("word", ["no", "yes", "on", "off", "1:30", "2024-01-01", "0x10", "1e3x"])
def test_what_yaml_1_1_turns_into_something_else_stays_text(word: str, write: Write) -> None:
    """Norway's brand is `no`, a name may be `1:30`."""
    brands = load_config(write(f"brands:\n  - id: {'no' if ':' in word else word}\n    names: [{word}]\n"), {}).config.brands
    assert brands != "auto"
    assert brands[0].names == [word]


def test_handles_are_kept_without_their_at(write: Write) -> None:
    """People write both."""
    brands = load_config(write(f'{ONE}    handles: {{ x: "@IKEA", no: ikea.no }}\n'), {}).config.brands
    assert brands != "auto"
    assert brands[0].handles == {"x": "IKEA", "no": "ikea.no"}


def test_parts_can_be_shared_by_an_anchor(write: Write) -> None:
    """YAML's own way not to repeat oneself, merge keys included."""
    text = (
        "brands:\n  - &base\n    id: a\n    names: [A]\n    floors: { mentions: 3 }\n"
        "  - <<: *base\n    id: b\n    names: [B]\n"
    )
    brands = load_config(write(text), {}).config.brands
    assert brands != "auto"
    assert [brand.floors.mentions for brand in brands if brand.floors] == [3, 3]


def test_a_secret_file_is_read_on_each_use(tmp_path: Path) -> None:
    """A rotated secret works without a restart; the line break at its end isn't part of it."""
    file = tmp_path / "secret"
    file.write_text("one\n", encoding="utf-8")
    assert resolve_secret(None, file) == "one"
    file.write_text("two\n", encoding="utf-8")
    assert resolve_secret(None, file) == "two"
    assert resolve_secret(SecretStr("three"), file) == "three"
    assert resolve_secret(None, None) is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "can't read the secret file .*: No such file or directory"),
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\xff", "isn't UTF-8 text"),
    ],
)
def test_a_secret_file_without_a_secret_says_so(content: bytes | None, message: str, tmp_path: Path) -> None:
    """Missing, empty, or something else altogether."""
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UsageError, match=message):
        resolve_secret(None, file)
