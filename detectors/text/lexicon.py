"""The packaged word lists as plain entries.

Lexicons (`data/lexicon/<lang>.txt`): `weight: term term …` with weights from -4 (worst) to 3; `*` ends a prefix,
`_` joins the words of a phrase; then `EMOJI` with the same lines for pictures, `NEGATORS:`, `BOOST:` and what
`thanks` looks for: `THANKS:`, which must weigh too, `REASON:`, `CLAUSE:`, `HELP:`, `BUT:`; see `Role`.
Category cues (`data/cues/categories_<lang>.txt`): `category: phrase; phrase; …`, the same `*`.
Language cues (`data/cues/language_<lang>.txt`): `word weight` with weights 1–3, then `ENDINGS` with `-ending weight`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from detectors.text.characters import without_accents
from detectors.text.languages import LANGS
from schemas.enums import Category

_DATA: Final = files("detectors.text") / "data"


class Role(IntEnum):
    """What a word does to the words after it."""

    NONE = 0
    NEGATOR = 1
    BOOSTER = 2
    THANKS = 3  # thanks, congratulations
    REASON = 4  # for, por
    CLAUSE = 5  # a reason whose verb comes last: dass
    HELP = 6  # fixing, answering; and despite
    BUT = 7


TURNS_WORDS: Final = frozenset({Role.NEGATOR, Role.BOOSTER})
"""Roles that make evidence of a word even without a weight; the other ones are looked up behind thanks only."""

_ROLES: Final = {
    "NEGATORS": Role.NEGATOR,
    "BOOST": Role.BOOSTER,
    "THANKS": Role.THANKS,
    "REASON": Role.REASON,
    "CLAUSE": Role.CLAUSE,
    "HELP": Role.HELP,
    "BUT": Role.BUT,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A word, a prefix or a phrase of one language (index into `LANGS`) and what it means there."""

    text: str
    lang: int
    is_prefix: bool = False
    weight: float | None = None
    role: Role = Role.NONE
    categories: int = 0  # mask of `Category.bit`


@dataclass(frozen=True, slots=True)
class LanguageCue:
    """A word, or with `is_ending` the end of one, that votes for a language."""

    text: str
    lang: int
    weight: float
    is_ending: bool


def packaged_entries() -> list[Entry]:
    """All lexicon terms and category cues; spellings without accents come last, so that written ones win."""
    written = [entry for lang in range(len(LANGS)) for entry in (*_terms(lang), *_category_cues(lang))]
    plain = (replace(entry, text=without_accents(entry.text)) for entry in written)
    return written + [bare for entry, bare in zip(written, plain, strict=True) if bare.text != entry.text]


def packaged_language_cues() -> list[LanguageCue]:
    """The words and endings that tell a language."""
    return [cue for lang in range(len(LANGS)) for cue in _language_cues(lang)]


def packaged_stop_words() -> list[str]:
    """Words of any language that say nothing about what a text is about."""
    return [word for line in _lines(_DATA / "stopwords.txt") for word in line.split()]


def _lines(file: Traversable) -> Iterator[str]:
    for line in file.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


def _entry(written: str, lang: int, weight: float | None, role: Role, categories: int) -> Entry:
    text = written.replace("_", " ").strip()
    return Entry(text.rstrip("*"), lang, text.endswith("*"), weight, role, categories)


def _terms(lang: int) -> Iterator[Entry]:
    for line in _lines(_DATA / "lexicon" / f"{LANGS[lang]}.txt"):
        head, _, terms = line.partition(":")
        weight, role = None, Role.NONE
        match head:
            case "EMOJI":
                continue
            case _ if head in _ROLES:
                role = _ROLES[head]
            case _:
                weight = float(head)
        for term in terms.split():
            yield _entry(term, lang, weight, role, 0)


def _category_cues(lang: int) -> Iterator[Entry]:
    for line in _lines(_DATA / "cues" / f"categories_{LANGS[lang]}.txt"):
        category, _, cues = line.partition(":")
        for cue in cues.split(";"):
            yield _entry(cue, lang, None, Role.NONE, Category(category.strip()).bit)


def _language_cues(lang: int) -> Iterator[LanguageCue]:
    for line in _lines(_DATA / "cues" / f"language_{LANGS[lang]}.txt"):
        if line == "ENDINGS":
            continue
        text, _, weight = line.rpartition(" ")
        yield LanguageCue(text.lstrip("-"), lang, float(weight), text.startswith("-"))
