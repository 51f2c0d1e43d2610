"""What rang: at its first alert, each story of a brand once, and what brands share for each of them."""

import msgspec
import pytest

from schemas.config.model import Config
from schemas.enums import Kind, Severity
from schemas.incident import Incident, Member
from schemas.signal import Figures
from streams.backtest.achieved import counted
from streams.backtest.curves import Curves
from streams.backtest.page.page import as_page
from streams.backtest.report import as_json
from streams.backtest.rings import rings, untold
from streams.backtest.run import Backtest
from streams.backtest.words import sentences
from tests.alerts.bench import HOUR, MINUTE, START_MS
from tests.streams.backtest.making import alert, incident, run_of
from tests.streams.backtest.page.reading import Parsed

AUTO = Config(brands="auto")
TOPIC = incident("t", kind=Kind.TOPIC, into="s")
SURGE = incident("s", START_MS + 6 * HOUR, peak_severity=Severity.CRITICAL)
GROWN = run_of([TOPIC, SURGE], [alert(TOPIC, START_MS + MINUTE), alert(SURGE, START_MS + 7 * HOUR)])


def page_of(run: Backtest) -> str:
    """What a reader sees, but the numbers of the charts."""
    return Parsed(as_page(run, Curves(), AUTO, "hash", ["in"], [], {})).text


def shared(own: str) -> Incident:
    """Of ikea and telar; `own`: telar's before it was."""
    members = [
        Member("ikea", "c", START_MS, Severity.WARNING, Figures()),
        Member("telar", own, START_MS + HOUR, Severity.WARNING, Figures()),
    ]
    return incident("c", kind=Kind.CONTAGION, brands=["ikea", "telar"], members=members)


def test_it_rings_when_somebody_is_told() -> None:
    """A watch tells nobody: 46 minutes later it had become a warning. The page says both, the JSON has the opening."""
    slow = incident("s")
    run = run_of([slow], [alert(slow, START_MS + 46 * MINUTE), alert(slow, START_MS + 50 * MINUTE)])
    assert [ring.told_ms for ring in run.rings] == [START_MS + 46 * MINUTE]
    assert any("ikea would have rung once: Tue 26 Feb 12:54 (" in line for line in sentences(run, "UTC"))
    text = page_of(run)
    assert "would have rung once: Tue 26 Feb 12:54 (" in text
    assert "Opened Tue 26 Feb 12:08 · First alert 12:54 · Peak 12:38" in text
    assert "🟠 Tue 26 Feb 12:54 · " in text
    assert as_json(run, "hash", [], 1.0)["incidents"][0]["opened_at"] == "2013-02-26T12:08:00Z"


def test_who_is_told_at_once_reads_one_time() -> None:
    """A minute is no news."""
    fast = incident("s")
    assert "First alert" not in page_of(run_of([fast], [alert(fast, START_MS + MINUTE)]))


def test_a_topic_that_becomes_a_surge_is_one_story_at_its_own_time() -> None:
    """People were told of the topic first; the surge is how it went on, and both have an article."""
    (ring,) = GROWN.rings
    assert (ring.incident, ring.told_ms, ring.parts) == (TOPIC, START_MS + MINUTE, (TOPIC, SURGE))
    assert len(counted(GROWN.rings)) == 1
    (said,) = [line for line in sentences(GROWN, "UTC") if "ikea would have rung" in line]
    assert "once: Tue 26 Feb 12:09 (13.7x, warning, went on as surge, critical)." in said
    text = page_of(GROWN)
    assert "would have rung once: Tue 26 Feb 12:09 (" in text
    assert text.count("Went on as: ") == 1
    assert [name for name in ("t", "s") if f" {name} " in text] == ["t", "s"]
    report = as_json(GROWN, "hash", [], 1.0)
    assert report["brands"]["ikea"]["incidents"] == 1
    assert [each["merged_into"] for each in report["incidents"]] == ["s", None]


def test_what_nobody_was_told_of_begins_no_story() -> None:
    """Neither does what has become an incident after the end of the files hide."""
    heard = run_of([TOPIC, SURGE], [alert(SURGE, START_MS + 7 * HOUR)])
    assert [(ring.incident.id, ring.told_ms) for ring in heard.rings] == [("s", START_MS + 7 * HOUR)]
    ended = run_of([TOPIC], [alert(TOPIC, START_MS)])
    assert [ring.incident.id for ring in ended.rings] == ["t"]
    assert as_json(ended, "hash", [], 1.0)["brands"]["ikea"]["incidents"] == 1


def test_what_brands_share_rings_for_each_and_counts_once() -> None:
    """Each has the time of the first alert about it: its own, or the one that says that it has joined."""
    own = incident("o", START_MS + HOUR, brand="telar", into="c")
    both = shared("o")
    first, joined = alert(both, START_MS, brands=["ikea"], members=[]), alert(both, START_MS + 2 * HOUR)
    told = rings({"c": both, "o": own}, [joined, first, alert(own, START_MS + HOUR)])
    assert [(ring.brand, ring.incident.id, ring.told_ms) for ring in told] == [
        ("ikea", "c", START_MS),
        ("telar", "c", START_MS + HOUR),
    ]
    assert [ring.told_ms for ring in rings({"c": both, "o": own}, [first, joined])] == [START_MS, START_MS + 2 * HOUR]
    assert len(counted(told)) == 1


@pytest.mark.parametrize(("kind", "brand", "hours", "alike"), [
    (Kind.SURGE, "ikea", 0, True),
    (Kind.CONTAGION, "ikea", 0, True),
    (Kind.TOPIC, "ikea", 0, False),
    (Kind.SURGE, "telar", 0, False),
    (Kind.SURGE, "ikea", 2, False),
])  # fmt: skip
def test_the_same_story_at_another_budget_is_known(kind: Kind, brand: str, hours: int, alike: bool) -> None:
    """By brand, kind and time: it may have opened at another minute."""
    one, other = untold(incident("a")), untold(incident("b", START_MS + HOUR // 2 + hours * HOUR, kind, brand))
    assert one.is_like(other) is other.is_like(one) is alike


def test_an_incident_of_one_brand_names_no_others_at_another_budget() -> None:
    """What rings at double the budget has the id of what tells nobody at the budget itself."""
    quiet = incident("s")
    run = run_of([quiet], [])
    run.other_budgets = {2.0: rings({"s": msgspec.structs.replace(quiet)}, [alert(quiet, START_MS)])}
    text = page_of(run)
    assert "would ring too: Tue 26 Feb 12:08 (14x, warning, negative surge)." in text
    assert "()" not in text
