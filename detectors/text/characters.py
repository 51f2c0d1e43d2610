"""What each character counts as: a letter of a word, a sign of its own, or a border.

Rules: words are letters and digits of any script in lower case, `'` and `@`; a typographic apostrophe is an
apostrophe; pictures (Unicode category So, and ‼ ⁉) are tokens of their own; all else parts words. Skin tones,
joiners and variation selectors are borders, so 👍🏽 is 👍.
"""

import unicodedata
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint32]

SIGN_FLAG: Final = 1 << 30
"""Set in the code of a picture; codes without it are letters, 0 is a border."""

MARK_FLAG: Final = 1 << 31
"""Set in the table for characters that some stage looks for: one search finds the marks of all stages."""

APOSTROPHE: Final = ord("'")
AT: Final = ord("@")

SEPARATOR: Final = "\x1e"
"""Stands between texts: the ASCII "record separator"."""

TELLING_LETTERS: Final = {"es": "ñ", "de": "ßäöü", "pt": "ãõ", "fr": "œèùû", "it": "ìò"}
"""Letters that speak for a language."""

COMBINING: Final = range(0x300, 0x370)
"""Accents that are characters of their own and stand behind their letter."""

_ASSIGNED: Final = 0x32000  # no letter and no picture lies above (Unicode 15), only private use and tags


def sign_code(sign: str) -> int:
    """Code of the picture that a string begins with."""
    return SIGN_FLAG | ord(sign[0])


def _code(point: int) -> int:
    char = chr(point)
    if char in "'’":
        return APOSTROPHE
    if char.isalnum() or char == "@":
        lower = char.lower()
        return ord(lower) if len(lower) == 1 else point
    if char in "‼⁉" or unicodedata.category(char) == "So":
        return sign_code(char)
    return 0


@cache
def code_table() -> Codes:
    """The code of every code point, that of a mark with `MARK_FLAG`.

    >>> table = code_table()
    >>> chr(table[ord("Á")]), int(table[ord("-")]), int(table[ord("👍")]) == sign_code("👍")
    ('á', 0, True)
    >>> int(table[ord("!")]) == MARK_FLAG
    True
    """
    table = np.zeros(0x110000, np.uint32)
    table[:_ASSIGNED] = [_code(point) for point in range(_ASSIGNED)]
    letters = "".join(TELLING_LETTERS.values())
    marks = f"'’@!?:;<={SEPARATOR}{letters}{letters.replace('ß', 'ẞ').upper()}"
    table[[*map(ord, marks), *COMBINING]] |= MARK_FLAG
    return table


def without_accents(text: str) -> str:
    """The text as people type it who leave the accents out.

    >>> without_accents("qué vergüenza, Straße, œuvre")
    'que verguenza, Strasse, oeuvre'
    """
    plain = text.replace("ß", "ss").replace("œ", "oe")
    return "".join(char for char in unicodedata.normalize("NFD", plain) if not unicodedata.combining(char))
