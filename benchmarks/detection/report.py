"""Tables, and how they are shown: on a terminal, in a page of documentation, as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table as Grid


@dataclass(frozen=True, slots=True)
class Table:
    """A table of text; the first column names the row."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    note: str = ""


def show(tables: Sequence[Table], console: Console) -> None:
    """On a terminal."""
    for table in tables:
        grid = Grid(*table.columns, title=table.title, title_justify="left")
        for row in table.rows:
            grid.add_row(*row)
        console.print(grid)
        if table.note:
            console.print(table.note, highlight=False)


def markdown(tables: Sequence[Table]) -> str:
    """As a part of a page."""
    return "\n\n".join(_markdown(table) for table in tables)


def _markdown(table: Table) -> str:
    lines = [f"### {table.title}", ""]
    lines += [_line(table.columns), _line(["---"] * len(table.columns))]
    lines += [_line(row) for row in table.rows]
    return "\n".join([*lines, *(["", table.note] if table.note else [])])


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def as_json(tables: Sequence[Table], heading: str) -> str:
    """For programs."""
    return json.dumps({"measured": heading, "tables": [asdict(table) for table in tables]}, ensure_ascii=False, indent=1)


def written(page: str, section: str, figures: str) -> str:
    """The page with what lies between the section's two marks replaced; ValueError without the marks.

    >>> written("a <!-- cost -->old<!-- end of cost --> z", "cost", "new").split("\\n")
    ['a <!-- cost -->', 'new', '<!-- end of cost --> z']
    """
    begin, end = f"<!-- {section} -->", f"<!-- end of {section} -->"
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"the page lacks {begin} and {end}")
    return f"{before}{begin}\n{figures}\n{end}{after}"


def write(path: Path, section: str, heading: str, tables: Sequence[Table]) -> None:
    """Puts a section's tables into the page."""
    page = written(path.read_text(encoding="utf-8"), section, f"\n{markdown(tables)}\n\n{heading}\n")
    path.write_text(page, encoding="utf-8")
