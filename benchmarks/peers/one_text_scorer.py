"""Language, negativity and categories of one text at a time: the fastest way that was found without batches.

One overlapping Aho-Corasick pass over the text finds every word, prefix, phrase, ending and telling letter of all
languages; their votes are added up in one integer, then the hits are judged in the language that has won. The word lists
and the constants are those of `detectors.text`, the rules nearly: what is nested in a longer entry is taken off when the
automaton is built, so that hits only need to be added up.
"""

import codecs
import re
from itertools import chain
from math import exp, sqrt
from typing import Final, NamedTuple

from ahocorasick_rs import BytesAhoCorasick

from detectors.text.characters import without_accents
from detectors.text.languages import FALLBACK_LANG, LANGS, UNKNOWN_LANG, language_index
from detectors.text.lexicon import TURNS_WORDS, Entry, Role, packaged_entries, packaged_language_cues
from detectors.text.negativity import BIAS, WEIGHTS
from schemas.enums import Category

MAX_CHARS: Final = 2_000
_VOTE_BITS: Final = 10  # six languages fit into 60 bits, two digits of Python's integers
_VOTE_UNITS: Final = 5  # a fifth of a vote
_VOTING_HITS: Final = 60  # more can't overflow 10 bits
_LETTERS: Final = {"es": "ñ", "de": "ßäöü", "pt": "ãõ", "fr": "œèùû", "it": "ìò"}
_LETTER_VOTE, _LEXICON_VOTE, _ENDING_VOTE = 1.5, 0.5, 0.7
_SHORTEST_PREFIX: Final = 4
_NEGATOR, _BOOSTER = Role.NEGATOR, Role.BOOSTER
_REACH, _NEGATED, _BOOSTED = 3, -0.6, 1.3
_EMOTICON: Final = re.compile(r"[:;=][-o*']?([)\](\[dDpP|\\/])(?![/\w])|<3")
_MOUTH_WEIGHT: Final = {")": 2.0, "]": 2.0, "d": 2.0, "p": 1.0, "(": -2.0, "[": -2.0, "|": -1.0, "/": -2.0, "\\": -2.0}
_ADDRESS: Final = re.compile(r"https?://\S+")
_CATEGORY_BITS: Final = (1 << len(Category)) - 1
_CUE_SUMS: Final = [
    sum(float(WEIGHTS[7 + bit]) for bit in range(len(Category)) if mask >> bit & 1) for mask in range(_CATEGORY_BITS + 1)
]
_NEGATIVE, _POSITIVE, _BALANCE = map(float, WEIGHTS[:3])
_EXCLAMATIONS: Final = [float(WEIGHTS[3]) * count / 3 for count in range(4)]
_QUESTIONS: Final = [float(WEIGHTS[4]) * count / 2 for count in range(3)]
_NEGATORS: Final = [float(WEIGHTS[5]) * count / 2 for count in range(3)]
_NOTHING: Final = float(WEIGHTS[6])
_LONG: Final = float(WEIGHTS[17])
_LENGTH: Final = _LONG / 40
_QUESTION, _COMPLAINT, _PRAISE = Category.QUESTION.bit, Category.COMPLAINT.bit, Category.PRAISE.bit


class _Meaning(NamedTuple):
    """What a pattern adds in a language, the share of what is nested in it taken off."""

    weight: float
    role: Role
    negative: float  # of phrases only: they are added as they are
    positive: float
    mask: int  # of categories


def _byte_table() -> bytes:
    """Lower case of Windows-1252; the first bytes stand for pictures, and what parts words is a space."""
    table = bytearray(b" " * 256)
    for byte in range(256):
        char = bytes([byte]).decode("cp1252", "ignore")
        if 1 <= byte <= 8:
            table[byte] = byte
        elif char and char in "'’":
            table[byte] = ord("'")
        elif char and (char.isalnum() or char == "@"):
            lower = char.lower().encode("cp1252", "ignore")
            table[byte] = lower[0] if len(lower) == 1 else byte
    return bytes(table)


_BYTES: Final = _byte_table()
_PICTURE_WEIGHTS: Final = (-4.0, -3.0, -2.0, -1.0, 1.0, 2.0, 3.0)


class _Pictures(dict[str, bytes]):
    """The byte between spaces that stands for a picture's weight; letters of other scripts and all else as a space."""

    def __missing__(self, char: str) -> bytes:
        self[char] = b" " if char.isprintable() else b""
        return self[char]


_PICTURES: Final = _Pictures()


def _pictured(error: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return b"".join(_PICTURES[char] for char in error.object[error.start : error.end]), error.end


codecs.register_error("pictured", _pictured)


def _weight_byte(weight: float) -> bytes:
    nearest = min(_PICTURE_WEIGHTS, key=lambda known: abs(known - weight))
    return b" %c " % (1 + _PICTURE_WEIGHTS.index(nearest))


def _emoticon(found: re.Match[str]) -> str:
    weight = _MOUTH_WEIGHT[found[1].lower()] if found[1] else 2.0
    return _weight_byte(weight).decode()


def _read(text: str) -> bytes:
    """The text as bytes with a space on both sides of each word."""
    if "http" in text:
        text = _ADDRESS.sub(" ", text)
    if ":" in text or "<3" in text or "=" in text or ";" in text:
        text = _EMOTICON.sub(_emoticon, text)
    return b" " + b" ".join(text.encode("cp1252", "pictured").translate(_BYTES).split()) + b" "


class OneTextScorer:
    """Scores one text after the other."""

    def __init__(self) -> None:
        entries = packaged_entries()
        for entry in entries:
            if entry.weight is not None and not entry.text[0].isalnum():
                _PICTURES.setdefault(entry.text[0], _weight_byte(entry.weight))
        own: list[dict[bytes, Entry]] = [{} for _ in LANGS]
        cues: list[dict[bytes, int]] = [{} for _ in LANGS]
        for entry in entries:
            pattern = _pattern(entry)
            if len(pattern) < 2:
                continue
            if entry.weight is not None or entry.role in TURNS_WORDS:
                own[entry.lang].setdefault(pattern, entry)
            if entry.categories:
                cues[entry.lang][pattern] = cues[entry.lang].get(pattern, 0) | entry.categories
        pictures = {b" %c " % byte: _PICTURE_WEIGHTS[byte - 1] for byte in range(1, 1 + len(_PICTURE_WEIGHTS))}
        votes = _votes(own)
        patterns = sorted({*pictures, *votes, *chain.from_iterable(own), *chain.from_iterable(cues)}, key=len)
        self._find = BytesAhoCorasick(patterns).find_matches_as_indexes
        self._votes = [votes.get(pattern, 0) for pattern in patterns]
        self._meanings: list[list[_Meaning | None]] = [[None] * len(patterns) for _ in LANGS]
        for lang in range(len(LANGS)):
            for number, pattern in enumerate(patterns):
                mask = cues[lang].get(pattern, 0)
                if pattern in own[lang]:
                    self._meanings[lang][number] = self._net(lang, number, pattern, own[lang][pattern], mask)
                elif mask or pattern in pictures:
                    self._meanings[lang][number] = _Meaning(pictures.get(pattern, 0.0), Role.NONE, 0.0, 0.0, mask)

    def score(self, text: str, lang: str | None) -> tuple[float, int, int]:
        """Negativity 0–1, index of the language or `UNKNOWN_LANG`, mask of categories."""
        if len(text) > MAX_CHARS:
            text = text[:MAX_CHARS]
        read = _read(text)
        hits = self._find(read, True)
        told = UNKNOWN_LANG if lang is None else language_index(lang)
        if told == UNKNOWN_LANG:
            votes = self._votes
            told = _winner(sum([votes[hit[0]] for hit in hits[:_VOTING_HITS]]))
        meanings = self._meanings[FALLBACK_LANG if told == UNKNOWN_LANG else told]
        negative, positive, negators, mask = _summed(hits, meanings, read)
        words = read.count(b" ") - 1
        z = BIAS + _CUE_SUMS[mask] + (_LENGTH * words if words < 40 else _LONG)
        if negative or positive:
            balance = positive - negative
            z += _NEGATIVE * negative / (negative + 3) + _POSITIVE * positive / (positive + 3)
            z += _BALANCE * balance / sqrt(balance * balance + 15)
        else:
            balance = 0.0
            z += _NOTHING
        if negators:
            z += _NEGATORS[negators] if negators < 3 else _NEGATORS[2]
        if exclamations := text.count("!"):
            z += _EXCLAMATIONS[exclamations] if exclamations < 4 else _EXCLAMATIONS[3]
        if questions := text.count("?"):
            z += _QUESTIONS[questions] if questions < 3 else _QUESTIONS[2]
            mask |= _QUESTION
        negativity = 1 / (1 + exp(-z))
        if negativity >= 0.4:
            mask |= _COMPLAINT
        elif balance >= 1 and negativity <= 0.3:
            mask |= _PRAISE
        return negativity, told, mask

    def _net(self, lang: int, number: int, pattern: bytes, entry: Entry, mask: int) -> _Meaning:
        """What is left for a pattern to add after the shorter ones inside it, which have their meanings already."""
        nested = [hit for hit in self._find(pattern, True) if hit[0] != number]
        inner_negative, inner_positive, _, _ = _summed(nested, self._meanings[lang], pattern)
        weight = entry.weight or 0.0
        if b" " in pattern.strip():
            negative, positive = max(-weight, 0.0), max(weight, 0.0)
            return _Meaning(0.0, entry.role, negative - inner_negative, positive - inner_positive, mask)
        return _Meaning(weight - (inner_positive - inner_negative), entry.role, 0.0, 0.0, mask)


def _summed(hits: list[tuple[int, int, int]], meanings: list[_Meaning | None], read: bytes) -> tuple[float, float, int, int]:
    """Negative and positive evidence, how many negators, mask of the cues."""
    negative = positive = 0.0
    negators = cues = 0
    negated_from = boosted_at = -1
    for number, begin, end in hits:
        meaning = meanings[number]
        if meaning is None:
            continue
        weight, role, more_negative, more_positive, mask = meaning
        cues |= mask
        negative += more_negative
        positive += more_positive
        if role is _NEGATOR:
            negators += 1
            negated_from = end
        elif negated_from > 0 and not -1 <= weight <= 1 and read.count(b" ", negated_from, begin + 1) < _REACH:
            weight *= _NEGATED
        if weight:
            if begin + 1 == boosted_at:
                weight *= _BOOSTED
            if weight < 0:
                negative -= weight
            else:
                positive += weight
        if role is _BOOSTER:
            boosted_at = end
    return negative if negative > 0 else 0.0, positive if positive > 0 else 0.0, negators, cues


def _pattern(entry: Entry) -> bytes:
    """How an entry stands in a text that has been read; open at its end if any ending may follow."""
    read = _read(entry.text)
    is_open = entry.is_prefix and len(read.split()[-1:] and read.split()[-1]) >= _SHORTEST_PREFIX
    return read[:-1] if is_open else read


def _votes(own: list[dict[bytes, Entry]]) -> dict[bytes, int]:
    """What each pattern says about the language: ten bits a language."""
    votes: dict[bytes, list[float]] = {}

    def add(pattern: bytes, lang: int, amount: float) -> None:
        votes.setdefault(pattern, [0.0] * len(LANGS))[lang] += amount

    for lang, entries in enumerate(own):
        for pattern, entry in entries.items():
            if entry.weight is not None and entry.text[0].isalpha() and b" " not in pattern.strip():
                add(pattern, lang, _LEXICON_VOTE)
    for cue in packaged_language_cues():
        for text in {cue.text, without_accents(cue.text)}:
            if (read := _read(text)).strip():
                share = _ENDING_VOTE * 0.5 if cue.is_ending else 1.0
                add(read[1:] if cue.is_ending else read, cue.lang, cue.weight * share / (1 if text == cue.text else 2))
    for tag, letters in _LETTERS.items():
        for letter in letters:
            add(letter.encode("cp1252"), LANGS.index(tag), _LETTER_VOTE)
    return {pattern: _packed(amounts) for pattern, amounts in votes.items()}


def _packed(amounts: list[float]) -> int:
    return sum(min(round(amount * _VOTE_UNITS), 15) << (_VOTE_BITS * lang) for lang, amount in enumerate(amounts))


def _winner(votes: int) -> int:
    if not votes:
        return UNKNOWN_LANG
    counts = [votes & 1023, votes >> 10 & 1023, votes >> 20 & 1023, votes >> 30 & 1023, votes >> 40 & 1023, votes >> 50]
    most = max(counts)
    return FALLBACK_LANG if counts[FALLBACK_LANG] == most else counts.index(most)
