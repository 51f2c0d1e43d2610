"""Strangers' text without the characters that trick readers or break formats.

Removed: control characters (a CR LF in a mail header starts a new header), bidi overrides and isolates (U+202E shows
text backwards, "Trojan Source", CVE-2021-42574), zero-width and other format characters, surrogates, private use, and
all but `_MAX_MARKS` combining marks in a row ("zalgo" covers the lines around it). White space becomes one blank.
What it does badly: emoji that are joined by U+200D fall apart into their parts.
"""

import unicodedata

ELLIPSIS = "…"
NAME_CHARS = 80  # of a brand, a person, a file
TERM_CHARS = 40  # of a word, a handle, a network
_REMOVED = {"Cc", "Cf", "Cs", "Co"}
_BLANK = {"Zs", "Zl", "Zp"}
_MAX_MARKS = 4  # Vietnamese and Thai need 2, Hebrew with points and accents 4
_ALWAYS_READ = 8  # raw characters looked at for each one that is shown: bounds the work on a 20,000 character text


def clean(text: str, max_chars: int) -> str:
    """The text on one line, safe to show, at most `max_chars` characters; a cut one ends in an ellipsis.

    >>> clean("Hola\\r\\nBcc: x@example.com\\u202e", 80)
    'Hola Bcc: x@example.com'
    >>> clean("abcdef", 4)
    'abc…'
    """
    out: list[str] = []
    marks = 0
    for char in text[: max_chars * _ALWAYS_READ]:
        kind = unicodedata.category(char)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if kind in _BLANK or char in "\t\n\r\v\f\x85":
            out.append(" ")
        elif kind not in _REMOVED and marks <= _MAX_MARKS:
            out.append(char)
    return shorten(" ".join("".join(out).split()), max_chars)


def shorten(text: str, max_chars: int) -> str:
    """The text, cut to at most `max_chars` characters with an ellipsis as the last of them.

    >>> shorten("abc", 3), shorten("abcd", 3)
    ('abc', 'ab…')
    """
    return text if len(text) <= max_chars else text[: max_chars - 1].rstrip() + ELLIPSIS
