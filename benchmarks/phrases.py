"""What made-up mentions are made of: clauses in six languages, of function words, everyday nouns and our own word lists.

A clause is some words long, holds at most one word or phrase that says how its writer feels, and is no grammatical
sentence: what counts is that words, lengths and letters are spread as people's are.
"""

import random
from collections.abc import Iterator
from enum import IntEnum
from functools import cache
from typing import Final

from detectors.text.languages import LANGS
from detectors.text.lexicon import Entry, Role, packaged_entries, packaged_language_cues


class Tone(IntEnum):
    """How a mention feels."""

    NEUTRAL = 0
    NEGATIVE = 1
    POSITIVE = 2


CLAUSES: Final = 2_000
"""Different clauses a language and tone: a mention of three of them is hardly ever the same twice."""

NOUNS: Final = {
    "es": "tienda pedido correo semana tarde precio anuncio vecino ciudad cuenta plato tren verano mesa equipo familia "
    "teléfono ropa viaje factura cliente paquete puerta mañana café oferta tarjeta hermana número película",
    "en": "store order morning price advert neighbour city account dish train summer table team family phone clothes "
    "trip invoice customer parcel door weekend coffee offer card sister number film window garden",
    "pt": "loja pedido correio semana tarde preço anúncio vizinho cidade conta prato trem verão mesa equipe família "
    "telefone roupa viagem fatura cliente pacote porta amanhã café oferta cartão irmã número filme",
    "fr": "magasin commande courrier semaine soir prix publicité voisin ville compte plat train été table équipe famille "
    "téléphone vêtement voyage facture client colis porte demain café offre carte sœur numéro film",
    "it": "negozio ordine posta settimana sera prezzo pubblicità vicino città conto piatto treno estate tavolo squadra "
    "famiglia telefono vestito viaggio fattura cliente pacco porta domani caffè offerta carta sorella numero film",
    "de": "Laden Bestellung Post Woche Abend Preis Werbung Nachbar Stadt Konto Gericht Zug Sommer Tisch Mannschaft "
    "Familie Telefon Kleidung Reise Rechnung Kunde Paket Tür morgen Kaffee Angebot Karte Schwester Nummer Film",
}
ENDINGS: Final = {
    "es": ("o", "a", "os", "ado", "ar"),
    "en": ("", "s", "ed", "ing"),
    "pt": ("o", "a", "os", "ado", "ar"),
    "fr": ("e", "es", "er", "ant"),
    "it": ("o", "a", "i", "ato"),
    "de": ("", "e", "en", "er"),
}
"""What may follow a prefix of the word lists."""

EMOJI: Final = {
    Tone.NEUTRAL: ("🙂", "📦", "☕", "👀", "🤔", "📍"),
    Tone.NEGATIVE: ("😡", "🤬", "😭", "👎", "🙄", "💔", "🤢", "😤😤", ":("),
    Tone.POSITIVE: ("😍", "❤️", "👏👏", "😂", "🎉", "🙏", "👍🏽", "💯", ":)"),
}
_TONED_SHARE: Final = 0.6  # of the clauses of a mention that feels something


@cache
def clauses(lang: int, tone: Tone) -> tuple[str, ...]:
    """`CLAUSES` clauses in a language (index into `LANGS`), always the same."""
    rng = random.Random(lang * len(Tone) + tone)
    function_words = [cue.text for cue in packaged_language_cues() if cue.lang == lang and not cue.is_ending]
    nouns = NOUNS[LANGS[lang]].split()
    feelings = [_written(entry, rng) for entry in _entries(lang, tone)]
    return tuple(_clause(rng, function_words, nouns, feelings if tone else []) for _ in range(CLAUSES))


@cache
def vocabulary() -> frozenset[str]:
    """Every word that can stand in a clause, in lower case."""
    return frozenset(
        word.lower() for lang in range(len(LANGS)) for tone in Tone for text in clauses(lang, tone) for word in text.split()
    )


def _clause(rng: random.Random, function_words: list[str], nouns: list[str], feelings: list[str]) -> str:
    words = [rng.choice(function_words) for _ in range(rng.randint(2, 5))]
    words.insert(rng.randint(1, len(words)), rng.choice(nouns))
    if feelings and rng.random() < _TONED_SHARE:
        words.insert(rng.randint(1, len(words)), rng.choice(feelings))
    text = " ".join(words)
    return text if rng.random() < 0.4 else text[0].upper() + text[1:]


def _entries(lang: int, tone: Tone) -> Iterator[Entry]:
    for entry in packaged_entries():
        if entry.lang == lang and entry.role is Role.NONE and _tone(entry) is tone:
            yield entry


def _tone(entry: Entry) -> Tone:
    if entry.weight is None or abs(entry.weight) < 2:
        return Tone.NEUTRAL
    return Tone.POSITIVE if entry.weight > 0 else Tone.NEGATIVE


def _written(entry: Entry, rng: random.Random) -> str:
    return entry.text + rng.choice(ENDINGS[LANGS[entry.lang]]) if entry.is_prefix else entry.text
