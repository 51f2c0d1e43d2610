"""Small rules of the config's parts."""

from datetime import timedelta

import pytest
from pydantic import HttpUrl, SecretStr

from schemas.config.fields import field_at
from schemas.config.layers import from_command_line, from_environment, put
from schemas.config.model import Config, Promise
from schemas.config.remedies import Mistake, remedy
from schemas.config.values import write_value
from schemas.enums import Severity


@pytest.mark.parametrize(
    ("name", "value", "expected", "rule"),
    [
        ("REBATO__A__B", "x", {"a": {"b": "x"}, "list": [{"k": 1}]}, "parts on the way are made"),
        ("REBATO__LIST__0__K", "2", {"list": [{"k": "2"}]}, "a number is a place in a list"),
        ("REBATO__LIST__0", '{"k": 3}', {"list": [{"k": 3}]}, "JSON takes the place of a whole part"),
        ("REBATO__LIST", "[broken", {"list": "[broken"}, "what isn't JSON is text"),
        ("REBATO__LIST__K", "x", None, "a name is no place in a list"),
        ("REBATO__LIST__5__K", "x", None, "nor is a number beyond its end"),
        ("REBATO__LIST__5", "x", None, "wherever it stands"),
        ("REBATO__LIST__0__K__Z__Y", "x", {"list": [{"k": {"z": {"y": "x"}}}]}, "a plain value makes room for a part"),
        ("REBATO__LIST__X__Y__Z", "x", None, "below nothing there is nothing"),
    ],
)
def test_a_variable_finds_its_place(name: str, value: str, expected: object, rule: str) -> None:
    """`put` says False where there is none."""
    data: dict[str, object] = {"list": [{"k": 1}]}
    (override,) = from_environment({name: value})
    assert (put(data, override), data) == ((True, expected) if expected else (False, {"list": [{"k": 1}]})), rule


def test_an_option_names_a_setting_as_messages_do() -> None:
    """`brands[0].names` and `kafka.brokers`."""
    (override,) = from_command_line({"brands[0].names": '["IKEA"]'})
    assert (override.path, override.value, str(override.origin)) == (
        ("brands", 0, "names"),
        ["IKEA"],
        "command line brands[0].names",
    )


def test_a_config_can_be_made_in_code() -> None:
    """Durations are then what Python has for them."""
    config = Config(brands="auto", promise=Promise(answer_within=timedelta(minutes=5)))
    assert config.promise.answer_within == timedelta(minutes=5)
    assert Config.model_validate(config.model_dump()) == config
    assert Config.model_validate_json(config.model_dump_json()) == config


def test_an_error_that_nobody_foresaw_still_gets_a_message() -> None:
    """A later pydantic may have new kinds."""
    mistake = Mistake("of_tomorrow", ("kafka", "partitions"), 7, "7", field_at(("kafka", "partitions")), {}, "Odd number")
    assert remedy(mistake).startswith("is not right: Odd number (of the other topics")
    assert remedy(mistake).endswith("Try 4.")
    assert remedy(Mistake("of_tomorrow", (), 7, "7", None, {}, "Odd number")) == "is not right: Odd number."


def test_there_is_no_setting_below_a_plain_value() -> None:
    """Except in a mapping of free names."""
    assert field_at(("timezone", "x")) is None
    assert field_at(("brands", "handles", "x")) is field_at(("brands", "handles"))


@pytest.mark.parametrize(
    ("value", "written", "rule"),
    [
        (HttpUrl("https://example.com/hook?token=s3cret"), "https://example.com/hook?…", "a query may hold a token"),
        (HttpUrl("http://me:s3cret@example.com:8080/hook"), "http://…@example.com:8080/hook", "and so may the user's part"),
        (SecretStr("s3cret"), "(secret)", "a secret is one"),
        (Severity.WARNING, "warning", "a choice is its word"),
        (Promise(), "{ answer_within: 30 min, at_most: 1 day, hours: none }", "a part stands in braces"),
        ({}, "{}", "an empty part too"),
        ("", '""', "an empty text is seen"),
        (0.5, "0.5", "numbers are as short as they can be"),
        (4.0, "4", "without a point where there is nothing behind it"),
    ],
)
def test_a_value_is_written_as_in_the_file(value: object, written: str, rule: str) -> None:
    """What `explain` and the messages show."""
    assert write_value(value) == written, rule
