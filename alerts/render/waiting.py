"""What an alert says of questions and complaints that wait for an answer."""

from dataclasses import dataclass

from alerts.render.view import View
from schemas.config.model import Language
from schemas.waiting import Waiting


@dataclass(frozen=True, slots=True)
class _Words:
    label: str
    nobody: str
    wait: str
    usual: str
    hour: str
    breaking: str
    dropped: str


_WORDS: dict[Language, _Words] = {
    "es": _Words(
        label="En espera",
        nobody="Nadie espera respuesta.",
        wait="{waiting} preguntas y quejas esperan, la más antigua desde hace {oldest} (prometido: {promise})",
        usual="; lo normal son unas {usual}",
        hour="En la última hora llegaron {asked} y se respondieron {answered}.",
        breaking="Al ritmo de ahora, {count} más no tendrán respuesta a tiempo: la primera, en {within}.",
        dropped="Hay más: de las anteriores, {count} ya no se siguen.",
    ),
    "en": _Words(
        label="Waiting",
        nobody="Nobody waits for an answer.",
        wait="{waiting} questions and complaints wait, the oldest for {oldest} (promised: {promise})",
        usual="; usually about {usual}",
        hour="In the last hour {asked} came and {answered} were answered.",
        breaking="At this pace {count} more will not be answered in time, the first in {within}.",
        dropped="There are more: {count} older ones are no longer followed.",
    ),
}


def waiting_label(view: View) -> str:
    """The label of its row."""
    return _WORDS[view.language].label


def waiting_sentences(waiting: Waiting, at_ms: int, view: View) -> str:
    """How many wait and for how long, what is promised and usual, and how the last hour went; as of `at_ms`.

    >>> waiting_sentences(Waiting(37, 4.0, 20, 1_000, 1800, 40, 2, 1), 2_461_000, View())
    '37 questions and complaints wait, the oldest for 41 min (promised: 30 min); usually about 4. \
In the last hour 40 came and 3 were answered.'
    """
    words = _WORDS[view.language]
    wait = words.wait.format(
        waiting=view.count(waiting.waiting),
        oldest=view.duration(max(0, at_ms - waiting.oldest_ms)),
        promise=view.duration(waiting.promise_s * 1000),
    )
    if not waiting.dropped:  # else as many are followed as ever can be
        wait += words.usual.format(usual=view.figure(waiting.usual))
    parts = [
        f"{wait}." if waiting.waiting else words.nobody,
        words.hour.format(asked=view.count(waiting.asked), answered=view.count(waiting.answered + waiting.late)),
    ]
    if waiting.breaching:
        within = view.duration(max(60, waiting.breach_s) * 1000)
        parts.append(words.breaking.format(count=view.count(waiting.breaching), within=within))
    if waiting.dropped:
        parts.append(words.dropped.format(count=view.count(waiting.dropped)))
    return " ".join(parts)
