"""The words that say what a text is about."""

import pytest

from detectors.text.scorer import TextScorer
from detectors.text.terms import TERMS


def words(scorer: TextScorer, text: str, lang: str = "en") -> set[str]:
    scores = scorer.score([text], [lang])
    return {scores.term_words[term] for term in scores.terms[0].tolist() if term}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The horse meat in my lasagne", {"horse", "meat", "lasagne", "horse meat"}),
        ("#Horsegate horse", {"#horsegate", "horse", "horsegate horse"}),  # hashtags keep their mark
        ("@shop write to me@mail.example, 555 123 4567", {"write", "example"}),  # nobody's address or number
        ("lasagne, horse", {"lasagne", "horse"}),  # no pair across punctuation
        ("refund REFUND refund", {"refund", "refund refund"}),  # each once
        ("https://shop.example/lasagne", set()),
        ("horse meat, and meat of the horse", {"horse", "meat", "horse meat"}),  # two words between are too many
        ("the bag of lasagne and  horse", {"bag", "lasagne", "horse", "bag of lasagne"}),  # nor two spaces
        ("l'arnaque du siècle", {"l'arnaque", "siècle", "l'arnaque du siècle"}),  # one stop word between
        ("ok no 😡 12/12", set()),
        ("", set()),
    ],
)
def test_terms_of_a_text(scorer: TextScorer, text: str, expected: set[str]) -> None:
    """No stop words, handles, addresses, numbers, pictures or short words."""
    assert words(scorer, text, "fr" if "siècle" in text else "en") == expected


def test_hashtags_come_before_words_and_words_before_pairs(scorer: TextScorer) -> None:
    """Three hashtags and six single terms at most, eight in all."""
    text = "alpha bravo charlie delta echo foxtrot golf hotel #one11 #two22 #three3 #four4"
    found = words(scorer, text)
    assert len(found) == TERMS
    assert {"#one11", "#two22", "#three3", "alpha", "bravo", "charlie"} <= found
    assert "#four4" not in found


@pytest.mark.parametrize(
    ("lang", "text", "phrase"),
    [
        ("es", "han encontrado carne de caballo", "carne de caballo"),
        ("en", "our fleet's on fleek", "fleet's on fleek"),
        ("pt", "perdi a mala de mão", "mala de mão"),
        ("fr", "encore un retard du train", "retard du train"),
        ("it", "il ritardo del treno", "ritardo del treno"),
        ("de", "Ausfall der Züge", "ausfall der züge"),
    ],
)
def test_a_phrase_reaches_over_one_stop_word(scorer: TextScorer, lang: str, text: str, phrase: str) -> None:
    """What people name is said with a small word in the middle, in each language."""
    assert phrase in words(scorer, text, lang)


def test_every_term_has_its_word(scorer: TextScorer) -> None:
    """Over a whole batch, and no word is there without its term."""
    texts = [f"word{i} thing{i % 7} #tag{i % 3}" for i in range(500)]
    scores = scorer.score(texts, [None] * 500)
    assert set(scores.term_words) == set(scores.terms.ravel().tolist()) - {0}


def test_a_term_has_the_same_hash_in_every_batch(scorer: TextScorer) -> None:
    """They are counted over days."""
    alone = scorer.score(["lasagne"], ["en"]).terms[0]
    among = scorer.score(["abc def", "bad lasagne"], ["en", "it"])
    assert set(alone[alone > 0].tolist()) <= set(among.terms[1].tolist())


def test_an_address_takes_nothing_from_its_neighbours(scorer: TextScorer) -> None:
    """An `@` in one is no handle: the word before it stays a term, in this text and in the one before."""
    texts = ["frozen lasagne", "https://medium.com/@someone horse", "horse https://medium.com/@someone"]
    scores = scorer.score(texts, ["en"] * 3)
    found = [{scores.term_words[term] for term in row if term} for row in scores.terms.tolist()]
    assert found == [{"frozen", "lasagne", "frozen lasagne"}, {"horse"}, {"horse"}]
