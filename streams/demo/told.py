"""What the receivers got, as people would read it in a terminal. Pure."""

import html
import re
from typing import Any

from schemas.enums import Channel
from streams.demo import texts
from streams.receivers import Received

_LINK = re.compile(r"<[^|>]+\|([^>]+)>")


def brands_of(received: Received) -> list[str]:
    """The brands that a message is about, by their names, or ids of incidents, in its first line."""
    if received.channel is Channel.WEBHOOK:
        incident = received.body["data"]["incident"]
        return [str(brand) for brand in incident.get("brands") or [incident["brand"]]]
    said = f"{received.mail['subject']} {_first_line(received.body)}" if received.mail else _summary(received)
    low = said.casefold()
    return [brand for brand, name in texts.NAMES.items() if name.casefold() in low or f"{brand}-" in low]


def _summary(received: Received) -> str:
    if received.channel is Channel.SLACK:
        return slack_lines(received.body)[0]
    return f"{received.body.get('payload', {}).get('summary', '')} {received.body['dedup_key']}"


def _first_line(text: object) -> str:
    return str(text).partition("\n")[0]


def slack_lines(body: dict[str, Any]) -> list[str]:
    """The lines of a Slack message, marks and entities taken out; the header first."""
    lines: list[str] = []
    for block in body.get("blocks", []):
        parts = [block["text"]] if "text" in block else block.get("elements", [])
        for part in parts:
            text = _LINK.sub(r"\1", part.get("text", "")).replace("*", "")
            lines.extend(html.unescape(text).splitlines())
    return lines or [html.unescape(str(body.get("text", "")))]
