"""The phrases of an alert in each language. mypy sees to it that all are whole."""

from alerts.render.phrases import Words
from alerts.render.words_en import EN
from alerts.render.words_es import ES
from schemas.config.model import Language

__all__ = ["WORDS", "Words"]

WORDS: dict[Language, Words] = {"es": ES, "en": EN}
