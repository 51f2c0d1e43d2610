"""Log lines of a process, of the libraries in it too: one structured event a line, on stderr, for people or as JSON.

- Lines of the standard library's loggers (Faust, aiokafka, httpx, …) go through the same chain as ours.
- httpx's INFO lines hold whole addresses, tokens included: they are silenced.
- aiokafka repeats itself hundreds of times a second while a broker is away: `streams.log_repeats`.
- `REBATO_DEBUG=1` shows the DEBUG lines too, but never those of loggers that write out what is sent: passwords and tokens.
"""

import logging
import os
import sys
from collections.abc import MutableMapping
from typing import IO, Any, Literal

import structlog

from streams.log_repeats import RepeatFilter

Format = Literal["console", "json"]
QUIET = ("httpx", "httpcore", "asyncio", "aiohttp.access", "mail.log")  # nothing below WARNING
NEVER_DEBUG = ("aiokafka.conn",)  # each request as it is, that of a login included
Event = MutableMapping[str, Any]
_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def is_debugging() -> bool:
    """Whether the environment asks for all there is to see."""
    return os.environ.get("REBATO_DEBUG") == "1"


def configure_logs(
    form: Format, role: str | None = None, *, level: int | None = None, stream: IO[str] | None = None
) -> None:
    """Sends every log line of this process to `stream` (default stderr); `role` is in each of them.

    `form`: the setting `logs`. `level`: INFO, and DEBUG with `REBATO_DEBUG=1`. Calling it again replaces what was set up
    before.
    """
    if level is None:
        level = logging.DEBUG if is_debugging() else logging.INFO
    target = stream or sys.stderr
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(_formatter(form, role, colors=target.isatty()))
    handler.addFilter(RepeatFilter(tracebacks=level <= logging.DEBUG))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    for name in NEVER_DEBUG:
        logging.getLogger(name).setLevel(max(level, logging.INFO))


def _formatter(form: Format, role: str | None, *, colors: bool) -> logging.Formatter:
    if form == "json":
        last: list[Any] = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    else:
        last = [structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)]
    drop = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_SHARED, _say_held_back], processors=[drop, _named(role), *last]
    )


def _named(role: str | None) -> Any:
    """A processor that puts the role into an event: of every thread, unlike a bound context variable."""

    def put_role(logger: object, method: str, event: Event) -> Event:
        return {"role": role, **event} if role else event

    return put_role


def _say_held_back(logger: object, method: str, event: Event) -> Event:
    if held_back := getattr(event.get("_record"), "held_back", 0):
        event["held_back"] = held_back
    return event
