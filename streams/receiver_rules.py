"""What Slack and PagerDuty refuse, as far as their documentation says; each rule gives the word that they answer with."""

from typing import Any

MOST_PAGER_BYTES = 512_000
_ACTIONS = {"trigger", "acknowledge", "resolve"}
_SEVERITIES = {"critical", "error", "warning", "info"}
_SECTION_CHARS = 3000
_HEADER_CHARS = 150
_MOST_BLOCKS = 50
_MOST_ELEMENTS = 10
_MOST_BLOCK_CHARS = 13_200  # slackapi/bolt-js#2509


def slack_problem(body: Any) -> str:
    """Slack's error word for a webhook's body, or ""."""
    if not isinstance(body, dict) or not (body.get("text") or body.get("blocks")):
        return "no_text"
    blocks = body.get("blocks", [])
    if not isinstance(blocks, list) or len(blocks) > _MOST_BLOCKS or not all(map(_block_fits, blocks)):
        return "invalid_blocks"
    return "msg_blocks_too_long" if sum(map(_block_chars, blocks)) > _MOST_BLOCK_CHARS else ""


def _texts(block: dict[str, Any]) -> list[Any]:
    return [block["text"]] if "text" in block else list(block.get("elements", []))


def _block_chars(block: dict[str, Any]) -> int:
    return sum(len(text["text"]) for text in _texts(block))


def _block_fits(block: Any) -> bool:
    if not isinstance(block, dict) or block.get("type") not in ("header", "section", "context"):
        return False
    most = _HEADER_CHARS if block["type"] == "header" else _SECTION_CHARS
    texts = _texts(block)
    return 0 < len(texts) <= _MOST_ELEMENTS and all(0 < len(text.get("text", "")) <= most for text in texts)


def pager_problems(body: Any) -> list[str]:
    """PagerDuty's errors for an event; empty when it is taken."""
    if not isinstance(body, dict):
        return ["JSON cannot be parsed"]
    problems = []
    if len(str(body.get("routing_key", ""))) != 32:
        problems.append("'routing_key' is invalid")
    if body.get("event_action") not in _ACTIONS:
        problems.append("'event_action' is missing or invalid")
    key = body.get("dedup_key", "")
    if not isinstance(key, str) or len(key) > 255 or (not key and body.get("event_action") != "trigger"):
        problems.append("'dedup_key' is missing or too long")
    return problems + (_payload_problems(body.get("payload")) if body.get("event_action") == "trigger" else [])


def _payload_problems(payload: Any) -> list[str]:
    if not isinstance(payload, dict):
        return ["'payload' is missing or blank"]
    problems = []
    if not 0 < len(str(payload.get("summary", ""))) <= 1024:
        problems.append("'payload.summary' is missing or too long")
    if not payload.get("source"):
        problems.append("'payload.source' is missing or blank")
    if payload.get("severity") not in _SEVERITIES:
        problems.append("'payload.severity' is invalid")
    return problems
