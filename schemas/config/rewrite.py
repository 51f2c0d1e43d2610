"""A sensitivity written into the text of a config file: comments, order and everything else stay as they are.

Only the places that say it are touched, found by the parser's marks. A value that an alias shares, or a form that isn't
known here, may come out wrong: whoever writes the text reads it back first and compares.
"""

import yaml

from schemas.config.model import Sensitivity

KEY = "sensitivity"


def snippet(value: Sensitivity) -> str:
    """The setting as people write it.

    >>> snippet(Sensitivity(false_alarms=0.35))
    '{ false_alarms: 0.35, per: brand-month }'
    """
    return f"{{ false_alarms: {value.false_alarms:g}, per: {value.per} }}"


def with_sensitivity(text: str, brand: int | None, value: Sensitivity) -> str:
    """The text with the brand's (by its place in `brands`), or the installation's, sensitivity. ValueError: can't be.

    >>> with_sensitivity("brands: [{id: ikea, names: [IKEA]}]  # one\\n", 0, Sensitivity(false_alarms=2))
    'brands: [{id: ikea, sensitivity: { false_alarms: 2, per: brand-month }, names: [IKEA]}]  # one\\n'
    >>> with_sensitivity("sensitivity: quiet  # calm\\nbrands: auto\\n", None, Sensitivity(false_alarms=2))
    'sensitivity: { false_alarms: 2, per: brand-month }  # calm\\nbrands: auto\\n'
    """
    try:
        root = yaml.compose(text, yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise ValueError("the text isn't YAML any more") from error
    place = root if brand is None else _item(_value(root, "brands"), brand)
    if not isinstance(place, yaml.MappingNode):
        raise ValueError("the place isn't written as a mapping")
    known = _value(place, KEY)
    if known is None:
        return _inserted(text, place, f"{KEY}: {snippet(value)}", last=brand is None)
    if isinstance(known, yaml.MappingNode) and not known.flow_style:
        return _figures(text, known, value)
    return text[: known.start_mark.index] + snippet(value) + text[known.end_mark.index :]


def _value(node: yaml.Node | None, key: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for name, value in pairs if name.value == key), None)


def _item(node: yaml.Node | None, index: int) -> yaml.Node | None:
    items = node.value if isinstance(node, yaml.SequenceNode) else []
    return items[index] if index < len(items) else None


def _figures(text: str, block: yaml.MappingNode, value: Sensitivity) -> str:
    """The lines of a block, each in its place, the last first; a line that is missing comes before the first."""
    first = block.value[0][0].start_mark
    edits = []
    for key, shown in (("false_alarms", f"{value.false_alarms:g}"), ("per", value.per)):
        known = _value(block, key)
        if known is not None:
            edits.append((known.start_mark.index, known.end_mark.index, shown))
        else:
            edits.append((first.index, first.index, f"{key}: {shown}\n{' ' * first.column}"))
    for start, end, shown in sorted(edits, reverse=True):
        text = text[:start] + shown + text[end:]
    return text


def _inserted(text: str, place: yaml.MappingNode, line: str, last: bool) -> str:
    """One more setting: in braces the second, at the end of the file, or in the line below the first setting of a block."""
    if place.flow_style:
        after = place.value[0][1].end_mark.index
        return f"{text[:after]}, {line}{text[after:]}"
    if last:
        return f"{text.rstrip()}\n{line}\n"
    key, value = place.value[0]
    indent = " " * key.start_mark.column
    if isinstance(value, yaml.ScalarNode) and "\n" in text[value.end_mark.index :]:
        end = text.index("\n", value.end_mark.index) + 1
        return f"{text[:end]}{indent}{line}\n{text[end:]}"
    return f"{text[: key.start_mark.index]}{line}\n{indent}{text[key.start_mark.index :]}"
