"""The table of incidents that ends `rebato backtest`: short rows, of which nothing is cut off."""

import os
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from rich.table import Table

from alerts.render.view import View
from alerts.rules import QUARTER_S
from streams.backtest.run import Backtest
from streams.backtest.size import own_size
from streams.cli.terminal import printable

WIDE = 160
NARROW = 90
"""Columns below which letters of a table would stand under one another."""
_NUMBERS = ("told", "mentions (usual)", "size", "negative (usual)")


def width() -> int | None:
    """Columns to write: those of the terminal (None), or plenty where there is none, as in a pipe."""
    return None if sys.stdout.isatty() or "COLUMNS" in os.environ else WIDE


def table(run: Backtest, zone: str, columns: int) -> Table | str:
    """A row an incident, the earliest first; times in `zone`. Where there are few columns, a paragraph an incident."""
    if columns < NARROW:
        return "\n".join(map(_paragraph, _rows(run, ZoneInfo(zone))))
    out = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 1, 0, 0))
    for name in ("opened", "brand", "kind", "peak", *_NUMBERS, "lasted"):
        out.add_column(name, justify="right" if name in _NUMBERS else "left", overflow="fold")
    for row in _rows(run, ZoneInfo(zone)):
        out.add_row(*row)
    return out


def _paragraph(row: tuple[str, ...]) -> str:
    opened, brand, kind, peak, told, mentions, size, negative, lasted = row
    figures = f"{mentions} mentions (usual), {size}, {negative} negative (usual)"
    return f"{opened} {brand}: {kind}, {peak}\n  told {told}; {figures}; {lasted}"


def _rows(run: Backtest, zone: ZoneInfo) -> Iterator[tuple[str, ...]]:
    told = Counter(id for id, _ in {(alert.incident.id, alert.incident.revision) for alert in run.alerts})
    for each in sorted(run.incidents.values(), key=lambda i: i.opened_ms):
        peak = each.peak_figures
        opened = datetime.fromtimestamp(each.opened_ms / 1000, UTC).astimezone(zone)
        yield (
            f"{opened:%Y-%m-%d %H:%M}",
            printable(each.brand),
            each.kind.value,
            each.peak_severity.value,
            str(told[each.id]),
            f"{peak.mentions:,} ({peak.mentions_expected:,.0f})" + (" in 1 h" if peak.window_s > QUARTER_S else ""),
            own_size(each) or f"{max(peak.ratio, 0):.1f}x",
            f"{peak.negative_share:.0%} ({peak.negative_share_expected:.0%})",
            View().duration(each.resolved_ms - each.opened_ms) if each.resolved_ms else "still open",
        )
