"""Puts the sending loop together from the config."""

from collections.abc import Callable

from alerts.notify.notifier import Notifier
from schemas.alert import Alert
from schemas.config.model import Config
from schemas.enums import Outcome
from schemas.topics import Topics
from streams.engine.vitals import Vitals
from streams.notify.loop import NotifyLoop
from streams.notify.office import Office
from streams.notify.samples import SampleReader
from streams.notify.wakefulness import Wakefulness


def make_loop(
    config: Callable[[], Config],
    vitals: Vitals,
    heartbeat_s: float,
    fail: Callable[[Exception], None],
    settled: Callable[[Alert, Outcome], None],
) -> NotifyLoop:
    """The loop, connected to nothing yet; may be called before the event loop runs.

    `config` gives the config as it is now: channels, secrets, languages and zones of a changed one count from the next
    send on. `vitals` must be those of the engine that runs the stage, `heartbeat_s` its heartbeat. `fail` is told of
    what makes going on impossible and has to end the process; `settled` counts how alerts ended.
    """
    now = config()
    topics = Topics(now.kafka.topic_prefix)
    return NotifyLoop(
        Office(
            topics.alerts,
            Notifier(config),
            SampleReader(now.kafka, topics.mentions),
            vitals,
            Wakefulness(now.kafka.session_timeout.total_seconds(), heartbeat_s),
            fail,
            settled,
        )
    )
