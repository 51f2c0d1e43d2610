"""What an alert says of questions and complaints that wait for an answer."""

from dataclasses import dataclass

from alerts.render.measures import HARDLY_ANY, counted
from alerts.render.view import View
from schemas.config.model import Language
from schemas.waiting import Waiting

_STILL_MORE = 2.0  # times the usual


@dataclass(frozen=True, slots=True)
class _Words:
    label: str
    nobody: str
    wait: tuple[str, str]
    at_least: str
    oldest: str
    oldest_in_hours: str  # where the promise has hours; as of the level, so by now it may be more
    usual: tuple[str, str]
    hardly_any: str
    hour: str
    came: tuple[str, str]
    usually_come: tuple[str, str]
    answered: tuple[str, str]
    overdue: tuple[str, str]
    breaking: tuple[str, str]
    and_more: tuple[str, str]  # of those that aren't overdue yet
    first: tuple[str, str]
    dropped: tuple[str, str]
    people: tuple[str, str]


_WORDS: dict[Language, _Words] = {
    "es": _Words(
        label="En espera",
        nobody="Nadie espera respuesta.",
        wait=("1 pregunta o queja espera", "{n} preguntas y quejas esperan"),
        at_least="Al menos {wait}",
        oldest=", la más antigua desde hace {oldest} (prometido: {promise})",
        oldest_in_hours=", la más antigua desde hace al menos {oldest} de horario de atención (prometido: {promise})",
        usual=("; lo normal es una", "; lo normal son unas {n}"),
        hardly_any="; lo normal es casi ninguna",
        hour="En la última hora {came} y {answered}.",
        came=("llegó 1", "llegaron {n}"),
        usually_come=(" (de media, una por hora)", " (de media, unas {n} por hora)"),
        answered=("se respondió 1", "se respondieron {n}"),
        overdue=("1 pasa ya del plazo", "{n} pasan ya del plazo"),
        breaking=(
            "Al ritmo de ahora, 1 no tendrá respuesta a tiempo",
            "Al ritmo de ahora, {n} de ellas no tendrán respuesta a tiempo",
        ),
        and_more=(
            " y, al ritmo de ahora, otra no tendrá respuesta a tiempo",
            " y, al ritmo de ahora, otras {n} tampoco llegarán a tiempo",
        ),
        first=(", en {within}", ": la primera, en {within}"),
        dropped=(
            "Otra más antigua ya no se sigue: puede que siga esperando.",
            "Otras {n} más antiguas ya no se siguen: puede que sigan esperando.",
        ),
        people=("1 persona espera respuesta", "{n} personas esperan respuesta"),
    ),
    "en": _Words(
        label="Waiting",
        nobody="Nobody waits for an answer.",
        wait=("1 question or complaint waits", "{n} questions and complaints wait"),
        at_least="At least {wait}",
        oldest=", the oldest for {oldest} (promised: {promise})",
        oldest_in_hours=", the oldest for at least {oldest} of service hours (promised: {promise})",
        usual=("; usually about 1", "; usually about {n}"),
        hardly_any="; usually hardly any",
        hour="In the last hour {came} and {answered}.",
        came=("1 came", "{n} came"),
        usually_come=(" (on average about 1 an hour)", " (on average about {n} an hour)"),
        answered=("1 was answered", "{n} were answered"),
        overdue=("1 is past it already", "{n} are past it already"),
        breaking=("At this pace 1 will not be answered in time", "At this pace {n} of them will not be answered in time"),
        and_more=(" and, at this pace, 1 more will be late", " and, at this pace, {n} more will be late"),
        first=(", in {within}", ", the first in {within}"),
        dropped=(
            "1 older one is no longer followed: it may still wait.",
            "{n} older ones are no longer followed: they may still wait.",
        ),
        people=("1 person waits for an answer", "{n} people wait for an answer"),
    ),
}


def waiting_label(view: View) -> str:
    """The label of its row."""
    return _WORDS[view.language].label


def who_waits(waiting: Waiting, view: View) -> str:
    """How many people; "" if that isn't known."""
    return counted(_WORDS[view.language].people, waiting.authors, view) if waiting.authors else ""


def still_waits(waiting: Waiting | None) -> bool:
    """Whether many more than usual wait, or somebody longer than promised."""
    return waiting is not None and (waiting.overdue > 0 or waiting.waiting >= _STILL_MORE * max(waiting.usual, 1.0))


def waiting_sentences(waiting: Waiting, at_ms: int, view: View, *, ahead: bool = True) -> str:
    """How many wait and for how long, what is promised and usual, and how the last hour went; as of `at_ms`.

    `ahead`: whether what is to come is said, too.

    >>> waiting_sentences(Waiting(37, 4.0, 20, 1_000, 1800, 40, 2, 1), 2_461_000, View())
    '37 questions and complaints wait, the oldest for 41 min (promised: 30 min); usually about 4. \
20 are past it already. In the last hour 40 came and 3 were answered.'
    """
    words = _WORDS[view.language]
    came = counted(words.came, waiting.asked, view)
    if waiting.usual_asked >= HARDLY_ANY:
        came += counted(words.usually_come, waiting.usual_asked, view)
    parts = [
        _wait(waiting, at_ms, view) if waiting.waiting else words.nobody,
        _late(waiting, view, ahead=ahead),
        words.hour.format(came=came, answered=counted(words.answered, waiting.answered + waiting.late, view)),
        counted(words.dropped, waiting.dropped, view) if waiting.dropped else "",
    ]
    return " ".join(part for part in parts if part)


def _wait(waiting: Waiting, at_ms: int, view: View) -> str:
    words = _WORDS[view.language]
    text = counted(words.wait, waiting.waiting, view)
    text = words.at_least.format(wait=text) if waiting.dropped else text
    in_hours = waiting.oldest_s >= 0
    oldest_ms = 1000 * waiting.oldest_s if in_hours else max(0, at_ms - waiting.oldest_ms)
    oldest = words.oldest_in_hours if in_hours else words.oldest
    text += oldest.format(oldest=view.duration(oldest_ms), promise=view.duration(waiting.promise_s * 1000))
    if waiting.dropped:  # as many are followed as ever can be
        return f"{text}."
    hardly = waiting.usual < HARDLY_ANY
    return text + (words.hardly_any if hardly else counted(words.usual, waiting.usual, view)) + "."


def _late(waiting: Waiting, view: View, *, ahead: bool) -> str:
    """Of those that wait: how many longer than promised, and how many will."""
    words = _WORDS[view.language]
    text = counted(words.overdue, waiting.overdue, view) if waiting.overdue else ""
    if waiting.breaching and ahead:
        text += counted(words.and_more if text else words.breaking, waiting.breaching, view)
        one, several = words.first
        within = view.duration(max(60, waiting.breach_s) * 1000)
        text += (one if waiting.breaching == 1 else several).format(within=within)
    return f"{text}." if text else ""
