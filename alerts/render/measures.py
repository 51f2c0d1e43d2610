"""Counts and what is usual, in words: "412 mentions in 15 min, normally about 30 (13x). 71 % negative, …"."""

import msgspec

from alerts.render.view import View
from alerts.render.words import WORDS
from alerts.rules import QUARTER_S
from schemas.signal import Figures

_FEW = 10  # mentions of which a share would say more than they do
HARDLY_ANY = 0.5


def counted(forms: tuple[str, str], number: float, view: View) -> str:
    """So many of something: `forms` for one and for several.

    >>> counted(("1 text", "{n} texts"), 1, View()), counted(("1 text", "{n} texts"), 1200, View())
    ('1 text', '1,200 texts')
    """
    one, several = forms
    return one if round(number) == 1 else several.format(n=view.count(number))


def measure(figures: Figures, view: View) -> str:
    """Observed against expected; "" without figures.

    A longer window has its last quarter of an hour beside it: alerts whose windows differ can be compared by it.
    """
    words = WORDS[view.language]
    if not figures.mentions and not figures.mentions_expected:
        return ""
    text = volume(figures, view) + _usual(figures, view)
    if figures.window_s > QUARTER_S and (last := quarter(figures)).mentions:
        text += words.quarter.format(mentions=view.count(last.mentions)) + times(last, view)
    if not figures.mentions:
        return text + "."
    if figures.mentions < _FEW:
        return f"{text}. {counted(words.negatives, figures.negative, view)}."
    text += ". " + words.negative.format(share=view.share(figures.negative_share))
    if figures.mentions_expected and figures.negative_expected:
        text += words.negative_normally.format(expected=view.share(figures.negative_share_expected))
    return text + "."


def volume(figures: Figures, view: View) -> str:
    """How many mentions, and in which time."""
    words = WORDS[view.language]
    window = view.duration(figures.window_s * 1000)
    return words.volume.format(mentions=counted(words.mentions, figures.mentions, view), window=window)


def _usual(figures: Figures, view: View) -> str:
    words = WORDS[view.language]
    if 0 < figures.mentions_expected < HARDLY_ANY <= figures.mentions:
        return words.hardly_any
    if not figures.mentions_expected:
        return ""
    expected = view.figure(figures.mentions_expected)
    one, several = words.normally
    return (one if expected == "1" else several.format(expected=expected)) + times(figures, view)


def times(figures: Figures, view: View) -> str:
    """How many times the usual; of hardly any that says nothing."""
    if figures.mentions_expected < HARDLY_ANY:
        return ""
    return WORDS[view.language].times.format(ratio=view.figure(figures.ratio))


def quarter(figures: Figures) -> Figures:
    """The counts of the last quarter of an hour; its part of what is expected in the window that they come from."""
    mentions, negative = figures.windows.get(QUARTER_S, (0, 0))
    part = QUARTER_S / figures.window_s
    return msgspec.structs.replace(
        figures,
        window_s=QUARTER_S,
        mentions=mentions,
        mentions_expected=figures.mentions_expected * part,
        negative=negative,
        negative_expected=figures.negative_expected * part,
    )
