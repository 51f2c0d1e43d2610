"""What people said behind the incidents of a run: read from the files once more, for a run keeps no texts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import Path

from alerts.render.distinct import distinct
from alerts.render.quote import Quote
from schemas.incident import Incident
from schemas.signal import Sample
from streams.files import STANDARD, read_records
from streams.quotes import quote_of

MOST = 3


def quotes_of(incidents: Sequence[Incident], inputs: Sequence[Path]) -> Mapping[str, list[Quote]]:
    """By incident: at most three different texts of its peak. None where the files can't be read twice.

    Raises `UsageError` for a file that is gone by now.
    """
    wanted: dict[int, list[tuple[str, Sample]]] = defaultdict(list)
    for incident in incidents:
        for sample in incident.peak_figures.samples:
            wanted[sample.offset].append((incident.id, sample))
    found: dict[str, dict[int, Quote]] = defaultdict(dict)
    if not wanted or not all(path != STANDARD and path.is_file() for path in inputs):
        return {}
    last = max(wanted)
    for record in takewhile(lambda record: record.offset <= last, read_records(inputs)):
        for name, sample in wanted.get(record.offset, ()):
            if quote := quote_of(record.value, sample):
                found[name][sample.offset] = quote
    return {
        incident.id: distinct(_in_order(incident, found[incident.id]), MOST)
        for incident in incidents
        if incident.id in found
    }


def _in_order(incident: Incident, found: Mapping[int, Quote]) -> list[Quote]:
    """The most telling first, as its samples are."""
    return [found[sample.offset] for sample in incident.peak_figures.samples if sample.offset in found]
