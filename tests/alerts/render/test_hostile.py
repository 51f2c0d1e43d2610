"""Whatever a stranger writes, each channel's form stays whole, within its limits, and says only what we say."""

import json
import re
import unicodedata
from email.message import EmailMessage
from html.parser import HTMLParser

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.render.clean import clean
from alerts.render.email import render_email
from alerts.render.facts import Facts, facts
from alerts.render.pagerduty import KEY_CHARS, SUMMARY_CHARS, render_pagerduty
from alerts.render.quote import Quote
from alerts.render.slack import BUDGET_CHARS, HEADER_CHARS, MOST_BLOCKS, SECTION_CHARS, render_slack
from alerts.render.view import View
from alerts.render.webhook import render_webhook
from schemas.alert import Alert
from schemas.enums import Severity, Transition
from schemas.incident import Entry
from schemas.signal import Loud
from tests.alerts.render import cases

ATTACKS = [
    "<!channel> <!here> <@U123> <https://evil.example|bank.example>",
    "@channel @here @everyone",
    "&lt;!channel&gt; &amp;",
    "</title></table><script>alert(1)</script><img src=x onerror=alert(1)>",
    'x" onmouseover="alert(1)',
    "line\r\nBcc: everybody@example.com\r\n\r\nbody",
    "\u202etxet sdrawkcab\u2066\u2069 \u200b\u200d\ufeff \x00\x07\x1b[31m",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324a\u0301" * 30,
    "\ud800 lone \udfff",
    "*bold* ```code``` ~struck~ _under_",
    "A" * 20_000,
    "𝒳" * 500,
    "{mentions} {0} %s %(x)s",
    "",
]
numbers = st.floats(0, 1e12) | st.sampled_from([float("nan"), float("inf"), 1e-320])
hostile = st.one_of(st.sampled_from(ATTACKS), st.text(st.characters(exclude_categories=[]), max_size=300))
quotes = st.builds(
    Quote, text=hostile, at_ms=st.integers(-(2**60), 2**60), network=hostile, url=hostile, copies=st.integers(0, 10**9)
)


@st.composite
def alerts(draw: st.DrawFn) -> tuple[Alert, list[Quote], View]:
    """An alert in which every string that a stranger may choose is hostile."""
    figures = msgspec.structs.replace(
        cases.FIGURES,
        networks=draw(st.dictionaries(hostile, st.integers(0, 10**9), max_size=6)),
        categories=draw(st.dictionaries(hostile, st.integers(0, 10**9), max_size=6)),
        terms=draw(st.lists(hostile, max_size=12)),
        loudest=[Loud(handle, 10**9) for handle in draw(st.lists(hostile, max_size=4))],
        mentions=draw(st.integers(0, 10**12)),
        mentions_expected=draw(numbers),
    )
    incident = msgspec.structs.replace(
        draw(st.sampled_from([cases.INCIDENT, cases.RESOLVED, cases.ACKNOWLEDGED])),
        id=draw(hostile),
        brand=draw(hostile),
        group=draw(hostile),
        brands=draw(st.lists(hostile, max_size=9)),
        acked_by=draw(hostile),
        resolved_why=draw(hostile),
        config_hash=draw(hostile),
        false_alarms_per_month=draw(numbers),
        budget_per_month=draw(numbers),
        timeline=[
            Entry(draw(st.integers(0, 2**60)), text, Severity.WATCH, text) for text in draw(st.lists(hostile, max_size=9))
        ],
        figures=figures,
        peak_figures=figures,
    )
    alert = cases.alert(draw(st.sampled_from(list(Transition))), cases.INCIDENT)
    alert = msgspec.structs.replace(alert, incident=incident)
    return alert, draw(st.lists(quotes, max_size=7)), draw(st.sampled_from([cases.ES, cases.EN, View()]))


given_alert = given(alerts())


def _strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in _strings(part)]
    if isinstance(value, list | tuple):
        return [text for part in value for text in _strings(part)]
    return [value] if isinstance(value, str) else []


@given(hostile, st.integers(1, 300))
def test_clean_text_is_one_line_of_visible_characters(text: str, most: int) -> None:
    """No control, bidi, zero-width or surrogate character is left, and the length holds."""
    cleaned = clean(text, most)
    assert len(cleaned) <= most
    assert not {unicodedata.category(char) for char in cleaned} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    cleaned.encode()


@given_alert
@settings(max_examples=60)
def test_slack_gets_no_mention_no_link_and_nothing_too_long(given: tuple[Alert, list[Quote], View]) -> None:
    """The only angle brackets are those of our own links, and those lead to plain web addresses."""
    body = render_slack(_facts(given), repeat=True)
    assert len(body["blocks"]) <= MOST_BLOCKS
    for block in body["blocks"]:
        texts = [block["text"]] if "text" in block else block["elements"]
        for text in texts:
            assert 0 < len(text["text"]) <= (HEADER_CHARS if text["type"] == "plain_text" else SECTION_CHARS)
            if text["type"] == "mrkdwn":
                _check_markup(text["text"])
    _check_markup(body["text"])
    assert sum(len(text) for text in _strings(body)) < BUDGET_CHARS + 5_000
    assert not re.search(r"@(channel|here|everyone|all)\b", json.dumps(body, ensure_ascii=False), re.IGNORECASE)
    json.dumps(body, ensure_ascii=False).encode()


def _check_markup(text: str) -> None:
    without_links = re.sub(r"<https?://[^<>|\s]+\|[^<>|]*>", "", text)
    assert "<" not in without_links
    assert ">" not in without_links
    assert not re.search(r"&(?!amp;|lt;|gt;)", text)


@given_alert
@settings(max_examples=60)
def test_mail_has_one_line_headers_and_no_foreign_tag(given: tuple[Alert, list[Quote], View]) -> None:
    """The standard library would refuse a header with a line break: it never gets one."""
    mail = render_email(_facts(given))
    message = EmailMessage()
    message["Subject"] = mail.subject
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    assert b"\nBcc:" not in message.as_bytes().split(b"\n\n")[0]
    seen = _Tags()
    seen.feed(mail.html)
    assert seen.tags <= {
        "html",
        "head",
        "meta",
        "title",
        "body",
        "div",
        "h2",
        "p",
        "table",
        "tr",
        "td",
        "blockquote",
        "bdi",
        "span",
        "a",
        "br",
    }
    assert seen.attributes <= {"style", "role", "aria-label", "href", "charset", "name", "content", "lang"}
    assert all(href.startswith(("http://", "https://")) for href in seen.hrefs)


@given_alert
@settings(max_examples=60)
def test_pager_events_hold_their_limits(given: tuple[Alert, list[Quote], View]) -> None:
    """A refused page is a missed crisis."""
    alert, _, _ = given
    for event in render_pagerduty(alert, _facts(given)):
        assert 0 < len(event["dedup_key"]) <= KEY_CHARS
        assert len(json.dumps(event).encode()) <= 64_000  # of 512,000
        if event["event_action"] == "trigger":
            assert 0 < len(event["payload"]["summary"]) <= SUMMARY_CHARS
            assert event["payload"]["component"]


@given_alert
@settings(max_examples=60)
def test_the_webhook_body_is_json_of_bounded_size(given: tuple[Alert, list[Quote], View]) -> None:
    """Standard Webhooks asks for less than about 20 KB."""
    body = render_webhook(given[0], _facts(given))
    assert json.loads(body)["version"] == 1
    assert len(body) < 40_000


def _facts(given: tuple[Alert, list[Quote], View]) -> Facts:
    return facts(*given)


class _Tags(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.hrefs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.hrefs += [value or "" for name, value in attrs if name == "href"]
