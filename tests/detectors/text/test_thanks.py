"""What thanks say of the bad words after them."""

from collections.abc import Callable

import numpy as np
import pytest

from detectors.text.compile import compile_vocabulary
from detectors.text.languages import LANGS
from detectors.text.lexicon import Entry, Role, packaged_entries
from detectors.text.reading import read
from detectors.text.scorer import TextScorer
from schemas.enums import Category

_NEGATIVE, _NOT_NEGATIVE = 0.6, 0.4

IRONIC = {
    "es": [
        "Gracias por perder mi maleta",
        "Enhorabuena por ser unos incompetentes",
        "Muchas gracias @iberia por cancelar el vuelo",
        "felicidades por vuestro pésimo servicio",
        "gracias por no responder a mis correos",
        "Bravo por dejarnos tirados en el aeropuerto",
    ],
    "en": [
        "Well done for being completely incompetent and losing my bag",
        "Thanks for losing my luggage again",
        "Thank you @united for the worst flight of my life",
        "Congratulations on being the rudest shop in town",
        "thanks for not answering a single email",
        "Many thanks to Tern for breaking my guitar",
    ],
    "pt": [
        "Obrigado por perderem a minha mala",
        "Parabéns pela incompetência de vocês",
        "Obrigada @tap pelo atraso de três horas",
        "Parabéns por serem tão incompetentes",
        "obrigado por não responderem às minhas mensagens",
        "Valeu pelo péssimo atendimento",
    ],
    "fr": [
        "merci pour avoir perdu ma valise",
        "Bravo pour votre incompétence",
        "Merci @sncf pour les deux heures de retard",
        "Félicitations pour ce service lamentable",
        "merci de ne jamais répondre à mes mails",
        "Merci d'avoir annulé mon vol",
    ],
    "it": [
        "Grazie per aver perso la mia valigia",
        "Complimenti per la vostra incompetenza",
        "Grazie @trenitalia per le due ore di ritardo",
        "Grazie di aver rovinato le nostre vacanze",
        "grazie per non aver mai risposto alle mie mail",
        "complimenti per il pessimo servizio",
    ],
    "de": [
        "Danke, dass ihr jetzt schon wieder meinen Koffer verloren habt",
        "Danke @bahn für die zwei Stunden Verspätung",
        "Glückwunsch zu eurem miesen Service",
        "Vielen Dank für den verdorbenen Urlaub",
        "danke, dass ihr auf keine Mail antwortet",
        "Herzlichen Glückwunsch, dass ihr so unfähig seid",
    ],
}
MEANT = {
    "es": [
        "gracias por solucionar el problema",
        "Gracias por ayudarme a encontrar mi maleta perdida",
        "gracias por devolverme el dinero del vuelo cancelado",
        "gracias por no perder mi maleta",
        "gracias por vuestra paciencia con el retraso",
        "Enhorabuena por el premio",
    ],
    "en": [
        "Thanks for helping me find my lost bag",
        "well done for winning",
        "thanks for fixing the terrible delay",
        "thanks for not losing my bag",
        "Thank you for your patience during the delay",
        "thanks for the flight. My bag was lost by the taxi",
    ],
    "pt": [
        "obrigado por resolverem o problema",
        "Obrigada por me ajudarem a encontrar a mala perdida",
        "obrigado pelo reembolso do voo cancelado",
        "obrigado por não perderem a minha mala",
        "Parabéns por corrigirem o erro",
        "Parabéns pelo prémio",
    ],
    "fr": [
        "merci d'avoir réglé mon problème",
        "Merci de m'avoir aidé à retrouver ma valise perdue",
        "merci pour le remboursement du vol annulé",
        "Bravo pour avoir réparé la panne",
        "Merci pour votre patience malgré le retard",
        "Félicitations pour ce prix",
    ],
    "it": [
        "grazie per aver risolto il problema",
        "Grazie per avermi aiutato a ritrovare la valigia persa",
        "grazie per il rimborso del volo cancellato",
        "grazie per non aver perso la mia valigia",
        "Complimenti per aver riparato il guasto",
        "Complimenti per il premio",
    ],
    "de": [
        "Danke, dass ihr mein Problem gelöst habt",
        "Danke, dass ihr den Fehler so schnell behoben habt",
        "Danke für die Hilfe bei meinem verlorenen Koffer",
        "danke für die Erstattung des stornierten Flugs",
        "Danke, dass ihr meinen Koffer nicht verloren habt",
        "Glückwunsch zum Preis",
    ],
}
LOST = {
    "es": ["perdieron mi maleta", "me habéis perdido la maleta", "han perdido nuestro equipaje"],
    "en": ["losing my bag", "you lost my luggage", "@united lost our suitcases again"],
    "pt": ["perderam a minha mala", "a companhia perdeu minha bagagem", "extraviaram a nossa bagagem"],
    "fr": ["perdu ma valise", "vous avez perdu mes bagages", "ma valise est perdue"],
    "it": ["perso la valigia", "avete perso i miei bagagli", "hanno smarrito il mio bagaglio"],
    "de": ["Koffer verloren", "ihr habt meinen Koffer verloren", "mein Gepäck ist verloren gegangen"],
}


def _rows(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(lang, text) for lang, texts in table.items() for text in texts]


@pytest.mark.parametrize(("lang", "text"), _rows(IRONIC))
def test_thanks_for_something_bad_are_negative(scorer: TextScorer, lang: str, text: str) -> None:
    """They are no praise, and the whole ironic phrase is what decided."""
    scores = scorer.score([text], [lang])
    assert scores.negativity[0] >= _NEGATIVE
    assert not scores.categories[0] & Category.PRAISE.bit
    thanks = "thank congrat well bravo gracias enhorab felicid obrig parab valeu merci félic grazie compl danke dank glückw"
    decided = scorer.explain(text, lang)[0]
    assert len(decided.split()) > 2
    assert any(decided.startswith((begin, f"vielen {begin}", f"many {begin}")) for begin in thanks.split())


@pytest.mark.parametrize(("lang", "text"), _rows(MEANT))
def test_thanks_for_help_are_not(negativity: Callable[[str, str], float], lang: str, text: str) -> None:
    """Bad words name what was helped with; a negator takes them back, a full stop ends what thanks are for."""
    assert negativity(text, lang) <= _NOT_NEGATIVE


@pytest.mark.parametrize(("lang", "text"), _rows(LOST))
def test_lost_bags_are_complaints(negativity: Callable[[str, str], float], lang: str, text: str) -> None:
    """Told as a plain fact."""
    assert negativity(text, lang) >= _NEGATIVE


@pytest.fixture(scope="module")
def small() -> TextScorer:
    """A scorer with a word or two for each rule."""
    en, de = LANGS.index("en"), LANGS.index("de")
    roles = {"not": Role.NEGATOR, "very": Role.BOOSTER, "for": Role.REASON, "fix": Role.HELP, "but": Role.BUT}
    weights = {"thanks": 2.0, "well done": 3.0, "bad": -2.0, "broken glass": -3.0, "hours": -1.0, "nice": 1.0, "☹": -2.0}
    return TextScorer(
        compile_vocabulary(
            [
                *(Entry(text, en, weight=weight) for text, weight in weights.items()),
                *(Entry(text, en, role=role) for text, role in roles.items()),
                *(Entry(text, en, role=Role.THANKS) for text in ("thanks", "well done")),
                *(Entry("danke", de, weight=2.0), Entry("danke", de, role=Role.THANKS)),
                *(Entry("schlimm", de, weight=-2.0), Entry("gut", de, weight=2.0), Entry("behoben", de, role=Role.HELP)),
                *(Entry("dass", de, role=Role.CLAUSE), Entry("für", de, role=Role.REASON)),
                Entry("nicht", de, role=Role.NEGATOR),
            ],
            [],
            [],
        )
    )


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        ("thanks for bad x", [-4]),  # ironic: -2 and -2
        ("well done for broken glass", [-6]),  # so with phrases
        ("thanks for very bad x", [-4.6]),  # and boosters
        ("thanks a b @c for 1 2 3 4 bad", [-4]),  # the reason is looked for in four tokens, the word in five
        ("thanks a b c d for bad", [2, -2]),
        ("thanks for 1 2 3 4 5 bad", [2, -2]),
        ("thanks bad", [2, -2]),  # no reason
        ("thanks for x", [2]),
        ("thanks for", [2]),
        ("thanks", [2]),
        ("thanks for hours bad", [-1, -4]),  # a doubt decides nothing
        ("thanks for nice bad", [2, 1, -2]),  # something good does
        ("thanks for not bad", [2, 1.2]),  # a bad word turned round is good
        ("thanks for ☹ bad", [-2, -4]),  # a picture decides nothing
        ("thanks for x ☹", [2, -2]),
        ("thanks for fix bad", [2, -1]),  # help: what it is given for counts half
        ("thanks for fix bad x bad", [2, -1, -1]),
        ("thanks for fix, bad", [2, -2]),  # up to a comma
        ("thanks for fix bad but bad", [2, -1, -2]),  # or but
        ("thanks for fix. bad", [2, -2]),
        ("thanks for but bad", [2, -2]),
        ("thanks for not fix", [-2]),  # help that isn't given
        ("thanks for x. bad", [2, -2]),  # another sentence
        ("thanks. for bad", [2, -2]),
        ("thanks U.S. for bad", [2, -2]),
        ("thanks @U.S for bad", [-4]),  # an abbreviation ends none
        ("thanks for bad, thanks for bad", [-4, -4]),
        ("thanks thanks for bad", [-2, -4]),  # the nearest thanks make one piece with the word
    ],
)
def test_weights_after_thanks(small: TextScorer, text: str, weights: list[float]) -> None:
    """The rules of `thanks`, one a row; negators weigh nothing here."""
    assert sorted(_weights(small, text, "en")) == pytest.approx(sorted(weights))


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        ("danke, dass 1 2 3 4 5 6 schlimm", [-4]),  # twelve tokens
        ("danke für 1 2 3 4 5 6 schlimm", [2, -2]),
        ("danke, dass 1 schlimm 2 3 4 5 behoben", [2, -2]),  # help at the end of the clause
        ("danke, dass 1 schlimm 2 3 nicht behoben", [-4]),
        ("danke, dass 1 schlimm 2 gut", [2, -2, 2]),
        ("danke für 1 schlimm 2 behoben", [-4]),
    ],
)
def test_a_clause_is_read_to_its_end(small: TextScorer, text: str, weights: list[float]) -> None:
    """Where the verb comes last."""
    assert sorted(_weights(small, text, "de")) == pytest.approx(sorted(weights))


def test_thanks_dont_reach_into_the_next_text(small: TextScorer) -> None:
    """Neither for the reason nor for the bad word; and ironic is only the text that says so."""
    langs = np.full(6, LANGS.index("en"), np.uint8)
    evidence = read(small.vocabulary, ["thanks", "for bad", "thanks for", "bad", "thanks for bad", ""], langs).evidence
    assert evidence.weight[evidence.weight != 0].tolist() == [2, -2, 2, -2, -4]
    assert evidence.ironic_texts.tolist() == [4]


def test_every_word_of_thanks_weighs(scorer: TextScorer) -> None:
    """There is nothing to turn round else."""
    for entry in packaged_entries():
        if entry.role is Role.THANKS:
            assert min(_weights(scorer, entry.text, LANGS[entry.lang]), default=0) > 0, entry


def _weights(scorer: TextScorer, text: str, lang: str) -> list[float]:
    evidence = read(scorer.vocabulary, [text], np.array([LANGS.index(lang)], np.uint8)).evidence
    return evidence.weight[evidence.weight != 0].tolist()
