"""What people said behind the incidents of a run: read from the files once more, for a run keeps no texts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from alerts.render.distinct import distinct
from alerts.render.quote import Quote
from schemas.enums import Action
from schemas.errors import UsageError
from schemas.incident import Incident
from schemas.signal import Sample
from streams.files import STANDARD, read_records
from streams.quotes import quote_of

MOST = 3
Stamp = tuple[int, int]
Identity = tuple[str, str]
"""Network and id of a mention."""


class _Named(msgspec.Struct):
    source: str
    id: str
    action: str = Action.CREATE


_named = msgspec.json.Decoder(_Named)
_DELETE = Action.DELETE.value.encode()


def stamps(inputs: Sequence[Path]) -> list[Stamp] | None:
    """Sizes and times of change, to see later whether the files are the same; None where they can't be read twice."""
    if any(path == STANDARD or not path.is_file() for path in inputs):
        return None
    return [(stat.st_size, stat.st_mtime_ns) for stat in map(Path.stat, inputs)]


def quotes_of(
    incidents: Sequence[Incident], inputs: Sequence[Path], before: list[Stamp] | None
) -> Mapping[str, list[Quote]]:
    """By incident: at most three different texts of its peak, but those that their networks have deleted since.

    `before`: the files' `stamps` before the run. Nobody is quoted where they can't be read twice, or are others by now.
    """
    wanted: dict[int, list[tuple[str, Sample]]] = defaultdict(list)
    for incident in incidents:
        for sample in incident.peak_figures.samples:
            wanted[sample.offset].append((incident.id, sample))
    if not wanted or before is None or before != stamps(inputs):
        return {}
    found: dict[str, dict[int, Quote]] = defaultdict(dict)
    names: dict[int, Identity] = {}
    deleted: set[Identity] = set()
    with suppress(UsageError):  # what was found until then
        for record in read_records(inputs):
            raw = record.value or b""
            if record.offset in wanted:
                names[record.offset] = _name(raw)[0]
            elif _DELETE in raw:
                name, action = _name(raw)
                deleted |= {name} if action == Action.DELETE else set()
            for incident_id, sample in wanted.get(record.offset, ()):
                if quote := quote_of(raw, sample):
                    found[incident_id][sample.offset] = quote
    kept = {offset for offset, name in names.items() if name not in deleted}
    return {
        incident.id: distinct(quotes, MOST) for incident in incidents if (quotes := _of(incident, found[incident.id], kept))
    }


def _name(raw: bytes) -> tuple[Identity, str]:
    try:
        named = _named.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ("", ""), ""
    return (named.source, named.id), named.action


def _of(incident: Incident, found: Mapping[int, Quote], kept: set[int]) -> list[Quote]:
    """The most telling first, as its samples are."""
    offsets = (sample.offset for sample in incident.peak_figures.samples)
    return [found[offset] for offset in offsets if offset in found and offset in kept]
