"""The live table of `rebato top` and `rebato demo`: how each brand stands against its normal. Takes plain data."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from schemas.enums import Severity

_BARS = "▁▂▃▄▅▆▇█"
_MARKS = {Severity.WATCH: ("◔", "cyan"), Severity.WARNING: ("◐", "yellow"), Severity.CRITICAL: ("●", "bold red")}
_COLUMNS = (("15 min", 7), ("normal", 7), ("times", 6), ("negative", 9), ("normal", 7))
SPARK_WIDTH = 60


@dataclass(frozen=True, slots=True)
class Row:
    """One brand. Counts are over the last 15 minutes, shares 0–1."""

    brand: str
    mentions: int
    expected: float
    negative_share: float
    expected_share: float
    severity: Severity | None = None  # of its open incident
    since_s: float = 0.0  # how long that has been open
    note: str = ""  # in place of `calm`, or behind the severity

    @property
    def ratio(self) -> float:
        """Mentions against normal."""
        return self.mentions / max(self.expected, 0.1)


@dataclass(frozen=True, slots=True)
class Board:
    """What is on the screen."""

    title: str  # what runs, at what speed, what time it is there
    rows: Sequence[Row]
    mentions_per_s: float | None = None
    spark: Sequence[int] = field(default_factory=tuple)  # negative mentions a minute, oldest first
    spark_brand: str = ""


def render(board: Board) -> RenderableType:
    """The board for a rich console."""
    lines: list[RenderableType] = [_head(board), _table(board.rows)]
    if board.spark:
        lines.append(
            Text.assemble(" ", (sparkline(board.spark), "red"), f"  {board.spark_brand}, negative mentions a minute")
        )
    return Group(*lines)


def sparkline(values: Sequence[int], width: int = SPARK_WIDTH) -> str:
    """The last `width` values as bars, the highest of them full.

    >>> sparkline([0, 1, 7, 14])
    '▁▁▄█'
    """
    shown = list(values)[-width:]
    top = max([*shown, 1])
    return "".join(_BARS[value * (len(_BARS) - 1) // top] for value in shown)


def _head(board: Board) -> Table:
    head = Table.grid(expand=True)
    head.add_column()
    head.add_column(justify="right")
    speed = "" if board.mentions_per_s is None else f"{board.mentions_per_s:,.0f} mentions/s"
    head.add_row(Text(f" {board.title}", style="bold"), Text(speed))
    return head


def _table(rows: Sequence[Row]) -> Table:
    table = Table(box=None, padding=(0, 1), header_style="dim")
    table.add_column("brand", min_width=12, max_width=28, no_wrap=True)
    for name, width in _COLUMNS:
        table.add_column(name, justify="right", min_width=width, no_wrap=True)
    table.add_column("state", no_wrap=True)
    for row in rows:
        table.add_row(*_cells(row))
    return table


def _cells(row: Row) -> list[Text]:
    _, colour = _MARKS[row.severity] if row.severity else ("", "")
    figures = (
        f"{row.mentions:,}",
        f"{row.expected:,.0f}",
        f"{row.ratio:,.1f}",
        f"{row.negative_share:.0%}",
        f"{row.expected_share:.0%}",
    )
    return [Text(row.brand, style=colour), *(Text(figure) for figure in figures), _state(row)]


def _state(row: Row) -> Text:
    if row.severity is None:
        return Text(f"○ {row.note or 'calm'}", style="dim")
    mark, colour = _MARKS[row.severity]
    note = f", {row.note}" if row.note else ""
    return Text(f"{mark} {row.severity} {row.since_s // 60:.0f} min{note}", style=colour)
