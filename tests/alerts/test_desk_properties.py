"""What is true of every desk, whatever it reads: replays, restarts, ids, revisions."""

from collections import defaultdict
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.desk import Decisions, IncidentDesk
from schemas.alert import Alert
from schemas.enums import Fault, Kind, Outcome, Verdict
from schemas.incident import Incident
from schemas.signal import Command, Delivery, SignalRecord, Source, Tick, Trouble
from schemas.wire import encode
from streams.system_signal import system_signal
from tests.alerts.bench import HOUR, MINUTE, SECOND, START_MS, config, figures, level

CONFIG = config(alerts={"linger": "40 min", "calm_for": "5 min", "ack_for": "30 min", "reminders": ["3 min", "20 min"]})
BRANDS = ("ikea", "ikea", "telar")
KINDS = (Kind.SURGE, Kind.SURGE, Kind.SURGE, Kind.VOLUME, Kind.SYSTEM)

levels = st.tuples(
    st.just("level"),
    st.sampled_from(BRANDS),
    st.sampled_from(KINDS),
    st.sampled_from([0.01, 0.01, 0.5, 0.5, 2.0, 9.0]),
    st.sampled_from([1.0, 3.0, 3.5, 6.0]),
    st.sampled_from([412, 412, 412, 3]),
)
waits = st.tuples(
    st.just("wait"), st.sampled_from([SECOND, 30 * SECOND, MINUTE, MINUTE, 4 * MINUTE, 4 * MINUTE, 20 * MINUTE, 90 * MINUTE])
)
people = st.tuples(
    st.just("command"),
    st.sampled_from(["ack", "silence", "unsilence", "real", "false", "none", "missed", "forget"]),
    st.sampled_from(BRANDS),
    st.sampled_from(KINDS),
    st.booleans(),
)
outcomes = st.tuples(st.just("delivery"), st.sampled_from(list(Outcome)), st.integers(0, 50))
own = st.tuples(
    st.just("own"),
    st.sampled_from([Trouble(Fault.CONFIG, "rebato.yaml", ""), Trouble(Fault.DESTINATION, "slack", "http_404")]),
    st.sampled_from([-1, -4]),
    st.booleans(),
)
acts = st.lists(st.one_of(levels, waits, levels, waits, people, outcomes, own), min_size=25, max_size=60)


class Writer:
    """Turns acts into the log of a partition, as the stages and people around the desk would write it."""

    def __init__(self) -> None:
        self.desk = IncidentDesk(CONFIG, "hash")
        self.now_ms = START_MS
        self.log: list[SignalRecord] = []
        self.decisions: list[Decisions] = []

    def write(self, acts: list[tuple[Any, ...]]) -> None:
        """Reads each record as it is written, for commands and deliveries are about what was decided before."""
        for act in [("wait", SECOND), *acts]:
            self.log.append(self._record(act))
            self.decisions.append(self.desk.apply(self.log[-1], Source(1, len(self.log) - 1, 0)))

    def _record(self, act: tuple[Any, ...]) -> SignalRecord:
        source = Source(0, len(self.log), 0)
        match act:
            case ("wait", duration_ms):
                self.now_ms += duration_ms
                return Tick(1, source, self.now_ms, 1)
            case ("level", brand, kind, rate, evidence, mentions):
                return level(self.now_ms, rate, evidence, brand, kind, source.offset, figures=figures(mentions=mentions))
            case ("delivery", outcome, number):
                alerts = all_alerts(self.decisions)
                alert, incident = ("?", "?") if not alerts else _named(alerts[number % len(alerts)])
                return Delivery(1, source, alert, incident, "slack", outcome, self.now_ms)
            case ("own", trouble, speaker, timed):
                return system_signal(trouble, Source(speaker, source.offset, 0), self.now_ms if timed else 0)
        _, action, brand, kind, of_incident = act
        return self._command(action, brand, kind, of_incident)

    def _command(self, action: str, brand: str, kind: Kind, of_incident: bool) -> Command:
        of_kind = [i for d in self.decisions for i in d.incidents if (i.brand, i.kind) == (brand, kind)]
        about_brand = action in ("missed", "forget") or not (of_incident or "silence" not in action)
        named = {"brand": brand} if about_brand or not of_kind else {"incident": of_kind[-1].id}
        verdict = {"verdict": action} if action in set(Verdict) else {}
        record = encode(of_kind[-1]) if of_kind and verdict else b""
        return Command(
            v=1, id=f"c{len(self.log)}", action="feedback" if verdict else action, author="ana", at_ms=self.now_ms,
            comment="why", until_ms=self.now_ms + 30 * MINUTE, about_ms=self.now_ms - HOUR, record=record,
            **named, **verdict,
        )  # fmt: skip


def _named(alert: Alert) -> tuple[str, str]:
    return alert.id, alert.incident.id


def all_alerts(decisions: list[Decisions]) -> list[Alert]:
    """Every alert, in order."""
    return [alert for each in decisions for alert in each.alerts]


def written(acts: list[tuple[Any, ...]]) -> Writer:
    """A log and what was decided from it."""
    writer = Writer()
    writer.write(acts)
    return writer


@given(acts)
@settings(max_examples=100, deadline=None)
def test_ids_of_alerts_are_unique_and_revisions_rise(acts: list[tuple[Any, ...]]) -> None:
    """Receivers tell repeats by the id; a record never goes back to an older revision."""
    writer = written(acts)
    alerts = all_alerts(writer.decisions)
    assert len({alert.id for alert in alerts}) == len(alerts)
    revisions: dict[str, int] = defaultdict(int)
    told: dict[tuple[str, str], int] = defaultdict(int)
    for decision in writer.decisions:
        for incident in decision.incidents:
            assert incident.revision >= revisions[incident.id]
            assert len(incident.timeline) <= incident.revision
            revisions[incident.id] = incident.revision
        for alert in decision.alerts:
            assert alert.incident.revision > told[alert.incident.id, alert.destination]
            told[alert.incident.id, alert.destination] = alert.incident.revision


@given(acts)
@settings(max_examples=100, deadline=None)
def test_a_brand_never_has_two_open_incidents_of_a_kind(acts: list[tuple[Any, ...]]) -> None:
    """As the records say it, which is how page and command line see it."""
    newest: dict[str, Incident] = {}
    for decision in written(acts).decisions:
        newest |= {incident.id: incident for incident in decision.incidents}
        burning = [(i.brand, i.kind) for i in newest.values() if i.state != "resolved"]
        assert len(set(burning)) == len(burning)


@given(acts)
@settings(max_examples=100, deadline=None)
def test_each_destination_is_told_of_a_beginning_before_an_end_and_of_each_once(acts: list[tuple[Any, ...]]) -> None:
    """A pager is triggered, then maybe acknowledged, then resolved once; nobody hears of the end of what they never saw."""
    burning: set[tuple[str, str]] = set()
    met: set[tuple[str, str]] = set()
    for alert in all_alerts(written(acts).decisions):
        place = (alert.incident.id, alert.destination)
        assert alert.destination in alert.incident.notified
        assert (alert.transition == "opened") == (place not in met)
        assert alert.transition in ("opened", "escalated") or place in burning
        met.add(place)
        (burning.discard if alert.transition == "resolved" else burning.add)(place)


@given(acts, st.data())
@settings(max_examples=60, deadline=None)
def test_records_that_come_again_change_nothing(acts: list[tuple[Any, ...]], data: st.DataObject) -> None:
    """Any stretch of the log, read again at any later point, leaves no trace in what is written or kept."""
    writer = written(acts)
    at = data.draw(st.integers(0, len(writer.log)))
    first = data.draw(st.integers(0, at))
    desk = IncidentDesk(CONFIG, "hash")
    again = [desk.apply(record, Source(1, offset, 0)) for offset, record in enumerate(writer.log[:at])]
    for offset, record in enumerate(writer.log[first:at], start=first):
        assert desk.apply(record, Source(1, offset, 0)) == Decisions()
    again += [desk.apply(record, Source(1, offset, 0)) for offset, record in enumerate(writer.log[at:], start=at)]
    assert again == writer.decisions
    assert (desk.changed(), desk.position()) == (writer.desk.changed(), writer.desk.position())


@given(acts, st.data())
@settings(max_examples=60, deadline=None)
def test_a_restart_at_any_point_decides_the_same(acts: list[tuple[Any, ...]], data: st.DataObject) -> None:
    """What `changed` gave since the beginning, and the last position, are the whole state, verdicts included."""
    writer = written(acts)
    restarts = data.draw(st.sets(st.integers(0, len(writer.log)), max_size=5))
    desk, kept, again = IncidentDesk(CONFIG, "hash"), dict[str, bytes](), []
    for offset, record in enumerate(writer.log):
        if offset in restarts:
            for name, state in desk.changed().items():
                kept = {key: value for key, value in kept.items() if key != name} | ({name: state} if state else {})
            desk.taken()
            assert desk.changed() == {}
            position = desk.position()
            desk = IncidentDesk(CONFIG, "hash")
            desk.restore(kept, position)
        again.append(desk.apply(record, Source(1, offset, 0)))
    assert again == writer.decisions
    assert desk.position() == writer.desk.position()
    assert desk.standing() == writer.desk.standing()


@given(acts)
@settings(max_examples=50, deadline=None)
def test_nothing_burns_for_ever(acts: list[tuple[Any, ...]]) -> None:
    """What is no longer stated ends, and what has ended is forgotten but for its alarms."""
    writer = written([*acts, *[("wait", MINUTE)] * 10, *[("wait", 45 * MINUTE)] * 2])
    newest = {incident.id: incident for decision in writer.decisions for incident in decision.incidents}
    assert {str(incident.state) for incident in newest.values()} <= {"resolved"}
    before = writer.desk.changed()
    writer.write([("wait", 90 * MINUTE)])
    assert writer.desk.changed() == before
