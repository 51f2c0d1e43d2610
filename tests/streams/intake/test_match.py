"""Which brands a text is about."""

import msgspec
import pytest

from schemas.mention import Mention
from streams.intake.match import BrandMatcher
from tests.streams.intake.making import config, mention

IKEA, COCINERA, MCD = "ikea", "la-cocinera", "mcd"

TEXTS = [
    ("I like IKEA", [IKEA], "names in any case"),
    ("ikea's sofa, “IKEA”, ikea!", [IKEA], "punctuation is a border; once is enough"),
    ("IKEAS are not one", [], "a longer word is another word"),
    ("pikea", [], "so is one that ends like it"),
    ("IKEA_fan", [], "an underscore makes one word"),
    ("la   cocinéra", [COCINERA], "accents and the number of spaces don't matter"),
    ("LA-COCINERA", [COCINERA], "nor does what parts the words"),
    ("la cocinera\u0301", [COCINERA], "accents may stand apart"),
    ("la coc\u00adinera", [COCINERA], "soft hyphens are not seen"),
    ("#LaCocinera qué asco", [COCINERA], "a hashtag in one word"),
    ("#ikea @ikea", [IKEA], "a name as hashtag or handle"),
    ("@LaCocinera responde", [COCINERA], "a handle"),
    ("thanks @ikeaspain", [IKEA], "the brand's own handle"),
    ("ikeaspain is a word", [], "a handle needs its sign"),
    ("write to info@ikeaspain.es", [], "an address has no handle in it"),
    ("mcdonalds or McDonald’s", [MCD], "with or without the apostrophe"),
    ("IKEA y la cocinera", [IKEA, COCINERA], "several brands"),
    ("the IKEA effect is well known", [], "part of a phrase that means something else"),
    ("the IKEA effect, says IKEA", [IKEA], "but named outside of it too"),
    ("", [], "nothing"),
    ("IKEA\nIKEA effect", [IKEA], "lines of one text"),
]


def read(**fields: object) -> Mention:
    return msgspec.json.decode(mention(**fields), type=Mention)


def brands(mentions: list[Mention], **settings: object) -> list[list[str]]:
    """Names of the brands of each mention."""
    found = BrandMatcher(config(**settings).brands).match(mentions)
    rows = list(zip(found.mention.tolist(), found.brand.tolist(), strict=True))
    return [[found.brands[brand] for at, brand in rows if at == index] for index in range(len(mentions))]


def outbound(**fields: object) -> list[tuple[str, bool]]:
    found = BrandMatcher(config().brands).match([read(**fields)])
    return [(found.brands[brand], bool(out)) for brand, out in zip(found.brand, found.outbound, strict=True)]


@pytest.mark.parametrize(("text", "expected", "rule"), TEXTS)
def test_a_text_names_brands(text: str, expected: list[str], rule: str) -> None:
    """The rule stands beside each row."""
    assert brands([read(text=text)]) == [expected], rule


def test_a_batch_gives_what_each_text_gives_alone() -> None:
    """Texts are joined for speed; no name reaches from one into the next."""
    mentions = [read(text=text) for text, _, _ in TEXTS]
    assert brands(mentions) == [expected for _, expected, _ in TEXTS]
    assert brands([read(text="la"), read(text="cocinera")]) == [[], []]


def test_the_mentions_own_brand_wins() -> None:
    """By id or name; one that isn't watched says nothing, and the text decides."""
    rows = [read(brand="La Cocinera"), read(brand="mcd", text="x"), read(brand="lidl"), read(brand="IKEA", text="mcdonalds")]
    assert brands(rows) == [[COCINERA], [MCD], [IKEA], [IKEA]]


def test_a_brands_own_account_is_outbound_for_it_alone() -> None:
    """Told from the handle on its network, whatever the text says."""
    assert outbound(text="thanks!", author={"handle": "@ikeaspain"}) == [(IKEA, True)]
    assert outbound(text="IKEA", author={"handle": "lacocinera"}) == [(IKEA, False), (COCINERA, True)]
    assert outbound(text="IKEA", author={"handle": "me"}, direction="outbound") == [(IKEA, True)]
    assert outbound(text="IKEA", author={"handle": "me"}) == [(IKEA, False)]


def test_auto_takes_the_brand_as_it_comes() -> None:
    """In lower case without accents, words joined; without one a mention counts for nobody."""
    rows = [read(brand="JetBlue"), read(brand="La Cociñera "), read(), read(brand="任天堂"), read(brand="!!")]
    assert brands(rows, brands="auto") == [["jetblue"], ["la-cocinera"], [], ["任天堂"], []]


def test_scripts_without_spaces_need_no_borders() -> None:
    """任天堂は is 任天堂; a Hangul name keeps its letters."""
    watched = [{"id": "n", "names": ["任天堂"]}, {"id": "s", "names": ["삼성"]}]
    assert brands([read(text="これは任天堂は"), read(text="삼성 좋아"), read(text="사성")], brands=watched) == [
        ["n"],
        ["s"],
        [],
    ]


def test_two_brands_may_share_a_name() -> None:
    """Both are meant."""
    watched = [{"id": "a", "names": ["Delta"]}, {"id": "b", "names": ["delta"], "not_when": ["delta air"]}]
    assert brands([read(text="Delta"), read(text="Delta Air")], brands=watched) == [["a", "b"], ["a"]]


@pytest.mark.parametrize("odd", ["@someone", " ", "two words", "two\nlines", "İx"])
def test_one_odd_handle_hides_no_other(odd: str) -> None:
    """The handles of a batch are compared at once; spaces, signs and lines in one of them don't move the others."""
    handles = [odd, " @IKEASpain ", "ikeaspain", None, ""]
    found = BrandMatcher(config().brands).match([read(author={"handle": handle}, text="x") for handle in handles])
    assert found.mention.tolist() == [1, 2]
