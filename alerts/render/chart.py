"""A small chart out of block characters: shows on any phone and in any mail program, without an image."""

_BLOCKS = "▁▂▃▄▅▆▇█"


def bars(values: list[int], width: int = 30) -> str:
    """One character a bar, the last value at the right; neighbours are summed when there are more than `width`.

    >>> bars([0, 1, 4, 7])
    '▁▂▅█'
    """
    cells = condensed(values, width)
    top = max(cells, default=0)
    return "".join(_BLOCKS[round(value / top * (len(_BLOCKS) - 1))] if top else _BLOCKS[0] for value in cells)


def condensed(values: list[int], width: int) -> list[int]:
    """The values, summed in equal groups so that at most `width` remain; the newest group is whole.

    >>> condensed([1, 2, 3, 4, 5], 3)
    [1, 5, 9]
    """
    size = -(-len(values) // width) or 1
    first = len(values) % size
    return ([sum(values[:first])] if first else []) + [sum(values[i : i + size]) for i in range(first, len(values), size)]
