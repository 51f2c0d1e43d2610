"""What people say of incidents, and what follows from it."""

from typing import Any

import msgspec
import pytest

from alerts.feedback import Tally, factor
from alerts.verdicts import standing
from schemas.enums import Counted, Kind, Verdict
from schemas.incident import Incident
from schemas.wire import encode
from tests.alerts.bench import CALM, CRITICAL, HOUR, MINUTE, START_MS, WARNING, Bench, burning, config, figures, whats

BRANDS = [{"id": "lacocinera", "names": ["La Cocinera"]}, {"id": "ikea", "names": ["IKEA"], "sensitivity": "sensitive"}]
DAY = 24 * HOUR


def judge(bench: Bench, verdict: str, **fields: Any) -> Any:
    """A verdict on the newest incident, or on what is named."""
    return bench.command("feedback", verdict=verdict, **fields or {"incident": bench.last.id})


def over(**changes: Any) -> Bench:
    """An incident that ended the day before, of which the desk holds no record any more."""
    bench = burning(**changes)
    bench.wait(40 * MINUTE, **CALM)
    bench.wait(DAY, step_ms=HOUR)
    assert bench.last.resolved_why == "calm"
    return bench


def budget(bench: Bench, brand: str = "lacocinera") -> float:
    """In terms of the configured one."""
    found = bench.desk.standing().brands.get(brand)
    return found.factor if found else 1.0


def test_a_false_alarm_makes_the_next_one_rarer() -> None:
    """What rang at the budget before doesn't ring now; what is rarer does."""
    bench = over()
    judge(bench, "false", incident="lacocinera-surge-201302261208")
    assert bench.say(rate=0.9).incidents == []
    (incident,) = bench.say(rate=0.5).incidents
    assert incident.budget_per_month == pytest.approx(factor(Tally(false=1)), rel=0.01)


def test_a_missed_crisis_lets_the_brand_ring_earlier() -> None:
    """Of a brand that has never had an incident."""
    bench = Bench(config(brands=BRANDS))
    bench.wait(HOUR, step_ms=MINUTE)
    (learned,) = judge(bench, "missed", brand="lacocinera", about_ms=bench.now_ms - HOUR).learned
    assert (learned.brand, learned.before_per_month, learned.configured_per_month) == ("lacocinera", 1.0, 1.0)
    assert learned.per_month == pytest.approx(1.41, abs=0.01)
    assert len(bench.say(rate=1.3).incidents) == 1


def test_each_brand_learns_for_itself_from_its_own_budget() -> None:
    """A factor of what is configured for it."""
    bench = Bench(config(brands=BRANDS))
    (learned,) = judge(bench, "missed", brand="ikea", about_ms=bench.now_ms).learned
    assert (learned.before_per_month, learned.per_month) == (4.0, pytest.approx(4 * 1.41, abs=0.02))
    assert budget(bench) == 1.0


def test_the_last_word_counts_and_lifts_what_the_first_one_did() -> None:
    """False by mistake: the same alarm may ring again, and the budget is as it was."""
    bench = burning()
    judge(bench, "false")
    assert (bench.last.resolved_why, budget(bench) < 0.6) == ("false_alarm", True)
    assert bench.say(**WARNING).incidents == []
    (learned,) = judge(bench, "none").learned
    assert (learned.verdict, learned.per_month) == (Verdict.NONE, 1.0)
    assert whats(bench)[-2:] == ["verdict withdrawn", "budget: 0.59 → 1"]
    assert [incident.state for incident in bench.say(**WARNING).incidents] == ["open"]
    judge(bench, "real")
    assert (budget(bench), standing(bench.last)) == (1.0, Verdict.REAL)


def test_a_verdict_that_says_the_same_again_counts_once() -> None:
    """By one person twice, or by two."""
    bench = burning()
    judge(bench, "false")
    once = budget(bench)
    assert judge(bench, "false").learned == []
    assert budget(bench) == once


def test_a_repeated_command_counts_once() -> None:
    """Kafka may bring it again."""
    bench = burning()
    judge(bench, "false", incident=bench.last.id, id="one")
    state = bench.desk.changed()
    assert judge(bench, "real", incident=bench.last.id, id="one").learned == []
    assert bench.desk.changed() == state


def test_a_verdict_of_the_morning_after_stands_in_the_record() -> None:
    """The command brings the record along; a second verdict needs the newer one."""
    bench = over()
    before = bench.last
    (record,) = judge(bench, "false", incident=before.id, record=encode(before), comment="a film").incidents
    told = [entry.what for entry in record.timeline]
    assert told == [*(entry.what for entry in before.timeline), "false alarm: a film", "budget: 1 → 0.6"]
    assert record.revision == before.revision + 2
    stale = judge(bench, "real", incident=before.id, record=encode(before))
    assert (stale.incidents, [learned.per_month for learned in stale.learned]) == ([], [1.0])
    assert len(judge(bench, "false", incident=before.id, record=encode(record)).incidents) == 1
    assert bench.alerts[-1].transition == "resolved"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"brand": "ikea"}, id="of another brand"),
        pytest.param({"id": "lacocinera-surge-1"}, id="of another incident"),
        pytest.param({"state": "open"}, id="that is not over"),
    ],
)
def test_a_record_that_is_not_the_one_is_left_alone(changes: dict[str, Any]) -> None:
    """The verdict counts all the same."""
    bench = over()
    wrong = msgspec.structs.replace(bench.last, **changes)
    decided = judge(bench, "false", incident=bench.last.id, record=encode(wrong))
    assert (decided.incidents, len(decided.learned)) == ([], 1)


def test_no_record_at_all_counts_too() -> None:
    """As does one that isn't readable."""
    bench = over()
    assert len(judge(bench, "false", incident=bench.last.id).learned) == 1
    assert len(judge(bench, "real", incident=bench.last.id, record=b"?").learned) == 1


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"verdict": "perhaps", "incident": "lacocinera-surge-201302261208"}, id="a word of a newer version"),
        pytest.param({"verdict": "missed", "incident": "lacocinera-surge-201302261208"}, id="missed, of an incident"),
        pytest.param({"verdict": "real", "incident": "lacocinera-surge-200001010000"}, id="an incident nobody knows"),
        pytest.param({"verdict": "real", "brand": "lacocinera"}, id="real, of a brand"),
        pytest.param({"verdict": "missed", "brand": "nobody", "about_ms": START_MS}, id="a brand nobody knows"),
        pytest.param({"verdict": "missed", "brand": "lacocinera", "about_ms": START_MS + HOUR}, id="in the future"),
        pytest.param({"verdict": "missed", "brand": "lacocinera", "about_ms": START_MS - 31 * DAY}, id="long ago"),
        pytest.param({"verdict": "missed", "brand": "", "about_ms": START_MS}, id="about nothing"),
    ],
)
def test_what_makes_no_sense_changes_nothing(fields: dict[str, Any]) -> None:
    """Each row says what."""
    bench = burning(brands=BRANDS)
    before = bench.desk.changed()
    decided = bench.command("feedback", **fields)
    assert (decided.incidents, decided.learned, bench.desk.changed()) == ([], [], before)


def test_forgetting_brings_the_configured_budget_back() -> None:
    """All that was said of the brand."""
    bench = burning()
    judge(bench, "false")
    judge(bench, "missed", brand="lacocinera", about_ms=bench.now_ms - HOUR)
    (learned,) = judge(bench, "forget", brand="lacocinera").learned
    assert (budget(bench), learned.per_month) == (1.0, 1.0)
    assert bench.desk.standing().brands["lacocinera"].verdicts == Tally()


def test_what_is_missed_can_be_taken_back() -> None:
    """By about its time; a brand of which nothing is left is forgotten."""
    bench = Bench(config(brands=BRANDS))
    judge(bench, "missed", brand="ikea", about_ms=bench.now_ms - HOUR)
    judge(bench, "none", brand="ikea", about_ms=bench.now_ms)
    assert bench.desk.changed() == {"ikea": None}


@pytest.mark.parametrize("kind", [Kind.INFLUENCER, Kind.SILENCE])
def test_a_loud_voice_and_a_silence_teach_also_when_they_are_over(kind: Kind) -> None:
    """All kinds share one budget."""
    bench = Bench()
    bench.say(**CRITICAL, kind=kind)
    bench.wait(2 * HOUR)
    assert bench.last.state == "resolved"
    decided = judge(bench, "false", incident=bench.last.id, record=encode(bench.last))
    (learned,) = decided.learned
    assert learned.per_month < learned.before_per_month
    assert standing(decided.incidents[0]) is Verdict.FALSE


@pytest.mark.parametrize("kind", [Kind.VOLUME, Kind.SYSTEM])
def test_what_is_not_about_the_threshold_teaches_nothing(kind: Kind) -> None:
    """Talk without anger, and ourselves: the verdict stands in the story."""
    bench = Bench()
    bench.say(**CRITICAL, kind=kind)
    decided = judge(bench, "false")
    assert (decided.learned, whats(bench)[-1]) == ([], "resolved")
    assert bench.desk.standing().brands == {}


def test_an_incident_from_before_the_verdicts_were_kept_is_learned_from() -> None:
    """State of an older version holds its life and no case."""
    bench = burning()
    (raw,) = bench.desk.changed().values()
    assert raw is not None
    older = msgspec.msgpack.decode(raw)
    del older["cases"]
    bench.desk.restore({"lacocinera": msgspec.msgpack.encode(older)}, bench.desk.position())
    assert len(judge(bench, "false").learned) == 1


def test_a_brand_that_the_config_drops_keeps_what_people_said_of_it() -> None:
    """A mistake in a config file must not cost a season of verdicts."""
    bench = burning(brands=BRANDS)
    judge(bench, "real")
    judge(bench, "missed", brand="lacocinera", about_ms=bench.now_ms)
    bench.desk.reconfigure(config(brands=BRANDS[1:]), "other")
    bench.wait(HOUR, step_ms=MINUTE)
    bench.desk.reconfigure(config(brands=BRANDS), "hash")
    assert budget(bench) > 1.0


def test_verdicts_say_how_often_it_was_right_and_how_often_it_rings() -> None:
    """Precision of a brand; the achieved rate counts false ones at least and at most."""
    bench = over()
    judge(bench, "real", incident=bench.last.id)
    bench.say(**WARNING, brand="ikea")
    standing = bench.desk.standing()
    assert standing.brands["lacocinera"].verdicts == Tally(real=1.0)
    assert standing.counted[Counted.NOT_REAL] == pytest.approx(1.0)
    assert standing.counted[Counted.OPENED] == pytest.approx(2.0, abs=0.05)


def test_a_silence_of_the_story_is_no_verdict() -> None:
    """The last word that is one stands."""

    def said(*lines: str) -> Incident:
        bench = burning()
        entries = [msgspec.structs.replace(bench.last.timeline[0], what=line) for line in lines]
        return msgspec.structs.replace(bench.last, timeline=entries)

    assert standing(said("opened", "silenced: false alarm")) is None
    assert standing(said("opened", "confirmed: yes", "not delivered: slack")) is Verdict.REAL
    assert standing(said("confirmed", "false alarm: oh", "verdict withdrawn")) is None


def test_a_smaller_budget_ends_what_is_calm_under_it() -> None:
    """The rules that ring are the rules that calm: four times the budget, the learned one."""
    bench = over()
    judge(bench, "missed", brand="lacocinera", about_ms=bench.now_ms - 4 * HOUR)
    judge(bench, "missed", brand="lacocinera", about_ms=bench.now_ms)
    bench.say(rate=1.5)
    bench.wait(40 * MINUTE, rate=5.0, evidence=2.0, figures=figures())
    assert bench.last.state == "open"
