"""What the receivers got, shown in a terminal."""

from email.message import EmailMessage
from typing import Any

from alerts.render.facts import facts
from alerts.render.slack import render_slack
from schemas.enums import Channel, Transition
from streams.demo import texts
from streams.demo.told import brands_of, slack_lines
from streams.receivers import Received
from tests.alerts.render.cases import ES, QUOTES, alert


def received(channel: Channel, body: Any, subject: str | None = None) -> Received:
    """One message."""
    mail = None
    if subject is not None:
        mail = EmailMessage()
        mail["Subject"] = subject
    return Received(channel, 0.0, body, {}, b"", mail)


def test_a_slack_message_is_shown_as_people_read_it() -> None:
    """The header first; no stars, no entities, links by their words."""
    shown = facts(alert(Transition.OPENED), QUOTES, ES)
    lines = slack_lines(render_slack(shown))
    assert lines[0] == f"{shown.icon} {shown.title}"
    assert shown.measure in lines
    assert any(line.startswith("Lo nuevo: carne de caballo") for line in lines)
    assert not [line for line in lines if "*" in line or "&amp;" in line or "<http" in line]
    assert any("1.400" in line and line.startswith("“Otra marca más") for line in lines)


def test_what_has_no_blocks_is_shown_by_its_text() -> None:
    """Marks of strangers come back as they wrote them."""
    assert slack_lines({"text": "a &lt;b&gt; &amp; c"}) == ["a <b> & c"]


def test_every_channel_says_which_brand_it_is_about() -> None:
    """By the brand's id, its name, or the subject of the mail."""
    brand, name = next(iter(texts.NAMES.items()))
    assert brands_of(received(Channel.WEBHOOK, {"data": {"incident": {"brand": brand}}})) == [brand]
    assert brands_of(received(Channel.SLACK, {"text": name.upper()})) == [brand]
    assert brands_of(received(Channel.PAGERDUTY, {"dedup_key": f"{brand}-surge-1"})) == [brand]
    assert brands_of(received(Channel.EMAIL, "text", f"Rebato: {name}")) == [brand]
    assert brands_of(received(Channel.SLACK, {"text": "somebody else"})) == []


def test_what_several_brands_share_is_about_each_of_them() -> None:
    """By the first line: it names them all."""
    (one, name), (other, second) = list(texts.NAMES.items())[:2]
    both = f"🔴 {name.upper()} + {second.upper()} · crítica"
    assert brands_of(received(Channel.WEBHOOK, {"data": {"incident": {"brand": one, "brands": [one, other]}}})) == [
        one,
        other,
    ]
    assert brands_of(received(Channel.SLACK, {"text": both})) == [one, other]
    assert brands_of(received(Channel.EMAIL, f"{both}\n\nmore", f"Rebato: {name}")) == [one, other]
    assert brands_of(received(Channel.PAGERDUTY, {"dedup_key": f"{one}-1", "payload": {"summary": both}})) == [one, other]
