"""What bad words after thanks say: "thanks for losing my bag" is no praise, "thanks for fixing the fault" no complaint.

Rules: in the sentence of a word of thanks or congratulation, within four tokens, stands the word for the reason (for, por,
dass). Of the five tokens after that, twelve in a clause whose verb comes last, the first one that decides is looked for:
a clearly bad one makes the thanks ironic; a good one, one of help (fixing, answering) or a "but" makes them sincere; help
that a negator stands before is bad. Pictures don't decide. In a clause whose verb comes last, something good behind the
bad word makes them sincere too ("dass ihr den Fehler behoben habt").
Ironic thanks count against the brand what they would have counted for it, and make one piece of evidence with the bad
word, so that an explanation shows both. What help is given thanks for counts half, up to the next comma or "but".

Gratitude before a bad situation is the pattern of Riloff et al., "Sarcasm as contrast between a positive sentiment and
negative situation" (2013). The reaches were chosen on 14,485 tweets to airlines: of 65 with ironic thanks 64 are negative,
with seven tokens in place of five 68 of 74. Not found: irony without a reason ("great job, still on hold"), and reasons
that no list calls bad ("thanks for the seat that doesn't recline").
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from detectors.text.arrays import Flags, Index, places
from detectors.text.characters import SIGN_FLAG
from detectors.text.lexicon import Role
from detectors.text.tokens import Tokens
from detectors.text.vocabulary import Meanings, WordsInLang

Floats = npt.NDArray[np.float64]
Roles = npt.NDArray[np.uint8]

_NEGATOR, _THANKS, _REASON = int(Role.NEGATOR), int(Role.THANKS), int(Role.REASON)
_CLAUSE, _HELP, _BUT = int(Role.CLAUSE), int(Role.HELP), int(Role.BUT)
_REASON_REACH_TOKENS: Final = 4  # "thanks a lot @brand for"
_BAD_REACH_TOKENS: Final = 5  # "for being so completely, utterly useless"
_CLAUSE_REACH_TOKENS: Final = 12  # "dass ihr jetzt schon wieder meinen Koffer verloren"
_TO_REASON: Final = np.arange(_REASON_REACH_TOKENS)
_IN_REASON: Final = np.arange(_CLAUSE_REACH_TOKENS + 1)
_CLEAR: Final = 1.0  # words of weight -1 are mostly doubts: still, hours
_IRONIC: Final = -1.0
_HELPED: Final = 0.5
_SENTENCE_ENDS: Final = ".!?…"


@dataclass(frozen=True, slots=True)
class _Reasons:
    """What thanks are given for: a row for each of `thanks`, the items of evidence that have a reason.

    A row holds the word for the reason and the tokens after it.
    """

    thanks: Index
    token: Index
    role: Roles  # 0 where the sentence is over
    item: Index  # the token's item of evidence
    weight: Floats  # and its weight, 0 for a token that is none
    parted: Flags  # whether more than a space stands before the token


def weigh_thanks(
    tokens: Tokens, words: WordsInLang, meanings: Meanings, at: Index, size: Index, weight: Floats, role: Roles
) -> Index:
    """Changes the weights by the rules above and gives the items of ironic thanks.

    `at`, `size`, `weight` and `role` are those of `Evidence`, changed in place.
    """
    thanks = places((role == _THANKS) & (weight > 0))
    if not len(thanks):
        return thanks
    reasons = _reasons(tokens, meanings.role, words.cells, at, size, weight, thanks)
    ironic, column, helped = _judged(reasons)
    weight[reasons.item[helped]] *= _HELPED  # once, however many thanks are given for it
    thanks, token, item = reasons.thanks.take(ironic), reasons.token[ironic, column], reasons.item[ironic, column]
    weighs = at.take(item) == token
    weight[thanks] *= _IRONIC
    size[thanks] = token + np.where(weighs, size.take(item), 1) - at.take(thanks)
    joined, item = thanks.compress(weighs), item.compress(weighs)
    nearest = places(np.append(item[1:] != item[:-1], [True] * bool(len(item))))  # of several thanks for one word
    joined, item = joined.take(nearest), item.take(nearest)
    weight[joined] += weight.take(item)
    weight[item] = 0
    return thanks


def _reasons(tokens: Tokens, roles: Roles, cells: Index, at: Index, size: Index, weight: Floats, thanks: Index) -> _Reasons:
    """The reasons of those thanks that have one."""
    after = at.take(thanks) + size.take(thanks)
    near = after[:, None] + _TO_REASON
    goes_on, _ = _sentences(tokens, near)
    role = roles.take(cells.take(near, mode="clip")) * goes_on
    is_reason = (role == _REASON) | (role == _CLAUSE)
    some = places(is_reason.any(axis=1))
    token = (after.take(some) + is_reason[some].argmax(axis=1))[:, None] + _IN_REASON
    goes_on, parted = _sentences(tokens, token)
    token = np.minimum(token, len(cells) - 1)
    item = np.minimum(at.searchsorted(token), len(at) - 1)
    weighs = goes_on & (at.take(item) == token) & (tokens.codes.take(tokens.start.take(token)) < SIGN_FLAG)
    return _Reasons(
        thanks.take(some), token, roles.take(cells.take(token)) * goes_on, item, weight.take(item) * weighs, parted
    )


def _judged(reasons: _Reasons) -> tuple[Index, Index, Flags]:
    """Which rows are ironic, the column that says so of each, and the bad words that help is given for."""
    weight, role = reasons.weight, reasons.role
    ends_late, helps, turns = role[:, :1] == _CLAUSE, role == _HELP, role == _BUT
    negated = np.logical_or.accumulate(role == _NEGATOR, axis=1)
    decides = helps | turns | (weight > 0) | (weight < -_CLEAR)
    decides &= ends_late | (_IN_REASON <= _BAD_REACH_TOKENS)
    first = decides & (decides.cumsum(axis=1) == 1)
    bad = first & np.where(helps, negated, (weight < 0) & ~turns)
    ends_well = ends_late & ((helps & ~negated) | (weight > _CLEAR)).any(axis=1, keepdims=True)
    row, column = (bad & ~ends_well).nonzero()
    helped = np.logical_or.accumulate(first & helps & ~negated, axis=1)
    over = np.logical_or.accumulate(helped & ~(first & helps) & (reasons.parted | turns), axis=1)
    return row, column, helped & ~over & (weight < 0)


def _sentences(tokens: Tokens, rows: Index) -> tuple[Flags, Flags]:
    """Whether each token is still of the sentence of the one before its row, and whether more than a space parts it.

    `rows` hold tokens in a row.
    """
    last = len(tokens.start) - 1
    here, before = np.minimum(rows, last), np.minimum(rows - 1, last)
    end = tokens.end.take(before)
    parted = tokens.start.take(here) > end + 1
    mark = tokens.points.take(end)
    ends = np.zeros(rows.shape, bool)
    for each in _SENTENCE_ENDS:
        ends |= mark == ord(each)
    ends &= parted  # no abbreviation: "U.S."
    ends |= (rows > last) | (tokens.text.take(here) != tokens.text.take(before))
    return ~np.logical_or.accumulate(ends, axis=1), parted
