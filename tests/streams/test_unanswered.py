"""From texts to alerts: a brand is asked what is in its food, and answers, or doesn't."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.alert import Alert
from schemas.config.model import Config
from schemas.enums import Kind, Transition
from streams.intake.records import RawRecord
from streams.pipeline import Pipeline
from tests.streams.intake.making import scorer

MINUTE = 60_000
T0 = 1_361_750_400_000  # a Monday, 0:00 UTC
PEACE_MIN = 1_500
FLOOD_MIN = 25
ASKED = ("Fogones, ¿qué lleva la lasaña?", "¿Fogones tiene tienda en Cádiz?", "¿Cuándo abre Fogones el sábado?")
FLOOD = (
    "¿Fogones, lleva carne de caballo la lasaña número {n}?",
    "¿Alguien de Fogones puede contestar por la lasaña {n}?",
    "Fogones, ¿qué pasa con el lote {n} de canelones?",
)


class Kitchen:
    """A brand with an account of its own, asked every four minutes and answering within ten."""

    def __init__(self) -> None:
        brands = [{"id": "fogones", "names": ["Fogones"], "handles": {"x": "fogones"}}]
        webhook = {"url": "https://example.com/x", "secret": "whsec_ZGVtb2RlbW9kZW1vZGVtb2RlbW9kZW1v"}
        settings = {"brands": brands, "time": "replay", "language": "es", "alerts": {"webhook": webhook}}
        self.pipeline = Pipeline(Config.model_validate(settings), "hash", scorer())
        self.number = 0
        self.alerts: list[Alert] = []
        self.answers: dict[int, list[dict[str, Any]]] = {}
        self.left: list[dict[str, Any]] = []

    def say(self, minute: int, **fields: Any) -> RawRecord:
        """One mention at the beginning of the minute."""
        self.number += 1
        at = datetime.fromtimestamp((T0 + minute * MINUTE) / 1000, UTC).isoformat()
        said = {"id": str(self.number), "source": "x", "observed_at": at, "lang": "es", **fields}
        return RawRecord(0, self.number, T0 + minute * MINUTE, json.dumps(said).encode())

    def ask(self, minute: int, text: str, answered: str) -> RawRecord:
        """A question, and its answer ten minutes later: to it, in its thread, to its author, or not at all."""
        handle, thread = f"cliente{self.number}", f"hilo{self.number}"
        asked = self.say(minute, text=text, author={"id": f"u{self.number}", "handle": handle}, thread=thread)
        ways = {
            "id": {"text": "Lo miramos, gracias", "in_reply_to": str(self.number)},
            "thread": {"text": "Lo miramos, gracias", "thread": thread},
            "handle": {"text": f"@{handle} lo miramos, gracias"},
        }
        if answered in ways:
            self.answers.setdefault(minute + 10, []).append(ways[answered])
        else:
            self.left.append(ways["id"])
        return asked

    def live(self, minutes: range, answered: str, flood: bool = False) -> None:
        """So many minutes."""
        for minute in minutes:
            records = [
                self.say(minute, author={"id": "own", "handle": "fogones"}, **a) for a in self.answers.pop(minute, [])
            ]
            if minute % 4 == 0:
                records.append(self.ask(minute, ASKED[minute // 4 % 3], answered or "id"))
            for n in range(12 if flood else 0):
                records.append(self.ask(minute, FLOOD[n % 3].format(n=f"{minute}{n}"), answered))
            step = self.pipeline.feed(records, T0 + (minute + 1) * MINUTE)
            self.alerts += [alert for alert in step.alerts if alert.incident.kind is Kind.UNANSWERED]


@pytest.mark.parametrize("answered", ["id", "thread", "handle"])
def test_a_flood_that_is_answered_in_time_calls_nobody(answered: str) -> None:
    """However it is answered."""
    kitchen = Kitchen()
    kitchen.live(range(PEACE_MIN), answered)
    kitchen.live(range(PEACE_MIN, PEACE_MIN + FLOOD_MIN), answered, flood=True)
    assert kitchen.alerts == []


def test_a_flood_that_nobody_answers_rings_before_the_promise_breaks() -> None:
    """Questions without much anger: of their own kind, with how many wait."""
    kitchen = Kitchen()
    kitchen.live(range(PEACE_MIN), "id")
    kitchen.live(range(PEACE_MIN, PEACE_MIN + FLOOD_MIN), "", flood=True)
    first = kitchen.alerts[0]
    waiting = first.incident.figures.waiting
    assert first.transition is Transition.OPENED
    assert waiting is not None
    assert waiting.waiting > 50
    assert waiting.overdue == 0
    assert first.incident.figures.samples


def test_it_is_over_when_all_have_been_answered() -> None:
    """As calm, not because nobody spoke of it again; and everyone is told once."""
    kitchen = Kitchen()
    kitchen.live(range(PEACE_MIN), "id")
    kitchen.live(range(PEACE_MIN, PEACE_MIN + FLOOD_MIN), "", flood=True)
    kitchen.answers.setdefault(PEACE_MIN + FLOOD_MIN, []).extend(kitchen.left)
    kitchen.live(range(PEACE_MIN + FLOOD_MIN, PEACE_MIN + FLOOD_MIN + 120), "id")
    transitions = [alert.transition for alert in kitchen.alerts]
    assert transitions[0] is Transition.OPENED
    assert transitions[-1] is Transition.RESOLVED
    assert transitions.count(Transition.RESOLVED) == 1
    assert kitchen.alerts[-1].incident.resolved_why == "calm"
