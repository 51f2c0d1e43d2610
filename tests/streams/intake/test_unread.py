"""Counting without reading texts."""

import numpy as np

from schemas.enums import IntakeOutcome
from streams.intake.stage import IntakeStage
from streams.intake.unread import Unread, text_hashes
from tests.streams.intake.making import config, mention, records, scorer

VALUES = [
    mention(id="1", text="IKEA ¡qué asco! I hate it"),
    mention(id="2", text="IKEA ¡qué asco! I hate it"),
    mention(id="3", text="IKEA and la cocinera: where is my order?"),
    mention(id="3"),
    mention(id="4", text="nobody"),
    b"{",
]
HASHES = [16927150683018993964, 17049939448830003148, 0]
READ = ("negativity", "categories", "text", "near", "terms")


def test_without_reading_everything_is_counted_as_with_it() -> None:
    """Outcomes, brands and all columns but those that say what the text says."""
    unread = IntakeStage(config(intake={"score": False}), scorer()).process(records(VALUES))
    read = IntakeStage(config(), scorer()).process(records(VALUES))
    assert unread.counts == read.counts
    assert unread.counts["x", IntakeOutcome.COUNTED] == 3
    assert (unread.brands, unread.groups, unread.networks) == (read.brands, read.groups, read.networks)
    for name in set(unread.columns.to_bytes()) - set(READ):
        np.testing.assert_array_equal(getattr(unread.columns, name), getattr(read.columns, name))


def test_what_is_not_read_says_nothing() -> None:
    """Nothing is negative, of a category or about a word; copies are known all the same."""
    batch = IntakeStage(config(intake={"score": False}), scorer()).process(records(VALUES))
    columns = batch.columns
    assert not columns.negativity.any()
    assert not columns.categories.any()
    assert not columns.terms.any()
    assert batch.term_words == {}
    copies = columns.near.tolist()
    assert copies[0] == copies[1]
    assert copies[2] == copies[3]  # one mention of two brands
    assert copies[0] != copies[2]
    assert columns.text.tolist() == copies


def test_hashes_of_texts_are_the_same_in_every_process() -> None:
    """They lie in state: a change of theirs is a change of the format."""
    assert text_hashes(["IKEA", "ikea", ""]).tolist() == HASHES


def test_no_texts_make_no_rows() -> None:
    """A batch may hold nothing that counts."""
    assert len(Unread().score([], []).terms) == 0
