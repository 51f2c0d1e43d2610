"""Made-up mentions for benchmarks: as many as one likes, with lengths, languages, copies and skews as real ones have.

    python -m benchmarks.load --data FOLDER    # how they are spread, beside the replays in FOLDER/replays

Rules: the same arguments give the same bytes; mentions come in order of `observed_at`; what they are made of is in
`benchmarks.phrases`.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, count
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from benchmarks.phrases import EMOJI, Tone, clauses, vocabulary
from benchmarks.spread import print_spreads
from detectors.text.languages import LANGS

SOURCES: Final = ("x", "bluesky", "mastodon", "reddit", "rss:news")
_SOURCE_SHARES: Final = (0.5, 0.2, 0.12, 0.13, 0.05)
_LANG_SHARES: Final = (0.36, 0.34, 0.1, 0.08, 0.06, 0.06)  # es en pt fr it de
_TONE_SHARES: Final = (0.42, 0.36, 0.22)  # neutral, negative, positive
_DAY_S: Final = 86_400
_CLAUSE_CHARS: Final = 36  # on average, with what joins it to the next
_HEAD_CHARS: Final = 16  # brand, handles, emoji and addresses together, on average
_SYLLABLES: Final = [first + second for first in "bcdfgjklmnprstvxyzqw" for second in "aeiou"]
_ACCENTED: Final = dict(zip("aeiou", "áéíóú", strict=True))
_PATTERNS: Final = ("{}", "{}", "{}", "Casa {}", "Banco {}", "{} Foods", "Café {}", "Banco de {}", "La {} Verde")
_FIRST_ID: Final = 1_900_000_000_000_000
_STRIDE: Final = 15_485_863  # a prime: neighbours in the list get words that look nothing alike


@dataclass(frozen=True, slots=True)
class Shape:
    """How the mentions are spread; the defaults are near the replays (see `benchmarks.spread`)."""

    start: str = "2026-03-02T00:00:00"
    """`observed_at` of the first, UTC."""
    span_s: float = _DAY_S
    """Time from first to last; a day's shape lies over it, with its peak at 20 h."""
    median_chars: float = 116.0
    """Of the texts; lognormal with sigma 0.45, and 0.3 % of long ones of up to 5,000."""
    long_share: float = 0.003
    unnamed_share: float = 1 / 3
    """Mentions that name no brand."""
    several_share: float = 0.06
    """Mentions that name a second one, among those that name one."""
    copies_share: float = 0.15
    """Mentions with the text of an earlier one; half of them say so as `repost_of`."""
    skew: float = 1.0
    """Of brands: the r-th has a share in proportion to 1 / r^skew."""
    hot_share: float = 0.0
    """Added to the first brand's: a burst."""
    first_id: int = 0


def brands(number: int) -> list[dict[str, Any]]:
    """So many brands for a config: names of one to three words, half with an account of their own, some `not_when`.

    >>> brands(2)
    [{'id': 'sorono', 'names': ['Sorono']}, {'id': 'jefiwi', 'names': ['Jefiwí', 'jefiwi'], 'handles': {'x': 'jefiwi_hq'}}]
    """
    return [_brand(index, word) for index, word in zip(range(number), _words(), strict=False)]


def mentions(number: int, named: Sequence[dict[str, Any]], seed: int = 1, shape: Shape | None = None) -> list[bytes]:
    """So many mentions as JSON, about the brands `named`, the first most often; about 8 µs each to make."""
    shape = shape or Shape()
    rng = np.random.default_rng(seed)
    original = _originals(number, rng, shape)
    langs = rng.choice(len(LANGS), number, p=_LANG_SHARES)[original].tolist()
    texts = _texts(langs, original, named, rng, shape)
    return _records(texts, langs, original, rng, shape)


def _words() -> Iterator[str]:
    """Names of one word, all different also without accents, none that stands in the texts anyway."""
    known = vocabulary()
    for index in count(1):
        rest, parts = index * _STRIDE % len(_SYLLABLES) ** 3, []
        for _ in range(3):
            rest, syllable = divmod(rest, len(_SYLLABLES))
            parts.append(_SYLLABLES[syllable])
        if (word := "".join(parts)) not in known:
            yield word


def _brand(index: int, word: str) -> dict[str, Any]:
    accented = index % 4 == 1
    spelled = word[:-1] + _ACCENTED[word[-1]] if accented else word
    name = _PATTERNS[index % len(_PATTERNS)].format(spelled.capitalize())
    brand: dict[str, Any] = {"id": word, "names": [name, word] if accented else [name]}
    if index % 2:
        brand["handles"] = {"x": f"{word}_hq"}
    if index % 20 == 7:
        brand["not_when"] = [f"{name} Street"]
    return brand


def _spellings(brand: dict[str, Any]) -> list[str]:
    """How people write the brand."""
    name = brand["names"][0]
    account = [f"@{handle}" for handle in brand.get("handles", {}).values()]
    return [name, name, name.lower(), *account, *account, "#" + name.replace(" ", "")]


def _originals(number: int, rng: np.random.Generator, shape: Shape) -> NDArray[np.intp]:
    """Whose text each mention has: its own, or that of an earlier one, mostly a recent one that has been copied before."""
    own = np.arange(number)
    copied = np.flatnonzero(rng.random(number) < shape.copies_share)
    back = 1 + (rng.pareto(0.7, len(copied)) * 3).clip(max=number).astype(np.intp)
    original = own.tolist()
    for index, steps in zip(copied.tolist(), back.tolist(), strict=True):
        original[index] = original[max(0, index - steps)]
    return np.array(original, np.intp)


def _texts(
    langs: list[int], original: NDArray[np.intp], named: Sequence[dict[str, Any]], rng: np.random.Generator, shape: Shape
) -> list[str]:
    """The text of each mention; every choice is drawn as a column first, so that the loop only joins strings."""
    number = len(langs)
    chars = rng.lognormal(np.log(shape.median_chars), 0.45, number)
    long = rng.random(number) < shape.long_share
    chars[long] = rng.uniform(600, 5_000, int(long.sum()))
    counts = np.maximum(1, np.rint((chars - _HEAD_CHARS) / _CLAUSE_CHARS)).astype(int).tolist()
    picks = rng.integers(0, len(clauses(0, Tone.NEUTRAL)), sum(counts)).tolist()
    tones = rng.choice(len(Tone), number, p=_TONE_SHARES).tolist()
    about = _named_in(number, named, rng, shape)
    dice = rng.integers(0, 1 << 30, number).tolist()
    pools = [[clauses(lang, tone) for tone in Tone] for lang in range(len(LANGS))]
    texts: list[str] = []
    for index, (copied, last) in enumerate(zip(original.tolist(), accumulate(counts), strict=True)):
        if copied != index:
            texts.append(texts[copied])
            continue
        pool = pools[langs[index]][tones[index]]
        parts = [pool[pick] for pick in picks[last - counts[index] : last]]
        texts.append(_dressed(parts, about[index], Tone(tones[index]), dice[index]))
    return texts


def _named_in(number: int, named: Sequence[dict[str, Any]], rng: np.random.Generator, shape: Shape) -> list[tuple[str, ...]]:
    """How each text writes the brands that it names."""
    shares = 1 / np.arange(1, len(named) + 1) ** shape.skew
    ranks = np.searchsorted(np.cumsum(shares / shares.sum()), rng.random((2, number))).clip(max=len(named) - 1)
    ranks[0, rng.random(number) < shape.hot_share] = 0
    spoken = rng.random(number) >= shape.unnamed_share
    several = rng.random(number) < shape.several_share
    forms = [_spellings(brand) for brand in named]
    dice = rng.integers(0, 1 << 30, number).tolist()
    out: list[tuple[str, ...]] = []
    for first, second, says, both, die in zip(*ranks.tolist(), spoken.tolist(), several.tolist(), dice, strict=True):
        spelled = forms[first][die % len(forms[first])]
        out.append(() if not says else (spelled, forms[second][0]) if both else (spelled,))
    return out


def _dressed(parts: list[str], about: tuple[str, ...], tone: Tone, die: int) -> str:
    """The clauses with the brands among them, and the handles, marks, emoji, hashtags and addresses that people add."""
    for name in about:
        parts[die % len(parts)] += f" {name}" if name[0] not in "@#" or die & 1 else f", {name}"
    mark = ("", ".", "!", "...", "?", "!!", "", ".")[die >> 3 & 7]
    text = (", ", ". ", " ", "... ", " y ", ". ", "\n", ", ")[die >> 6 & 7].join(parts) + mark
    match die >> 9 & 15:
        case 0 | 1 | 2 | 10 | 11:
            text = f"@user_{die >> 13 & 4095} {text}"
        case 3 | 4 | 12:
            text = f"{text} https://t.example/{die:x}"
        case 5 | 6 | 7:
            text = f"{text} {EMOJI[tone][die >> 13 & 3]}"
        case 8:
            text = f"{text} #{parts[-1].split()[-1].strip('@#')}"
        case 9:
            text = f"@user_{die >> 13 & 4095} {text} {EMOJI[tone][die >> 17 & 3]}"
    return text


def _records(
    texts: list[str], langs: list[int], original: NDArray[np.intp], rng: np.random.Generator, shape: Shape
) -> list[bytes]:
    number = len(texts)
    sources = rng.choice(len(SOURCES), number, p=_SOURCE_SHARES).tolist()
    authors = (number * rng.random(number) ** 2.5).astype(int).tolist()  # a few write often, most once
    followers = np.minimum(rng.lognormal(5.5, 2.0, number), 5e7).astype(int).tolist()
    tagged, shared = (rng.random((2, number)) < [[0.7], [0.5]]).tolist()
    encode = msgspec.json.Encoder().encode
    ids = [str(_FIRST_ID + shape.first_id + index) for index in range(number)]
    made = []
    for index, (moment, copied) in enumerate(zip(_moments(number, rng, shape), original.tolist(), strict=True)):
        source, author = SOURCES[sources[index]], authors[index]
        record: dict[str, Any] = {
            "id": ids[index],
            "source": source,
            "observed_at": moment,
            "kind": "post",
            "text": texts[index],
            "author": {"id": f"u{author:x}", "handle": f"user_{author}", "followers": followers[index]},
            "url": f"https://{source.partition(':')[0]}.example/p/{ids[index]}",
        }
        if tagged[index]:
            record["lang"] = LANGS[langs[index]]
        if copied != index and shared[index]:
            record |= {"kind": "repost", "repost_of": ids[copied]}
        made.append(encode(record))
    return made


def _moments(number: int, rng: np.random.Generator, shape: Shape) -> list[str]:
    """`observed_at` of each in order, thicker in the evening than at night."""
    start = np.datetime64(shape.start, "ms")
    grid_s = np.linspace(0, shape.span_s, 1_000)
    begin_s = (start - start.astype("datetime64[D]")).astype(float) / 1_000
    rate = 1 + 0.7 * np.cos(2 * np.pi * ((begin_s + grid_s) / _DAY_S - 20 / 24))
    reached = np.concatenate([[0.0], np.cumsum(rate[1:])])
    at_s = np.interp(np.sort(rng.random(number)) * reached[-1], reached, grid_s)
    moments = start + np.rint(at_s * 1_000).astype("timedelta64[ms]")
    return [f"{moment}Z" for moment in np.datetime_as_string(moments, "ms").tolist()]


def main() -> None:
    """Prints how the made-up mentions and the replays are spread."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="a folder with replays/*.jsonl.gz to compare with")
    parser.add_argument("--mentions", type=int, default=50_000)
    parser.add_argument("--brands", type=int, default=5_000)
    given = parser.parse_args()
    print_spreads(mentions(given.mentions, brands(given.brands)), given.data)


if __name__ == "__main__":
    main()
