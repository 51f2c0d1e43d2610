"""How texts are cut."""

import pytest

from detectors.text.hashing import MAX_CHUNK_CHARS
from detectors.text.tokens import chunks, tokenise


def words(text: str) -> list[str]:
    tokens = tokenise([text])
    return [tokens.written(at, at) for at in range(len(tokens.start))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hola, mundo!", ["hola", "mundo"]),  # punctuation parts words, case is folded
        ("can’t won't", ["can’t", "won't"]),  # an apostrophe belongs to its word
        ("@Some_Brand hi", ["@some", "brand", "hi"]),
        ("bien😊😊mal", ["bien", "😊", "😊", "mal"]),  # pictures stand alone
        ("👍🏽👍", ["👍", "👍"]),  # a skin tone is no token
        ("❤️", ["❤"]),  # nor is a variation selector
        ("see https://t.co/aB3?x=1#y now", ["see", "now"]),  # addresses are dropped
        ("https://a.b", []),
        ("time: 10/10", ["time", "10", "10"]),
        (":) :-( <3", ["😊", "😞", "❤"]),  # emoticons are read as pictures
        ("great:D", ["great", "😀"]),
        (":Delta", ["delta"]),  # no grin
        ("http://x", []),  # no wry face
        ("这是 один", ["这是", "один"]),
        ("", []),
        ("¿¡…—", []),
    ],
)
def test_a_text_is_cut_into(text: str, expected: list[str]) -> None:
    """The rules of `characters`, `emoticons` and `tokens`."""
    assert words(text) == expected


def test_both_ways_to_write_an_accent_are_one_word() -> None:
    """`é` and `e` with a combining accent look the same and are the same."""
    composed, decomposed = tokenise(["café olé"]), tokenise(["café olé"])
    assert composed.hashes.tolist() == decomposed.hashes.tolist()


def test_a_text_is_read_alike_beside_one_that_is_composed() -> None:
    """Only texts with accents that stand alone are composed; the others stay as they are."""
    alone, beside = tokenise(["\u0958\u0958"]), tokenise(["ole\u0301", "\u0958\u0958"])
    assert alone.hashes.tolist() == beside.hashes.tolist()[1:]


def test_the_typographic_apostrophe_is_an_apostrophe() -> None:
    """Phones write ’ where keyboards write '."""
    assert tokenise(["c’est"]).hashes[0] == tokenise(["c'est"]).hashes[0]


def test_texts_that_hold_the_separator_stay_apart() -> None:
    """U+001E joins the texts; one inside a text is a space."""
    tokens = tokenise(["one\x1etwo", "three"])
    assert tokens.text.tolist() == [0, 0, 1]


def test_a_word_has_the_same_hash_in_every_text() -> None:
    """Whatever stands before it."""
    tokens = tokenise(["abc", "xyz 😊 abc", "", "ABC!"])
    assert len({int(tokens.hashes[at]) for at in (0, 3, 4)}) == 1


def test_characters_are_counted_by_text() -> None:
    """Empty texts count nothing and shift nobody."""
    assert tokenise(["a?", "", "??", "b"]).count_of("?").tolist() == [1, 0, 2, 0]


def test_chunks_keep_order_and_size() -> None:
    """Every text is in one chunk, and a chunk is never longer than the tables of powers."""
    texts = ["x" * length for length in range(0, 2_000, 7)] * 5
    parts = list(chunks(texts))
    assert [text for part in parts for text in part] == texts
    assert all(sum(len(text) + 1 for text in part) <= MAX_CHUNK_CHARS for part in parts)
    assert len(parts) > 1
