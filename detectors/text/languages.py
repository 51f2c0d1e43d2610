"""The languages that are understood, and how they are numbered in arrays."""

from typing import Final

LANGS: Final = ("es", "en", "pt", "fr", "it", "de")

UNKNOWN_LANG: Final = 255
"""Index of a language that is none of `LANGS` or that nothing in the text tells."""

FALLBACK_LANG: Final = LANGS.index("en")
"""Whose words count where the language is unknown: English ones occur in texts of every language."""

_INDEX = {lang: index for index, lang in enumerate(LANGS)}


def language_index(tag: str | None) -> int:
    """Index into `LANGS` of a BCP 47 tag, `UNKNOWN_LANG` if it is missing or another language.

    >>> language_index("es-MX"), language_index("PT_br"), language_index("ja"), language_index(None)
    (0, 2, 255, 255)
    """
    if not tag:
        return UNKNOWN_LANG
    found = _INDEX.get(tag)
    if found is None:
        found = _INDEX.get(tag.replace("_", "-").partition("-")[0].lower(), UNKNOWN_LANG)
    return found
