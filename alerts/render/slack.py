"""The alert as a Slack message: blocks, and a text for notifications and screen readers.

Limits (Slack's own validators in slack_sdk, `models/blocks`): header 150 characters, section text 3,000, context
elements 10, 50 blocks. All blocks together break near 13,200 characters (slackapi/bolt-js#2509): the budget is 10,000.
Every string is escaped (`&`, `<`, `>`: Slack's "Formatting text"), so that no post can carry `<!channel>` or a link
under another name; `verbatim` keeps Slack from linking addresses in it. Mattermost and Rocket.Chat take the same body
but also read a bare `@channel`: those words lose their at sign's meaning too.
"""

import re
from typing import Any

from alerts.render.chart import bars
from alerts.render.clean import shorten
from alerts.render.facts import Facts, ShownQuote

SECTION_CHARS = 3000
HEADER_CHARS = 150
MOST_BLOCKS = 50
BUDGET_CHARS = 10_000
_TEXT_CHARS = 3000
_ROW_CHARS = 600
_LOOKALIKES = str.maketrans({"*": "∗", "`": "ˋ", "~": "∼"})  # Slack has no escape for its own marks
_BROADCAST = re.compile(r"@(?=(?:channel|here|everyone|all)\b)", re.IGNORECASE)

Block = dict[str, Any]


def render_slack(facts: Facts, repeat: bool = False) -> dict[str, Any]:
    """The body to post; `repeat` says that an earlier send of it is in doubt."""
    blocks = [_header(f"{facts.icon} {facts.title}")]
    lead = [facts.repeat if repeat else "", facts.change, facts.measure, facts.peak, facts.confidence, *facts.notes]
    if any(lead):
        blocks.append(_section("\n".join(_escape(line) for line in lead if line)))
    if facts.rows:
        blocks.append(
            _section("\n".join(f"*{_escape(label)}:* {_escape(shorten(text, _ROW_CHARS))}" for label, text in facts.rows))
        )
    blocks += [_section(_quote(quote)) for quote in facts.quotes]
    if any(facts.chart):
        blocks.append(_context(f"{bars(facts.chart)}  {_escape(facts.chart_label)}"))
    if facts.open_url:
        blocks.append(_section(_link(facts.open_url, facts.open_label)))
    blocks += [_context("\n".join(_escape(line) for line in lines)) for lines in (facts.actions, [facts.footer]) if lines]
    text = shorten(facts.summary, _TEXT_CHARS // 5)  # escaping can make a character five times as long
    return {"text": _escape(text), "blocks": _within_budget(blocks), "unfurl_links": False, "unfurl_media": False}


def _escape(text: str) -> str:
    return _entities(_BROADCAST.sub("＠", text.translate(_LOOKALIKES)))


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _link(url: str, text: str) -> str:
    """A link; `url` must hold none of Slack's marks, as `facts` sees to."""
    return f"<{_entities(url)}|{_escape(text)}>"


def _quote(quote: ShownQuote) -> str:
    note = _link(quote.url, quote.note) if quote.url else _escape(quote.note)
    return f"“{_escape(quote.text)}” {note}"


def _header(text: str) -> Block:
    return {
        "type": "header",
        "text": {"type": "plain_text", "text": shorten(_BROADCAST.sub("＠", text), HEADER_CHARS), "emoji": True},
    }


def _markdown(text: str) -> Block:
    return {"type": "mrkdwn", "text": _cut(text), "verbatim": True}


def _section(text: str) -> Block:
    return {"type": "section", "text": _markdown(text)}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [_markdown(text)]}


def _cut(text: str) -> str:
    """At most a section's length, never ending within an entity such as `&lt;`."""
    return text if len(text) <= SECTION_CHARS else re.sub(r"&[a-z]{0,3}$", "", text[: SECTION_CHARS - 1]) + "…"


def _chars(block: Block) -> int:
    texts = [block["text"]] if "text" in block else block["elements"]
    return sum(len(text["text"]) for text in texts)


def _within_budget(blocks: list[Block]) -> list[Block]:
    """The blocks that fit, from the top: the most important come first, the footer may fall off."""
    kept: list[Block] = []
    left = BUDGET_CHARS
    for block in blocks[:MOST_BLOCKS]:
        left -= _chars(block)
        if left < 0:
            break
        kept.append(block)
    return kept
