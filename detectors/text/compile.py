"""Word lists made into a `Vocabulary`. Entries go through the same tokeniser as texts, so spellings agree."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from detectors.text.hashing import HashTable, Index, chain
from detectors.text.languages import LANGS
from detectors.text.lexicon import Entry, LanguageCue
from detectors.text.phrases import PhraseHashes, Phrases
from detectors.text.prefixes import STEM_LENGTH, Prefixes
from detectors.text.tokens import Tokens, chunks, tokenise
from detectors.text.vocabulary import Endings, Meanings, Vocabulary

LEXICON_VOTE: Final = 0.5
"""What a word of a language's lexicon says about the language; a cue says 1–3."""

ENDING_VOTE: Final = 0.4
"""An ending's weight against a whole word's: a word decides, endings only where there are no words."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """An entry's tokens as hashes."""

    count: int
    first: int
    first_text: str
    whole: int  # of all tokens, chained
    stem: int  # the same with only the first letters of the last token
    last_length: int
    beginnings: tuple[int, ...]  # of two tokens and more, without the whole


@dataclass(slots=True)
class _Rows:
    """Which row each word, prefix and phrase has got."""

    words: dict[int, int] = field(default_factory=dict)
    prefixes: dict[int, int] = field(default_factory=dict)
    phrases: dict[int, int] = field(default_factory=dict)
    prefix_phrases: dict[int, int] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)  # of words and prefixes
    count: int = 1

    def of(self, table: dict[int, int], key: int, text: str | None = None) -> int:
        """The row of a hash, a new one if it has none."""
        row = table.get(key)
        if row is None:
            row = table[key] = self.count
            self.count += 1
            if text is not None:
                self.texts[row] = text
        return row


def compile_vocabulary(entries: Sequence[Entry], cues: Sequence[LanguageCue], stop_words: Sequence[str]) -> Vocabulary:
    """The vocabulary of all entries; of two for the same word and language the first one holds."""
    rows = _Rows()
    shapes = list(_shapes([entry.text for entry in entries]))
    kept = [(entry, shape) for entry, shape in zip(entries, shapes, strict=True) if shape.count]
    entry_rows = [_entry_row(rows, entry, shape) for entry, shape in kept]
    starts = {rows.of(rows.words, shape.first, shape.first_text) for _, shape in kept if shape.count > 1}
    cue_words = [cue for cue in cues if not cue.is_ending]
    cue_rows = _word_rows(rows, [cue.text for cue in cue_words])
    stop_rows = _word_rows(rows, stop_words)
    meanings = _empty_meanings(rows.count)
    for row, (entry, shape) in zip(entry_rows, kept, strict=True):
        _add_entry(meanings, row, entry, is_word=shape.count == 1 and not entry.is_prefix)
    for row, cue in zip(cue_rows, cue_words, strict=True):
        meanings.votes[row, cue.lang] += cue.weight
    meanings.begins_phrase[list(starts)] = True
    meanings.is_stop_word[[*cue_rows, *stop_rows]] = True
    np.logical_or(meanings.is_stop_word, (meanings.role > 0).any(0), out=meanings.is_stop_word)
    np.any(meanings.votes > 0, axis=1, out=meanings.has_vote)
    prefixes = _prefixes(rows, kept)
    _inherit(meanings, prefixes, rows)
    return Vocabulary(HashTable(rows.words), prefixes, _phrases(rows, kept), _endings(cues), meanings)


def _shapes(texts: Sequence[str]) -> Iterator[_Shape]:
    for chunk in chunks(texts):
        tokens = tokenise(chunk)
        for first, after in zip(tokens.first[:-1].tolist(), tokens.first[1:].tolist(), strict=True):
            yield _shape(tokens, first, after)


def _shape(tokens: Tokens, first: int, after: int) -> _Shape:
    if first == after:
        return _Shape(0, 0, "", 0, 0, 0, ())
    start, end = int(tokens.start[after - 1]), int(tokens.end[after - 1])
    stem = tokens.piece(np.array([start]), np.array([min(end, start + STEM_LENGTH)]))
    chained = [tokens.hashes[first : first + 1]]
    for at in range(first + 1, after):
        if at == after - 1:
            stem = chain(chained[-1], stem)
        chained.append(chain(chained[-1], tokens.hashes[at : at + 1]))
    hashes = [int(value[0]) for value in chained]
    text = tokens.joined[tokens.start[first] : tokens.end[first]]
    return _Shape(after - first, hashes[0], text, hashes[-1], int(stem[0]), end - start, tuple(hashes[1:-1]))


def _ends_open(entry: Entry, shape: _Shape) -> bool:
    """Whether it counts as a prefix; one of less than three letters would match nearly anything."""
    return entry.is_prefix and shape.last_length >= STEM_LENGTH


def _entry_row(rows: _Rows, entry: Entry, shape: _Shape) -> int:
    is_open = _ends_open(entry, shape)
    if shape.count > 1:
        return rows.of(rows.prefix_phrases if is_open else rows.phrases, shape.whole)
    return rows.of(rows.prefixes if is_open else rows.words, shape.whole, shape.first_text)


def _word_rows(rows: _Rows, texts: Sequence[str]) -> list[int]:
    """Rows of the first token of each text."""
    return [rows.of(rows.words, shape.first, shape.first_text) for shape in _shapes(texts) if shape.count]


def _empty_meanings(count: int) -> Meanings:
    langs = len(LANGS)
    return Meanings(
        weight=np.zeros((langs, count), np.float32),
        weighs=np.zeros((langs, count), bool),
        role=np.zeros((langs, count), np.uint8),
        categories=np.zeros((langs, count), np.uint16),
        votes=np.zeros((count, langs), np.float32),
        has_vote=np.zeros(count, bool),
        begins_phrase=np.zeros(count, bool),
        is_stop_word=np.zeros(count, bool),
    )


def _add_entry(meanings: Meanings, row: int, entry: Entry, *, is_word: bool) -> None:
    at = (entry.lang, row)
    meanings.categories[at] |= entry.categories
    if entry.role:
        meanings.role[at] = entry.role
    if entry.weight is not None and not meanings.weighs[at]:
        meanings.weight[at], meanings.weighs[at] = entry.weight, True
        if is_word and entry.text[0].isalpha():
            meanings.votes[row, entry.lang] += LEXICON_VOTE


def _prefixes(rows: _Rows, kept: Iterable[tuple[Entry, _Shape]]) -> Prefixes:
    shapes = [shape for entry, shape in kept if shape.count == 1 and _ends_open(entry, shape)]
    stems = np.array([shape.stem for shape in shapes], np.uint64)
    return Prefixes(rows.prefixes, (shape.last_length for shape in shapes), stems)


def _phrases(rows: _Rows, kept: Iterable[tuple[Entry, _Shape]]) -> Phrases:
    shapes = [(shape, _ends_open(entry, shape)) for entry, shape in kept if shape.count > 1]
    hashes = PhraseHashes(
        whole=rows.phrases,
        ending_in_prefix=rows.prefix_phrases,
        prefix_lengths=[shape.last_length for shape, is_open in shapes if is_open],
        stems=np.array([shape.stem for shape, is_open in shapes if is_open], np.uint64),
        beginnings=np.array([key for shape, _ in shapes for key in shape.beginnings], np.uint64),
    )
    return Phrases(hashes, longest=max((shape.count for shape, _ in shapes), default=2))


def _endings(cues: Sequence[LanguageCue]) -> Endings:
    endings = [cue for cue in cues if cue.is_ending]
    rows: dict[int, int] = {}
    votes = np.zeros((len(endings) + 1, len(LANGS)), np.float32)
    for cue, shape in zip(endings, _shapes([cue.text for cue in endings]), strict=True):
        row = rows.setdefault(shape.whole, len(rows) + 1)
        votes[row, cue.lang] += ENDING_VOTE * cue.weight
    return Endings(HashTable(rows), tuple(sorted({len(cue.text) for cue in endings})), votes)


def _inherit(meanings: Meanings, prefixes: Prefixes, rows: _Rows) -> None:
    """Gives each prefix, then each word, what its longest prefix says where it says nothing itself."""
    own = sorted(rows.prefixes.values(), key=lambda row: len(rows.texts[row]))
    for length in sorted({len(rows.texts[row]) for row in own}):
        same = [row for row in own if len(rows.texts[row]) == length]
        _inherit_from(meanings, same, _longest(prefixes, [rows.texts[row][:-1] for row in same]))
    words = list(rows.words.values())
    _inherit_from(meanings, words, _longest(prefixes, [rows.texts[row] for row in words]))


def _longest(prefixes: Prefixes, texts: Sequence[str]) -> Index:
    found = [prefixes.longest(tokens, tokens.start, tokens.end) for tokens in map(tokenise, chunks(texts))]
    return np.concatenate(found) if found else np.zeros(0, np.intp)


def _inherit_from(meanings: Meanings, rows: Sequence[int], parents: Index) -> None:
    child = np.array(rows, np.intp)
    weighs = meanings.weighs[:, child]
    meanings.weight[:, child] = np.where(weighs, meanings.weight[:, child], meanings.weight[:, parents])
    meanings.weighs[:, child] = weighs | meanings.weighs[:, parents]
    role = meanings.role[:, child]
    meanings.role[:, child] = np.where(role > 0, role, meanings.role[:, parents])
    meanings.categories[:, child] |= meanings.categories[:, parents]
