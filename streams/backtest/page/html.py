"""Markup that can't be broken out of: text is escaped unless `tag` has made it. Pure."""

from html import escape
from typing import NewType

Html = NewType("Html", str)

_VOID = frozenset({"input", "meta"})


def tag(name: str, /, *inside: Html, **attributes: str | int | bool) -> Html:
    """An element. In names of attributes `_` stands for `-`, one at the end is dropped (`class_`); False leaves it out.

    >>> tag("p", text("a<b"), class_="x", data_at=3)
    '<p class="x" data-at="3">a&lt;b</p>'
    """
    given = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(str(value))}"')
        for key, value in attributes.items()
        if value is not False
    )
    return Html(f"<{name}{given}>" + ("" if name in _VOID else "".join(inside) + f"</{name}>"))


def text(words: str) -> Html:
    """Escaped text.

    >>> text("</script>")
    '&lt;/script&gt;'
    """
    return Html(escape(words))


def own(words: str) -> Html:
    """A stranger's words, kept apart from what stands around them: their direction of writing is theirs alone."""
    return tag("bdi", text(words))


def join(parts: list[Html]) -> Html:
    """One after the other."""
    return Html("".join(parts))


def for_script(json: str) -> Html:
    """JSON for a `<script type="application/json">`: nothing in it can end the element or begin a comment.

    https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements

    >>> for_script('"</script><!--"')
    '"\\\\u003c/script\\\\u003e\\\\u003c!--"'
    """
    return Html(json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))
