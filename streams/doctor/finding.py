"""What one check has found."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How bad it is."""

    GOOD = "good"
    WORTH_A_LOOK = "worth_a_look"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's report. `remedy` is empty when all is well."""

    check: str
    verdict: Verdict
    detail: str
    remedy: str = ""


def good(check: str, detail: str) -> Finding:
    """All is well."""
    return Finding(check, Verdict.GOOD, detail)


def worth_a_look(check: str, detail: str, remedy: str) -> Finding:
    """It may be meant so."""
    return Finding(check, Verdict.WORTH_A_LOOK, detail, remedy)


def bad(check: str, detail: str, remedy: str) -> Finding:
    """It can't work so."""
    return Finding(check, Verdict.BAD, detail, remedy)
