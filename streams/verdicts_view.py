"""What people's verdicts have taught about a brand, in the last checkpoint of incidents: read beside whoever owns it."""

import asyncio
import time
from dataclasses import dataclass

from alerts.brand import BrandIncidents
from alerts.feedback import Case, Tally, factor, tally
from alerts.position import decode_position
from alerts.restraint import in_force, rung
from schemas.config.effective import resolve
from schemas.config.model import Config
from schemas.errors import RecordError, StateError
from schemas.topics import Topics, partition_of
from schemas.wire import RecordDecoder
from streams.engine.loader import load_changelog
from streams.engine.position import read_position

_DEADLINE_S = 10.0
_PAUSE_S = 0.5
_decode = RecordDecoder[BrandIncidents](BrandIncidents)


@dataclass(frozen=True, slots=True)
class KeptVerdicts:
    """One brand's verdicts; none where nothing is kept of it."""

    configured_per_month: float
    cases: list[Case]
    at_ms: int = 0
    """Log time of the checkpoint; 0 = there is none yet."""
    per_month: float = 0.0
    """False alarms a month from which the brand rings."""
    rung: int = 0
    """Stories of the last month that speak against it (`alerts.restraint`)."""

    @property
    def said(self) -> Tally:
        """Plainly counted."""
        return tally(self.cases)

    @property
    def is_held_back(self) -> bool:
        """Whether it is by what it has rung that it rings from less than verdicts say."""
        return self.per_month < self.configured_per_month * factor(tally(self.cases, self.at_ms))


def kept_verdicts(config: Config, brand: str, deadline_s: float = _DEADLINE_S) -> KeptVerdicts:
    """The brand's. Raises `StateError` when Kafka doesn't answer or it can't be read, `UsageError` for an unknown brand."""
    settings = resolve(config, brand)
    partition = partition_of(settings.group_key, config.kafka.partitions)
    changelog = Topics(config.kafka.topic_prefix).state("incidents")
    replay = asyncio.run(load_changelog(config.kafka, changelog, partition, None, deadline_s))
    written = replay.written.get(brand.encode())
    configured = settings.sensitivity.per_month
    if replay.position is None:
        return KeptVerdicts(configured, [], per_month=configured)
    try:
        position = decode_position(read_position(replay.position.stage)[1])
        state = _decode(written.value) if written else BrandIncidents(brand)
    except RecordError as error:
        raise StateError(f"what is kept of {brand} was written by a newer rebato ({error}): upgrade this one") from error
    now_ms = position.clock.now_ms
    return KeptVerdicts(configured, state.cases, now_ms, in_force(configured, state, now_ms), rung(state, now_ms))


def changed_verdicts(config: Config, brand: str, before: KeptVerdicts, within_s: float) -> KeptVerdicts | None:
    """The brand's verdicts once a checkpoint has others than before, or None when none has in time."""
    deadline_s = time.monotonic() + within_s
    while time.monotonic() < deadline_s:
        now = kept_verdicts(config, brand)
        if _verdicts(now) != _verdicts(before):
            return now
        time.sleep(_PAUSE_S)
    return None


def _verdicts(kept: KeptVerdicts) -> list[tuple[str, str, int]]:
    return [(case.id, case.verdict, case.revision) for case in kept.cases if case.verdict]
