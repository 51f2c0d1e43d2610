"""Log lines: one chain for ours and the libraries', and what is held back."""

import json
import logging
import threading
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import structlog
from aiokafka.errors import KafkaConnectionError

from streams.log_repeats import RepeatFilter
from streams.logs import configure_logs


@pytest.fixture
def stream() -> Iterator[StringIO]:
    """Where log lines go; afterwards everything is as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield StringIO()
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def _events(stream: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_our_events_and_the_libraries_lines_have_the_same_shape(stream: StringIO) -> None:
    """One JSON object a line, with the role, the level, the logger and the time in UTC."""
    configure_logs("json", "watch", stream=stream)
    structlog.get_logger("ours").info("incident.opened", incident="la-cocinera-1208")
    logging.getLogger("theirs").warning("odd %s", "thing")
    ours, theirs = _events(stream)
    assert (ours["event"], ours["incident"]) == ("incident.opened", "la-cocinera-1208")
    assert (theirs["event"], theirs["logger"], theirs["level"]) == ("odd thing", "theirs", "warning")
    assert ours.keys() - {"incident"} == theirs.keys() == {"role", "event", "level", "logger", "timestamp"}
    assert ours["role"] == theirs["role"] == "watch"
    assert ours["timestamp"].endswith("Z")


def test_the_role_is_in_the_lines_of_every_thread(stream: StringIO) -> None:
    """The metrics server has its own."""
    configure_logs("json", "notify", stream=stream)
    thread = threading.Thread(target=lambda: structlog.get_logger().info("metrics.scraped"))
    thread.start()
    thread.join()
    assert _events(stream)[0]["role"] == "notify"


def test_bound_fields_are_in_every_line_that_follows(stream: StringIO) -> None:
    """A partition, for one."""
    configure_logs("json", stream=stream)
    with structlog.contextvars.bound_contextvars(partition=3):
        logging.getLogger("theirs").warning("inside")
    logging.getLogger("theirs").warning("outside")
    inside, outside = _events(stream)
    assert (inside["partition"], "partition" in outside, "role" in outside) == (3, False, False)


def test_a_traceback_is_a_field(stream: StringIO) -> None:
    """A log line stays one line."""
    configure_logs("json", stream=stream)
    try:
        raise ValueError("odd")
    except ValueError:
        structlog.get_logger().exception("record.refused")
    (event,) = _events(stream)
    assert event["exception"].endswith("ValueError: odd")


def test_httpx_does_not_tell_addresses(stream: StringIO) -> None:
    """Its INFO lines hold whole URLs, and a webhook's URL is a secret."""
    configure_logs("json", stream=stream)
    logging.getLogger("httpx").info("HTTP Request: POST https://hooks.slack.com/s3cret")
    logging.getLogger("httpx").warning("told")
    assert [event["event"] for event in _events(stream)] == ["told"]


def test_people_get_plain_lines_without_colours_in_a_file(stream: StringIO) -> None:
    """`logs: console`."""
    configure_logs("console", "watch", stream=stream)
    structlog.get_logger().warning("state.slow", seconds=3)
    line = stream.getvalue()
    assert "state.slow" in line
    assert "seconds=3" in line
    assert "role=watch" in line
    assert "\x1b" not in line


def test_a_second_call_replaces_the_first(stream: StringIO) -> None:
    """No line twice."""
    configure_logs("console", stream=StringIO())
    configure_logs("json", "watch", stream=stream)
    structlog.get_logger().info("role.started")
    assert len(_events(stream)) == 1


def test_a_noisy_library_is_heard_once_in_a_while(stream: StringIO) -> None:
    """And then says how often it was held back, whatever the arguments were."""
    configure_logs("json", stream=stream)
    now = [0.0]
    handler = logging.getLogger().handlers[0]
    handler.filters = [RepeatFilter(repeat_after_s=10.0, clock=lambda: now[0])]
    log = logging.getLogger("aiokafka.conn")
    for second in range(12):
        now[0] = second
        log.error("Unable to connect to node %s", second)
        logging.getLogger("ours").error("Unable to connect to node %s", second)
    events = [event for event in _events(stream) if event["logger"] == "aiokafka.conn"]
    assert [(event["event"][-2:], event.get("held_back")) for event in events] == [(" 0", None), ("10", 9)]
    assert len(_events(stream)) == 2 + 12


def test_a_librarys_traceback_is_a_line_unless_one_debugs(stream: StringIO) -> None:
    """Ours stay whole: they are mistakes in the program."""
    for level, whole in ((logging.INFO, False), (logging.DEBUG, True)):
        configure_logs("json", stream=stream, level=level)
        for name in ("aiokafka.producer.sender", "ours"):
            try:
                raise ConnectionError("closed")
            except ConnectionError:
                logging.getLogger(name).exception("Unexpected error in %s", "sender")
        theirs, ours = _events(stream)[-2:]
        assert theirs["event"] == "Unexpected error in sender" + ("" if whole else ": ConnectionError('closed')")
        assert ("exception" in theirs, "exception" in ours) == (whole, True)


def test_asyncio_tells_of_a_librarys_lost_error_in_a_line(stream: StringIO) -> None:
    """A task of aiokafka that died while its broker was away; one of ours is shown whole."""
    configure_logs("json", stream=stream)
    for error in (KafkaConnectionError("closed"), ZeroDivisionError("ours")):
        logging.getLogger("asyncio").error("Task exception was never retrieved", exc_info=error)
    theirs, ours = _events(stream)
    assert theirs["event"].endswith("KafkaConnectionError('closed')")
    assert ("exception" in theirs, "exception" in ours) == (False, True)


def test_the_memory_for_repeats_is_bounded() -> None:
    """A library that puts numbers into its messages can't fill it."""
    repeats = RepeatFilter(clock=lambda: 0.0)
    for number in range(2_500):
        assert repeats.filter(logging.LogRecord("faust", logging.ERROR, "", 0, f"message {number}", None, None))
    assert len(repeats._passed_s) <= 1_000


def test_debugging_shows_more_but_not_what_is_sent(stream: StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """aiokafka writes each request out, that of a login with its password; httpx whole addresses."""
    monkeypatch.setenv("REBATO_DEBUG", "1")
    configure_logs("json", stream=stream)
    for name in ("ours", "aiokafka.conn", "httpx", "httpcore.connection"):
        logging.getLogger(name).debug("secret")
    assert [event["logger"] for event in _events(stream)] == ["ours"]
