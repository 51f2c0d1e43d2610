"""What the receivers got, as people would read it in a terminal. Pure."""

import html
import re
from typing import Any

from schemas.enums import Channel
from streams.demo import texts
from streams.receivers import Received

_LINK = re.compile(r"<[^|>]+\|([^>]+)>")


def brand_of(received: Received) -> str | None:
    """The brand that a message is about, by its name or its incident's id in the text; None when it names none."""
    if received.channel is Channel.WEBHOOK:
        return str(received.body["data"]["incident"]["brand"])
    said = str(received.mail["subject"]) if received.mail else str(received.body)
    low = said.casefold()
    return next((brand for brand, name in texts.NAMES.items() if name.casefold() in low or f"{brand}-" in low), None)


def slack_lines(body: dict[str, Any]) -> list[str]:
    """The lines of a Slack message, marks and entities taken out; the header first."""
    lines: list[str] = []
    for block in body.get("blocks", []):
        parts = [block["text"]] if "text" in block else block.get("elements", [])
        for part in parts:
            text = _LINK.sub(r"\1", part.get("text", "")).replace("*", "")
            lines.extend(html.unescape(text).splitlines())
    return lines or [html.unescape(str(body.get("text", "")))]
