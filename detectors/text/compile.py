"""Word lists made into a `Vocabulary`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from detectors.text.affixes import PREFIX_STEM, Affixes
from detectors.text.arrays import Flags, Index
from detectors.text.hashing import HashTable
from detectors.text.languages import LANGS
from detectors.text.lexicon import TURNS_WORDS, Entry, LanguageCue
from detectors.text.phrases import Phrases
from detectors.text.shapes import Shape, shapes
from detectors.text.tokens import chunks, tokenise
from detectors.text.vocabulary import Meanings, Trait, Vocabulary, longest_prefix

LEXICON_VOTE: Final = 0.5
"""What a word of a language's lexicon says about the language; a cue says 1–3."""

ENDING_VOTE: Final = 0.7
"""An ending's weight against a whole word's: endings decide only where there are no words."""

_Shaped = list[tuple[Entry, Shape]]


@dataclass(slots=True)
class _Rows:
    """Which row each word, affix and phrase has got, by hash. Row 0 is the unknown word."""

    words: dict[int, int] = field(default_factory=dict)
    prefixes: dict[int, int] = field(default_factory=dict)
    phrases: dict[int, int] = field(default_factory=dict)
    open_phrases: dict[int, int] = field(default_factory=dict)
    endings: dict[int, int] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)  # of words and prefixes
    count: int = 1

    def of(self, table: dict[int, int], key: int, text: str = "") -> int:
        """The row of a hash, a new one if it has none."""
        row = table.get(key)
        if row is None:
            row = table[key] = self.count
            self.texts[row] = text
            self.count += 1
        return row


def compile_vocabulary(entries: Sequence[Entry], cues: Sequence[LanguageCue], stop_words: Sequence[str]) -> Vocabulary:
    """The vocabulary of all entries; of two for the same word and language the first one holds."""
    rows = _Rows()
    shaped = [
        (entry, shape)
        for entry, shape in zip(entries, shapes([entry.text for entry in entries]), strict=True)
        if shape.count
    ]
    entry_rows = [_entry_row(rows, entry, shape) for entry, shape in shaped]
    firsts = [(entry.lang, rows.of(rows.words, shape.first, shape.first_text)) for entry, shape in shaped if shape.count > 1]
    cue_shapes = list(shapes([cue.text for cue in cues]))
    cue_rows = [_cue_row(rows, cue, shape) for cue, shape in zip(cues, cue_shapes, strict=True)]
    stop_rows = [rows.of(rows.words, shape.first, shape.first_text) for shape in shapes(stop_words)]
    meanings = _empty_meanings(rows.count)
    for row, (entry, shape) in zip(entry_rows, shaped, strict=True):
        _add_entry(meanings, row, entry, shape)
    for row, cue in zip(cue_rows, cues, strict=True):
        meanings.votes[row, cue.lang] += np.float32(cue.weight * (ENDING_VOTE if cue.is_ending else 1))
    meanings.traits[:, [*cue_rows, *stop_rows]] |= Trait.IS_STOP_WORD
    meanings.traits[:, _turns_words(meanings).any(axis=0)] |= Trait.IS_STOP_WORD
    for lang, row in firsts:
        meanings.traits[lang, row] |= Trait.BEGINS_PHRASE
    prefixes = _prefixes(rows, shaped)
    _inherit(meanings, prefixes, rows)
    meanings.traits[(meanings.weight != 0) | _turns_words(meanings)] |= Trait.WEIGHS
    meanings.traits[meanings.categories > 0] |= Trait.HAS_CATEGORY
    meanings.has_vote[:] = meanings.votes.any(axis=1)
    endings = [shape.ending(row) for shape, row, cue in zip(cue_shapes, cue_rows, cues, strict=True) if cue.is_ending]
    return Vocabulary(HashTable(rows.words), prefixes, _phrases(rows, shaped), Affixes(endings), meanings)


def _ends_open(entry: Entry, shape: Shape) -> bool:
    """Whether it counts as a prefix; shorter ones are taken as written."""
    return entry.is_prefix and shape.last_length >= PREFIX_STEM


def _entry_row(rows: _Rows, entry: Entry, shape: Shape) -> int:
    is_open = _ends_open(entry, shape)
    if shape.count > 1:
        return rows.of(rows.open_phrases if is_open else rows.phrases, shape.whole)
    return rows.of(rows.prefixes if is_open else rows.words, shape.whole, shape.first_text)


def _cue_row(rows: _Rows, cue: LanguageCue, shape: Shape) -> int:
    if cue.is_ending:
        return rows.of(rows.endings, shape.whole)
    return rows.of(rows.words, shape.whole, shape.first_text)


def _empty_meanings(count: int) -> Meanings:
    langs = len(LANGS)
    return Meanings(
        weight=np.zeros((langs, count), np.float32),
        weighs=np.zeros((langs, count), bool),
        role=np.zeros((langs, count), np.uint8),
        categories=np.zeros((langs, count), np.uint16),
        traits=np.zeros((langs, count), np.uint8),
        votes=np.zeros((count, langs)),
        has_vote=np.zeros(count, bool),
    )


def _turns_words(meanings: Meanings) -> Flags:
    return np.isin(meanings.role, list(TURNS_WORDS))


def _add_entry(meanings: Meanings, row: int, entry: Entry, shape: Shape) -> None:
    at = (entry.lang, row)
    meanings.categories[at] |= entry.categories
    if entry.role:
        meanings.role[at] = entry.role
    if entry.weight is not None and not meanings.weighs[at]:
        meanings.weight[at], meanings.weighs[at] = entry.weight, True
        if shape.count == 1 and entry.text[0].isalpha():
            meanings.votes[row, entry.lang] += LEXICON_VOTE


def _prefixes(rows: _Rows, shaped: _Shaped) -> Affixes:
    return Affixes(
        shape.prefix(rows.prefixes[shape.whole]) for entry, shape in shaped if shape.count == 1 and _ends_open(entry, shape)
    )


def _phrases(rows: _Rows, shaped: _Shaped) -> Phrases:
    phrases = [(entry, shape) for entry, shape in shaped if shape.count > 1]
    return Phrases(
        rows.phrases,
        [shape.prefix(rows.open_phrases[shape.whole]) for entry, shape in phrases if _ends_open(entry, shape)],
        np.array([key for _, shape in phrases for key in shape.beginnings], np.uint64),
        longest=max((shape.count for _, shape in phrases), default=2),
    )


def _inherit(meanings: Meanings, prefixes: Affixes, rows: _Rows) -> None:
    """Gives each prefix, then each word, what its longest prefix says where it says nothing itself."""
    by_length: dict[int, list[int]] = {}
    for row in rows.prefixes.values():
        by_length.setdefault(len(rows.texts[row]), []).append(row)
    for length in sorted(by_length):
        parents = _longest_prefixes(prefixes, [rows.texts[row][:-1] for row in by_length[length]])
        _inherit_from(meanings, by_length[length], parents)
    words = list(rows.words.values())
    _inherit_from(meanings, words, _longest_prefixes(prefixes, [rows.texts[row] for row in words]))


def _longest_prefixes(prefixes: Affixes, texts: Sequence[str]) -> Index:
    parts = [longest_prefix(prefixes, part, part.start, part.end) for part in map(tokenise, chunks(texts))]
    return np.concatenate(parts).astype(np.intp)


def _inherit_from(meanings: Meanings, rows: Sequence[int], parents: Index) -> None:
    child = np.array(rows, np.intp)
    weighs = meanings.weighs[:, child]
    meanings.weight[:, child] = np.where(weighs, meanings.weight[:, child], meanings.weight[:, parents])
    meanings.weighs[:, child] = weighs | meanings.weighs[:, parents]
    role = meanings.role[:, child]
    meanings.role[:, child] = np.where(role > 0, role, meanings.role[:, parents])
    meanings.categories[:, child] |= meanings.categories[:, parents]
