"""A sample mention, read back, as a stranger wrote it: untouched until `facts` cleans it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody wrote."""

    text: str
    at_ms: int
    network: str = ""
    url: str = ""
    copies: int = 1  # how often the same text was seen
