"""The alert as PagerDuty events (Events API v2; developer.pagerduty.com/docs/events-api-v2).

- PagerDuty doesn't notify again for a key that somebody has acknowledged, so whatever must ring has a key of its own: each
  severity, and each round (`Incident.rounds`) in which it rings at one that has rung: after an acknowledgement that has
  expired, at a rise after a fall, when a crisis spreads. A trigger goes to the key of the worst severity and the round; an
  acknowledgement and a resolve go to all keys that can have fired (`Incident.rang_from`), of the last `MOST_ROUNDS`, and a
  trigger closes those of the rounds before, after itself. Each is a request, so at most `MOST_ROUNDS` + 2 of them: slow ones
  must be through before another process may take the alert over (`outbox_lane.UNDER_WAY_MS`). Those for keys that never
  fired are dropped by PagerDuty. What the pager takes now (`min_severity`) isn't asked: it may have taken more.
- Limits: dedup_key 255 characters, summary 1,024, one event 512 KB (facts are bounded: some 20 KB at most).
"""

import hashlib
from datetime import UTC, datetime
from typing import Any

from alerts.render.clean import clean, shorten
from alerts.render.facts import Facts
from schemas.alert import Alert
from schemas.enums import Severity, Transition
from schemas.incident import Incident

SUMMARY_CHARS = 1024
KEY_CHARS = 255
MOST_ROUNDS = 8
"""An acknowledgement lasts hours, and an incident a day."""
_SEVERITY = {Severity.WATCH: "info", Severity.WARNING: "warning", Severity.CRITICAL: "critical"}
_TRIGGER = "trigger"
_ACTIONS = {Transition.ACKNOWLEDGED: "acknowledge", Transition.RESOLVED: "resolve"}

Event = dict[str, Any]


def render_pagerduty(alert: Alert, facts: Facts) -> list[Event]:
    """The events to send in this order, without the routing key, which is a secret."""
    page = _page(alert, facts)
    return [
        {"event_action": action, "dedup_key": key} | (page if action == _TRIGGER else {}) for action, key in actions(alert)
    ]


def actions(alert: Alert) -> list[tuple[str, str]]:
    """Of each event what it does, and the key that it does it to."""
    incident = alert.incident
    action, first = _ACTIONS.get(alert.transition), max(0, incident.rounds + 1 - MOST_ROUNDS)
    if action:
        return [event for each in range(first, incident.rounds + 1) for event in _all(action, incident, each)]
    page = _TRIGGER, dedup_key(incident, incident.peak_severity, incident.rounds)
    return [page, *(event for each in range(first, incident.rounds) for event in _all("resolve", incident, each))]


def _all(action: str, incident: Incident, round_: int) -> list[tuple[str, str]]:
    """The action for all severities that can have rung in a round."""
    severities = [each for each in Severity if round_ in _rounds(incident, each)]
    return [(action, dedup_key(incident, each, round_)) for each in severities]


def _rounds(incident: Incident, worst: Severity) -> range:
    """In which it can have rung while that was the worst severity: until a worse one had."""
    first = incident.rang_from
    if not first:
        return range(incident.rounds + 1 if worst.rank <= incident.peak_severity.rank else 0)
    last = min((round_ for severity, round_ in first.items() if severity.rank > worst.rank), default=incident.rounds)
    return range(first.get(worst, last + 1), last + 1)


def dedup_key(incident: Incident, severity: Severity, round_: int) -> str:
    """The key of this incident at this severity and in this round; hashed when it would be too long or isn't plain."""
    place = f"{severity.value}:{round_ + 1}" if round_ else severity.value
    key = f"{incident.id}:{place}"
    if len(key) <= KEY_CHARS and key.isascii() and key.isprintable():
        return key
    return f"{hashlib.sha256(incident.id.encode('utf-8', 'surrogatepass')).hexdigest()}:{place}"


def _page(alert: Alert, facts: Facts) -> Event:
    """What a trigger says."""
    incident = alert.incident
    details = {
        facts.labels["change"]: facts.change,
        facts.labels["confidence"]: facts.confidence,
        facts.labels["notes"]: facts.notes,
        **dict(facts.rows),
        facts.quotes_label: [f"“{quote.text}” {quote.note}" for quote in facts.quotes],
        facts.labels["actions"]: facts.actions,
        facts.labels["rule"]: facts.footer,
    }
    event: Event = {
        "client": "rebato",
        "payload": {
            "summary": shorten(facts.summary, SUMMARY_CHARS),
            "source": "rebato",
            "severity": _SEVERITY[incident.severity],
            "timestamp": datetime.fromtimestamp(alert.at_ms / 1000, UTC).isoformat(timespec="milliseconds"),
            "component": clean(incident.brand, 200) or "?",
            "group": clean(incident.group, 200) or "?",
            "class": incident.kind.value,
            "custom_details": {name: value for name, value in details.items() if value},
        },
    }
    if facts.open_url:
        event |= {"client_url": facts.open_url, "links": [{"href": facts.open_url, "text": facts.open_label}]}
    return event
