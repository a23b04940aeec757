"""Terminal output and exit codes of the command line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NoReturn

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.measure import Measurement
from rich.table import Column, Table
from rich.text import Text

WIDEST = 10_000
out = Console()
err = Console(stderr=True)


def fail(message: str) -> NoReturn:
    """End the command with exit code 1 and the reason."""
    typer.echo(message, err=True)
    raise typer.Exit(1)


def show(headers: Sequence[str], rows: Iterable[Sequence[str | Text]]) -> None:
    """Print rows without truncating them: on a terminal as a table, or each row as a block if it is too wide.

    In a pipe: a line of tab-separated fields for the headers and one for each row.
    """
    cells = [[cell if isinstance(cell, Text) else Text(cell) for cell in row] for row in rows]
    if not out.is_terminal:
        for line in (headers, *([cell.plain for cell in row] for row in cells)):
            typer.echo("\t".join(" ".join(field.split()) for field in line))
        return
    table = Table(*(Column(header, no_wrap=True) for header in headers), box=SIMPLE_HEAD, pad_edge=False)
    for row in cells:
        table.add_row(*row)
    if Measurement.get(out, out.options.update(max_width=WIDEST), table).maximum <= out.width:
        out.print(table)
        return
    width = max(map(len, headers))
    for row in cells:
        out.print()
        for header, cell in zip(headers, row, strict=True):
            out.print(Text(f"{header:<{width}}  ", "dim") + cell, soft_wrap=True)


def reason_of(error: Exception) -> str:
    """The message of an exception, or its name if it has none."""
    return str(error) or type(error).__name__
