"""A brand's own names among the words that are new: everybody who writes of it writes them, so they say nothing. Pure.

Its hashtags stay: one that comes up is news.
"""

import re
from dataclasses import dataclass

import msgspec

from schemas.config.model import Config
from schemas.signal import Signal

_BETWEEN = re.compile(r"[\W_]+")
_SHORTEST_CHARS = 3  # what a term has at least


def words_of(names: list[str]) -> frozenset[str]:
    """The words of names, handles and ids, as terms are written, and those written as one.

    >>> sorted(words_of(["La Cocinera", "@LaCocinera", "us-airways"]))
    ['airways', 'cocinera', 'lacocinera', 'usairways']
    """
    parts = [_BETWEEN.split(name.casefold().strip("@# ")) for name in names]
    words = {part for each in parts for part in [*each, "".join(each)]}
    return frozenset(word for word in words if len(word) >= _SHORTEST_CHARS)


@dataclass(frozen=True, slots=True)
class OwnNames:
    """Of each listed brand, its names."""

    names: dict[str, list[str]]

    @classmethod
    def of(cls, config: Config) -> "OwnNames":
        """As the config has them."""
        listed = [] if config.brands == "auto" else config.brands
        return cls({brand.id: [brand.id, *brand.names, *brand.handles.values()] for brand in listed})

    def left_out(self, signal: Signal) -> Signal:
        """The level without the names: a phrase with one at an end is what is left of it."""
        figures = signal.figures
        if not (figures.terms or figures.novelty):
            return signal
        own = words_of(self.names.get(signal.brand, [signal.brand]))
        terms = list(dict.fromkeys(left for term in figures.terms if (left := _without(term, own))))
        told = {part for term in terms if " " in term for part in term.split(" ")}
        terms = [term for term in terms if term not in told]
        novelty = {term: bits for term, bits in figures.novelty.items() if _without(term, own) == term}
        return msgspec.structs.replace(signal, figures=msgspec.structs.replace(figures, terms=terms, novelty=novelty))


def _without(term: str, own: frozenset[str]) -> str:
    if term.startswith("#"):
        return term
    parts = term.split(" ")
    ends = dict.fromkeys([parts[0], parts[-1]])
    left = [end for end in ends if end not in own]
    return term if len(left) == len(ends) else "".join(left)
