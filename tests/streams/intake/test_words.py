"""Which forms stand in folded texts."""

from hypothesis import given
from hypothesis import strategies as st

from streams.intake.fold import fold
from streams.intake.patterns import First, Form
from streams.intake.unspaced import UnspacedForms
from streams.intake.words import WordForms

NAMED, SIGN = First.SPACE | First.AT | First.HASH, First.AT | First.HASH

FORMS: list[Form] = [
    (" cafe ", NAMED),
    (" cafe sol ", NAMED),
    (" cafe de sol ", NAMED),
    (" de ", First.SPACE),
    (" sol ", SIGN),
    (" @sol ", First.SPACE),
    (" #de sol ", First.SPACE),
    (" internationale ", NAMED),
    (" unternationale ", NAMED),
    (" ñandú sol ", NAMED),
]

words = st.sampled_from(
    ["Café", "sol", "de", "SOL.", "@sol", "#sol", "#de", "@", "#", "x", "Internationale", "Anternationale"]
)


def found(forms: WordForms | UnspacedForms, folded: bytes) -> list[tuple[int, int, int]]:
    return sorted(zip(*(column.tolist() for column in forms.find(folded)), strict=True))


def test_a_form_is_found_with_its_borders() -> None:
    """Places are those of the folded bytes."""
    folded = fold(["¡Café de sol!", "@sol"])
    assert [(FORMS[form][0], folded[begin:end]) for form, begin, end in found(WordForms(FORMS), folded)] == [
        (" cafe ", b" cafe "),
        (" cafe de sol ", b" cafe de sol "),
        (" de ", b" de "),
        (" sol ", b"@sol "),
        (" @sol ", b" @sol "),
    ]


@given(st.lists(st.lists(words).map(" ".join), min_size=1, max_size=5))
def test_an_automaton_finds_the_same(texts: list[str]) -> None:
    """Forms of words are found without reading every letter, and are the same."""
    folded = fold(texts)
    assert found(WordForms(FORMS), folded) == found(UnspacedForms(FORMS), folded)


def test_words_with_the_same_ending_are_told_apart() -> None:
    """Their place is the same: it comes from the last eight letters and the length."""
    assert found(WordForms([(" internationale ", NAMED)]), fold(["Anternationale"])) == []


def test_no_forms_are_found_nowhere() -> None:
    """As where all brands have names in scripts without spaces."""
    assert found(WordForms([]), fold(["sol de Café"])) == []
