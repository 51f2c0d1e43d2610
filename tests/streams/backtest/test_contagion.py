"""A crisis that spreads, as a backtest reports it."""

import json
from pathlib import Path

from detectors.text.scorer import TextScorer
from schemas.enums import Kind
from streams.backtest.curves import Curves
from streams.backtest.page.subject import subject
from streams.backtest.report import as_json, rfc3339
from streams.backtest.run import backtest
from streams.backtest.words import sentences
from streams.demo import story
from streams.files import read_records
from tests.driver import demo_config


def test_the_food_scare_is_one_incident_of_two_brands(tmp_path: Path) -> None:
    """The report lists both; the second one's own says where it went, and counts for nobody."""
    path = tmp_path / "story.jsonl"
    path.write_text("\n".join(json.dumps(mention) for mention in story.mentions()))
    run = backtest(demo_config(), "hash", read_records([path]), TextScorer.packaged(), lambda _: None, budgets=())
    report = as_json(run, "hash", [str(path)], 1.0)
    first, second = sorted(story.ONSETS, key=lambda brand: story.ONSETS[brand])
    (shared,) = [each for each in report["incidents"] if each["kind"] == Kind.CONTAGION]
    assert (shared["brand"], shared["brands"], shared["merged_into"]) == (first, [first, second], None)
    (merged,) = [each for each in report["incidents"] if each["merged_into"]]
    assert (merged["brand"], merged["kind"], merged["merged_into"]) == (second, "surge", shared["id"])
    of_surge = {each: report["brands"][each]["incidents"] for each in (first, second)}
    assert of_surge == dict.fromkeys(of_surge, 1)
    for brand in of_surge:
        (said,) = [line for line in sentences(run, "UTC") if f" {brand} would have rung once" in line]
        assert f"one crisis with that of {first if brand == second else second}" in said
        told_ms = next(alert.at_ms for alert in run.alerts if brand in alert.incident.brands)
        assert (rfc3339(told_ms) or "")[11:16] in said
    about = subject(run, Curves(), demo_config(), "hash", [str(path)], [], {})
    assert [[each.incident.id for each in about.rung[brand]] for brand in (first, second)] == [[shared["id"]]] * 2
