"""How large an incident was: in the number that its kind is about."""

import pytest

from schemas.enums import Kind
from schemas.signal import Figures, Unusual
from schemas.waiting import Waiting
from streams.backtest.report import as_json
from streams.backtest.size import size
from tests.alerts.bench import START_MS
from tests.streams.backtest.making import incident, run_of

LOUD: dict[str, object] = {"mentions": 57, "mentions_expected": 19.0}


@pytest.mark.parametrize(("kind", "more", "said"), [
    (Kind.SURGE, {}, "3.0x"),
    (Kind.UNANSWERED, {"waiting": Waiting(164, 17.0, 158, START_MS, 1800, 13, 4, 0)}, "164 wait"),
    (Kind.NEGATIVITY, {"unusual": Unusual(0.6, 0.48)}, "60% negative, usually 48%"),
    (Kind.SILENCE, {"unusual": Unusual(52.0, 463.2)}, "52 people, usually 463"),
    (Kind.SILENCE, {}, "3.0x"),
])  # fmt: skip
def test_each_kind_says_its_own_number(kind: Kind, more: dict[str, object], said: str) -> None:
    """A silence is no 1.0 times the usual; an old record without the number has the ratio."""
    assert size(incident("a", kind=kind, peak_figures=Figures(**LOUD | more))) == said  # type: ignore[arg-type]


def test_the_json_has_who_waits_and_what_is_unusual() -> None:
    """Where the record has it."""
    waits = Figures(waiting=Waiting(164, 17.0, 158, START_MS, 1800, 13, 4, 0), unusual=Unusual(2.0, 1.0, "question"))
    run = run_of([incident("a", kind=Kind.UNANSWERED, peak_figures=waits), incident("b", START_MS + 1)], [])
    told, untold = as_json(run, "hash", [], 1.0)["incidents"]
    assert (told["waiting"]["waiting"], told["waiting"]["oldest_at"]) == (164, "2013-02-26T12:08:00Z")
    assert told["unusual"] == {"observed": 2.0, "usual": 1.0, "what": "question"}
    assert not {"waiting", "unusual"} & set(untold)
