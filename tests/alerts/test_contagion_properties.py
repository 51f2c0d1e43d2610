"""What is true of brands that share a group, whatever happens to them: replays, restarts, ends."""

from collections import defaultdict
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.desk import IncidentDesk
from schemas.alert import Alert
from schemas.enums import IncidentState, Transition
from schemas.incident import Incident
from tests.alerts.bench import CALM, CRITICAL, HOUR, MINUTE, SECOND, WARNING, Bench, config, figures
from tests.alerts.test_contagion import MEAT, PRICES

BRANDS = ("fogones", "lumbre", "molino")
GROUPED = [{"id": brand, "names": [brand], "group": "food"} for brand in BRANDS]
SPLIT = [*GROUPED[:1], {"id": "lumbre", "names": ["lumbre"], "group": "other"}]
TIMES = {"linger": "40 min", "calm_for": "5 min", "ack_for": "30 min", "reminders": ["3 min", "20 min"]}
CONFIGS = [config(brands=GROUPED, alerts=TIMES), config(brands=SPLIT, alerts=TIMES)]

levels = st.tuples(
    st.just("level"),
    st.sampled_from(BRANDS),
    st.sampled_from([WARNING, WARNING, CRITICAL, {"rate": 3.0}, CALM]),
    st.sampled_from([MEAT, MEAT, MEAT, PRICES, {}]),
)
waits = st.tuples(st.just("wait"), st.sampled_from([SECOND, MINUTE, MINUTE, 4 * MINUTE, 8 * MINUTE, 50 * MINUTE]))
people = st.tuples(
    st.just("command"), st.sampled_from(["ack", "silence", "unsilence", "real", "false", "none"]), st.integers(0, 9)
)
changes = st.tuples(st.just("config"), st.sampled_from([0, 0, 1]))
acts = st.lists(st.one_of(levels, levels, levels, waits, waits, people, changes), min_size=20, max_size=60)


def act(bench: Bench, what: tuple[Any, ...]) -> None:
    """One step, of the world or of people."""
    match what:
        case ("level", brand, level, words):
            bench.say(brand=brand, group="food", figures=figures(novelty=words), **level)
        case ("wait", duration_ms):
            bench.wait(duration_ms, max(duration_ms // 4, SECOND))
        case ("config", number):
            bench.desk.reconfigure(CONFIGS[number], "hash")
        case ("command", action, number):
            ids = list({incident.id: 0 for incident in bench.incidents}) or ["?"]
            about: dict[str, Any] = {"incident": ids[number % len(ids)]}
            if action in ("real", "false", "none"):
                bench.command("feedback", verdict=action, **about)
            else:
                bench.command(action, comment="why", until_ms=bench.now_ms + 20 * MINUTE, **about)


def played(steps: list[tuple[Any, ...]]) -> Bench:
    """All of it, and then calm for long enough that everything is over."""
    bench = Bench(CONFIGS[0])
    for what in steps:
        act(bench, what)
    bench.wait(30 * HOUR, 10 * MINUTE)
    return bench


@settings(max_examples=60, deadline=None)
@given(acts)
def test_everything_ends_and_whoever_was_told_is_told(steps: list[tuple[Any, ...]]) -> None:
    """No incident is left open, nobody waits for an end, and the auditor finds nothing."""
    bench = played(steps)
    newest: dict[str, Incident] = {incident.id: incident for incident in bench.incidents}
    assert {incident.state for incident in newest.values()} <= {IncidentState.RESOLVED}
    told: defaultdict[tuple[str, str], list[Alert]] = defaultdict(list)
    for alert in bench.alerts:
        told[alert.incident.id, alert.destination].append(alert)
    assert all(alerts[-1].transition is Transition.RESOLVED for alerts in told.values())
    assert all(alerts[0].transition is Transition.OPENED for alerts in told.values())
    assert bench.desk.audit() == []
    assert not bench.desk.waits


@settings(max_examples=60, deadline=None)
@given(acts)
def test_revisions_rise_and_what_has_merged_stays_merged(steps: list[tuple[Any, ...]]) -> None:
    """A record of an id never goes back, and alerts have ids of their own."""
    bench = played(steps)
    revisions: dict[str, int] = {}
    for incident in bench.incidents:
        assert incident.revision >= revisions.get(incident.id, 0)
        revisions[incident.id] = incident.revision
        assert not incident.members or incident.brands == [member.brand for member in incident.members]
        assert len(set(incident.brands)) == len(incident.brands)
    ids = [alert.id for alert in bench.alerts]
    assert len(set(ids)) == len(ids)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(levels, levels, waits, people), min_size=20, max_size=50), st.integers(0, 200))
def test_a_restart_decides_the_same(steps: list[tuple[Any, ...]], cut: int) -> None:
    """At any record."""
    bench = Bench(CONFIGS[0])
    for what in steps:
        act(bench, what)
    before, after = IncidentDesk(CONFIGS[0], "hash"), IncidentDesk(CONFIGS[0], "hash")
    decided = [before.apply(*each) for each in bench.log[:cut]]
    after.restore({name: raw for name, raw in before.changed().items() if raw is not None}, before.position())
    decided += [after.apply(*each) for each in bench.log[cut:]]
    assert [alert for each in decided for alert in each.alerts] == bench.alerts
    assert [incident for each in decided for incident in each.incidents] == bench.incidents
