"""How far behind a process is, by offsets alone."""

from streams.engine.vitals import PartitionVitals
from streams.lag import LagMeter


def _looked(*looks: tuple[float, int, int]) -> LagMeter:
    """A meter after looks at one partition: when, applied, end."""
    meter = LagMeter()
    for now_s, applied, end in looks:
        meter.look(now_s, {0: PartitionVitals(True, applied=applied, end=end)})
    return meter


def test_who_has_read_everything_isnt_behind() -> None:
    """Nor is who has nothing to read."""
    assert _looked((0, 9, 10), (10, 19, 20)).behind_s == 0
    assert _looked((0, -1, 0)).behind_s == 0
    assert LagMeter().behind_s == 0


def test_a_record_after_an_hour_of_silence_doesnt_make_it_an_hour_behind() -> None:
    """The age of the last record says nothing."""
    meter = _looked((0, 9, 10), (3600, 9, 11))
    assert (meter.behind_s, meter.records) == (3600 - 0, 1)
    regular = _looked(*[(at, 9, 10) for at in range(0, 3600, 10)], (3600, 9, 11))
    assert regular.behind_s == 10


def test_a_steady_delay_is_measured_and_not_added_up() -> None:
    """Ten records a second come, and each is read a minute later."""
    meter = _looked(*[(at, 10 * (at - 60), 10 * at) for at in range(0, 3600, 10)])
    assert 60 <= meter.behind_s <= 80


def test_who_reads_nothing_falls_behind_second_by_second_and_is_well_when_he_has_caught_up() -> None:
    """However long: memory doesn't grow with it."""
    looks = [(at, 9, 10 + at) for at in range(0, 36_000, 10)]
    meter = _looked(*looks)
    assert meter.behind_s == 35_990
    assert len(meter._partitions[0].ahead) <= 401
    meter.look(36_000, {0: PartitionVitals(True, applied=36_009, end=36_010)})
    assert meter.behind_s == 0


def test_a_partition_that_has_gone_to_another_process_counts_no_more() -> None:
    """And a new one begins anew."""
    meter = _looked((0, 9, 100), (600, 9, 200))
    meter.look(610, {1: PartitionVitals(True, applied=0, end=50)})
    assert (meter.behind_s, meter.records) == (0, 49)
    meter.look(620, {1: PartitionVitals(True, applied=9, end=60)})
    assert meter.behind_s == 10
