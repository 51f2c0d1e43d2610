"""What strangers wrote, made harmless for a terminal."""


def printable(raw: bytes | str) -> str:
    r"""The text in one line: what isn't UTF-8 and what a terminal would obey (controls, bidi marks) is escaped.

    >>> printable(b"caf\xc3\xa9\x1b[31m\xff")
    'café\\x1b[31m\\xff'
    """
    text = raw.decode("utf-8", "backslashreplace") if isinstance(raw, bytes) else raw
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)


def clipped(text: str, most: int) -> str:
    """At most `most` characters of it.

    >>> clipped("retirada", 5)
    'reti…'
    """
    return text if len(text) <= most else text[: most - 1] + "…"
