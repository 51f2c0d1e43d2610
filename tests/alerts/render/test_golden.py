"""What people get to read, kept as files: a change of a phrase shows in the diff of a review.

After a wanted change: `UPDATE_GOLDEN=1 pytest tests/alerts/render`.
"""

import json
import os
from pathlib import Path

import msgspec
import pytest

from alerts.render.email import render_email
from alerts.render.facts import facts
from alerts.render.pagerduty import render_pagerduty
from alerts.render.slack import render_slack
from alerts.render.view import View
from alerts.render.webhook import render_webhook
from schemas.alert import Alert
from schemas.enums import Transition
from tests.alerts.render import cases

GOLDEN = Path(__file__).parent / "golden"
STATIONS = {
    "escalated": cases.alert(Transition.ESCALATED),
    "grew": cases.alert(Transition.UPDATED, cases.GREW),
    "acknowledged": cases.alert(Transition.ACKNOWLEDGED, cases.ACKNOWLEDGED),
    "resolved": cases.alert(Transition.RESOLVED, cases.RESOLVED, at_ms=cases.RESOLVED.resolved_ms),
    "spread": cases.alert(Transition.ESCALATED, cases.SPREAD),
    "merged": cases.alert(Transition.RESOLVED, cases.MERGED, at_ms=cases.MERGED.resolved_ms),
    "again": cases.alert(Transition.OPENED, cases.AGAIN),
    "closely": cases.alert(Transition.OPENED, cases.CLOSELY),
    "topic": cases.alert(Transition.OPENED, cases.TOPIC),
    "asking": cases.alert(Transition.OPENED, cases.ASKING),
    "bad_day": cases.alert(Transition.OPENED, cases.BAD_DAY),
    "influencer": cases.alert(Transition.OPENED, cases.INFLUENCER),
    "unanswered": cases.alert(Transition.OPENED, cases.UNANSWERED),
    "answered": cases.alert(Transition.RESOLVED, cases.ANSWERED, at_ms=cases.ANSWERED.resolved_ms),
    "in_hours": cases.alert(Transition.OPENED, cases.IN_HOURS),
    "reminder": cases.alert(Transition.REMINDER, at_ms=cases.NOON_MS + 32 * cases.MINUTE_MS),
    "ack_over": cases.alert(Transition.REMINDER, cases.ACK_OVER, at_ms=cases.NOON_MS + 260 * cases.MINUTE_MS),
    "second_wave": cases.alert(Transition.ESCALATED, cases.SECOND_WAVE, at_ms=cases.NOON_MS + 60 * cases.MINUTE_MS),
    "false_alarm": cases.alert(Transition.RESOLVED, cases.FALSE_ALARM, at_ms=cases.RESOLVED.resolved_ms),
    "forgotten": cases.alert(Transition.RESOLVED, cases.FORGOTTEN, at_ms=cases.RESOLVED.resolved_ms),
    "at_night": cases.alert(Transition.OPENED, cases.AT_NIGHT, at_ms=cases.AT_NIGHT.since_ms + 3 * cases.MINUTE_MS),
    "silence": cases.alert(Transition.OPENED, cases.SILENCE),
    "system": cases.alert(Transition.OPENED, cases.OWN),
    **{
        f"system_{what.fault}": cases.alert(Transition.OPENED, msgspec.structs.replace(cases.OWN, trouble=what))
        for what in cases.TROUBLES
    },
    "system_quiet_network": cases.alert(Transition.OPENED, msgspec.structs.replace(cases.OWN, trouble=cases.QUIET_NETWORK)),
    "system_over": cases.alert(Transition.RESOLVED, cases.OWN_OVER, at_ms=cases.OWN_OVER.resolved_ms),
}


def _forms(alert: Alert, view: View) -> dict[str, str]:
    """Each channel's form as text."""
    said = facts(alert, cases.QUOTES if alert.incident.figures.mentions else [], view)
    mail = render_email(said)
    return {
        "slack.json": _json(render_slack(said)),
        "pagerduty.json": _json(render_pagerduty(alert, said)),
        "webhook.json": _json(json.loads(render_webhook(alert, said))),
        "mail.txt": f"Subject: {mail.subject}\n\n{mail.text}",
        "mail.html": mail.html,
    }


def _json(body: object) -> str:
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


@pytest.mark.parametrize("view", [cases.ES, cases.EN], ids=["es", "en"])
@pytest.mark.parametrize("station", STATIONS)
def test_each_channel_says_what_its_file_says(station: str, view: View) -> None:
    """Phrases, order and layout are decisions."""
    for name, text in _forms(STATIONS[station], view).items():
        file = GOLDEN / view.language / f"{station}.{name}"
        if os.environ.get("UPDATE_GOLDEN"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        assert text == file.read_text(encoding="utf-8"), file
