"""What a YAML parser's complaint means to somebody who wrote a config file, and how to mend it.

The text of the file is looked at but never repeated: a secret may stand in it.
"""

import re

import yaml

from schemas.errors import Problem

_COMMENT_IN_LIST = re.compile(r"[,\[]\s*#")
_FIRST_OF_NO_VALUE = re.compile(r"found character '(\\?.)' that cannot start any token")
_MEANINGS = (
    (
        "mapping values are not allowed",
        'a `: ` inside a text, or a line indented too far. Write the text in quotes: "…: …".',
    ),
    ("found unexpected end of stream", "a quote isn't closed. Close it."),
    ("found unknown escape character", "a `\\` in double quotes begins an escape. Use single quotes: '…'."),
    ("expected a single document", "a second document begins with `---`. Keep one config in a file."),
    ("could not find expected ':'", "a setting without its colon. Write `name: value`."),
    ("could not determine a constructor", "a tag (`!…`) that isn't known here. Remove it, or write the text in quotes."),
    ("found undefined alias", '`*` begins an alias in YAML. Write the text in quotes: "*…".'),
    (
        "expected alphabetic or numeric character",
        "`*` and `&` have a meaning of their own in YAML. Write the text in quotes.",
    ),
    (
        "expected <block end>",
        "the indentation doesn't match the lines above. Indent items of one list or part by the same number of spaces.",
    ),
    ("for merging", "`<<` takes over the settings of an anchor: `<<: *name`. In a text it stands in quotes."),
    ("found duplicate anchor", "an anchor (`&…`) is written twice. Rename one of them."),
    ("an alias repeats itself", "an alias (`*…`) that holds itself, or too many of them. Write the values out."),
    ("a name is expected", "the name of a setting must be text. Write `name: value`."),
)


def explain_syntax(error: yaml.YAMLError, text: str) -> Problem:
    """The problem with its line and remedy."""
    if isinstance(error, yaml.reader.ReaderError):
        return Problem(
            text.count("\n", 0, int(error.position)) + 1, "", "a control character that YAML doesn't allow. Delete it."
        )
    mark = getattr(error, "problem_mark", None)
    start = getattr(error, "context_mark", None)
    context = str(getattr(error, "context", "") or "")
    known = str(getattr(error, "problem", "") or "")
    line: int | None = mark.line + 1 if mark else None
    if start and "flow" in context:
        return _unclosed(start.line, mark.line if mark else start.line, text)
    if found := _FIRST_OF_NO_VALUE.match(known):
        return Problem(line, "", _no_value(found[1]))
    if start and "quoted scalar" in context:
        line = start.line + 1
    meaning = next(
        (remedy for sign, remedy in _MEANINGS if sign in f"{context} {known}"),
        "YAML can't read this line. Check its quotes, colons and indentation.",
    )
    return Problem(line, "", meaning)


def _unclosed(start: int, end: int, text: str) -> Problem:
    """A `[` or `{` that isn't closed between two lines (from 0), with the usual cause when the text shows it."""
    lines = text.splitlines()
    for line in range(min(end, len(lines) - 1), -1, -1):
        if _COMMENT_IN_LIST.search(lines[line]):
            message = '`#` begins a comment, so the list isn\'t closed. Write the text in quotes: "#…".'
            return Problem(line + 1, "", message)
    return Problem(start + 1, "", "a `[` or `{` isn't closed, or a comma is missing. Check `[ ]`, `{ }` and commas.")


def _no_value(character: str) -> str:
    if character == "\\t":
        return "a tab. YAML wants spaces: indent with two spaces."
    return f'`{character}` can\'t begin a value in YAML. Write the text in quotes: "{character}…".'
