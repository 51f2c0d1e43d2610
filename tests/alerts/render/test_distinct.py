"""Which samples are worth showing."""

from alerts.render.distinct import distinct
from alerts.render.quote import Quote


def _quotes(*texts: str) -> list[Quote]:
    return [Quote(text, at_ms) for at_ms, text in enumerate(texts)]


def test_a_copy_with_a_name_or_a_link_added_is_a_copy() -> None:
    """The first one stays and counts them."""
    kept = distinct(_quotes("Qué asco de lasaña", "qué asco de LASAÑA @ana https://t.example/1", "Nadie contesta"), 5)
    assert [(quote.text, quote.copies) for quote in kept] == [("Qué asco de lasaña", 2), ("Nadie contesta", 1)]


def test_no_more_than_asked_for_are_kept() -> None:
    """Copies found later still count."""
    kept = distinct(_quotes("uno dos", "tres cuatro", "uno dos"), 1)
    assert [(quote.text, quote.copies) for quote in kept] == [("uno dos", 2)]


def test_texts_without_words_are_one_kind() -> None:
    """A row of emoji says the same as another row."""
    assert len(distinct(_quotes("😡😡", "🤢", "!!!"), 5)) == 1
