"""What the demo concludes from what was received."""

from datetime import datetime, timedelta
from typing import Any

from schemas.enums import Channel
from streams.demo import story, texts
from streams.demo.verdict import judge

ALL = {brand: set(Channel) for brand in story.ONSETS}
CALM = story.CALM[0]


def event(brand: str, at: datetime, kind: str = "incident.opened") -> dict[str, Any]:
    """The body that the webhook gets."""
    return {"type": kind, "timestamp": at.isoformat(), "data": {"incident": {"brand": brand}}}


def opened(after_min: float = 4) -> list[dict[str, Any]]:
    """Every brand in a crisis rings so many minutes after its onset."""
    return [event(brand, at + timedelta(minutes=after_min)) for brand, at in story.ONSETS.items()]


def test_the_right_brands_on_all_channels_pass() -> None:
    """With the minutes from onset to the first alert; what comes later doesn't count as first."""
    brand, onset = next(iter(story.ONSETS.items()))
    later = event(brand, onset + timedelta(minutes=9), "incident.escalated")
    verdict = judge([*opened(4), later, event(brand, story.END, "incident.resolved")], ALL)
    assert verdict.passed
    assert verdict.minutes == dict.fromkeys(story.ONSETS, 4.0)
    assert verdict.resolved == {brand}
    assert (verdict.false_alarms, verdict.missed) == ([], [])


def test_a_brand_in_a_crisis_that_does_not_ring_is_missed() -> None:
    """Silence is no success."""
    verdict = judge([], {})
    assert not verdict.passed
    assert verdict.missed == sorted(story.ONSETS)
    assert any(sentence.startswith(f"{texts.NAMES[verdict.missed[0]]}: did not ring") for sentence in verdict.sentences())


def test_a_brand_that_rings_on_some_channels_only_is_missed() -> None:
    """Each channel is to be seen working."""
    brand = next(iter(story.ONSETS))
    verdict = judge(opened(), {**ALL, brand: {Channel.SLACK}})
    assert (verdict.passed, verdict.missed) == (False, [brand])


def test_a_calm_brand_that_rings_is_a_false_alarm() -> None:
    """However right the others are."""
    verdict = judge([*opened(), event(CALM, story.LOOK + timedelta(minutes=1))], ALL)
    assert (verdict.passed, verdict.false_alarms) == (False, [CALM])
    assert f"False alarm: {texts.NAMES[CALM]}." in verdict.sentences()
    (calm,) = [sentence for sentence in verdict.sentences() if sentence.startswith("Stayed calm: ")]
    assert texts.NAMES[CALM] not in calm


def test_a_brand_that_only_resolves_has_not_rung() -> None:
    """The end of something isn't an alarm."""
    verdict = judge([*opened(), event(CALM, story.END, "incident.resolved")], ALL)
    assert verdict.passed


def test_scripts_get_the_same() -> None:
    """Plain values only."""
    assert judge(opened(), ALL).as_json() == {
        "passed": True,
        "minutes_to_alert": dict.fromkeys(sorted(story.ONSETS), 4.0),
        "channels": {brand: sorted(Channel) for brand in sorted(story.ONSETS)},
        "resolved": [],
        "together": [],
        "false_alarms": [],
        "missed": [],
    }


def test_brands_that_became_one_incident_have_rung_together() -> None:
    """The second one by the alert that says it has spread; the end of its own incident is none."""
    (one, onset), (other, later) = sorted(story.ONSETS.items(), key=lambda item: item[1])
    spread = event(one, later + timedelta(minutes=5), "incident.escalated")
    members = [{"brand": one, "words": []}, {"brand": other, "words": ["carne de caballo"]}]
    spread["data"]["incident"] |= {"brands": [one, other], "members": members}
    merged = event(other, later + timedelta(minutes=5), "incident.resolved")
    merged["data"]["incident"] |= {"merged_into": "x"}
    verdict = judge([event(one, onset + timedelta(minutes=4)), merged, spread], ALL)
    assert (verdict.passed, verdict.minutes, verdict.resolved) == (True, {one: 4.0, other: 5.0}, set())
    names = f"{texts.NAMES[one]} and {texts.NAMES[other]}"
    assert f"{names} became one incident: the same words in both (carne de caballo)." in verdict.sentences()
    assert verdict.as_json()["together"] == [one, other]
