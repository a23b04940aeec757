"""List files: CSV, Excel workbooks and JSON Lines."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.i18n.terminal import _

WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_SEPARATORS = (",", ";", "\t")
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class ListUnreadable(ValueError):
    """A file is not a list of the expected form; the text says where, and what to do."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: the field that it fills, and the names that it may have."""

    field: str
    names: tuple[str, ...]
    needed: bool = False
    counts: bool = False
    """True if a cell may be a number: elsewhere a spreadsheet has changed it (35.10 into 35.1)."""

    def is_called(self, header: str) -> bool:
        """Whether a header names this column, ignoring case."""
        return " ".join(header.split()).casefold() in (self.field, *self.names)


@dataclass(frozen=True, slots=True)
class Entry:
    """The content of a line, or why it cannot be read."""

    line: int
    body: Mapping[str, Any]
    fault: str = ""


def read_list(file: Path, columns: Sequence[Column]) -> Iterator[Entry]:
    """The lines of a list in order; raises :class:`ListUnreadable` if the file is not one."""
    ending = file.suffix.lower()
    if ending == ".jsonl":
        return _of_json(_text(file), file)
    if ending in WORKBOOKS:
        return _of_table(_workbook(file), file, columns)
    if ending in (".csv", ".tsv", ".txt"):
        return _of_table(_csv(file, columns), file, columns)
    endings = ", ".join(WORKBOOKS)
    raise ListUnreadable(
        _("%(file)s should end in .csv, .tsv, .txt, .jsonl, %(endings)s", file=file, endings=endings)
    )


def sample(columns: Sequence[Column], values: Iterable[Sequence[str]]) -> str:
    """A list as CSV, for people to fill in."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([[column.field for column in columns], *values])
    return written.getvalue()


def _text(file: Path) -> str:
    data = file.read_bytes()
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        facts = {"file": file, "byte": error.start + 1}
        text = _(
            "%(file)s is not UTF-8 text (byte %(byte)s): save it as “CSV UTF-8” or as a workbook", **facts
        )
        raise ListUnreadable(text) from None


def _csv(file: Path, columns: Sequence[Column]) -> Iterator[tuple[int, list[Any]]]:
    """The rows with the number of the line on which each ends; only CR and LF end lines."""
    text = _text(file)
    separator, text, before = _separated(text, columns)
    csv.field_size_limit(max(len(text), 131_072))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            yield before + reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        facts = {"line": before + reader.line_num, "file": file, "reason": error}
        raise ListUnreadable(_("line %(line)s of %(file)s is not valid CSV: %(reason)s", **facts)) from None


def _separated(text: str, columns: Sequence[Column]) -> tuple[str, str, int]:
    """The delimiter, the text from its header on, and the number of lines before it."""
    first, _end, rest = text.partition("\n")
    if first.strip("\r").lower().startswith("sep=") and len(first.strip("\r")) == 5:
        return first[4], rest, 1
    known = {
        separator: sum(
            any(column.is_called(header.strip('"')) for column in columns)
            for header in first.strip("\r").split(separator)
        )
        for separator in _SEPARATORS
    }
    return max(_SEPARATORS, key=known.__getitem__), text, 0


def _workbook(file: Path) -> Iterator[tuple[int, list[Any]]]:
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_path(str(file))
        visible = [sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
        filled = [(name, book.get_sheet_by_name(name)) for name in visible]
        filled = [(name, sheet) for name, sheet in filled if sheet.height]
        if len(filled) > 1:
            names = ", ".join(name for name, _sheet in filled)
            text = _(
                "%(file)s has several sheets (%(names)s): keep the one to be imported", file=file, names=names
            )
            raise ListUnreadable(text)
        for _name, sheet in filled:
            start = sheet.start[0] + 1 if sheet.start else 1
            for number, cells in enumerate(sheet.to_python(skip_empty_area=True), start):
                yield number, [cell.strip() if isinstance(cell, str) else cell for cell in cells]
    except (CalamineError, OSError) as error:
        text = _("%(file)s cannot be read as a workbook: %(reason)s", file=file, reason=error)
        raise ListUnreadable(text) from None


def _of_table(
    rows: Iterator[tuple[int, list[Any]]], file: Path, columns: Sequence[Column]
) -> Iterator[Entry]:
    header = [str(cell) for cell in next(rows, (1, []))[1]]
    width = len(header)  # some programs write an extra empty cell in every row
    while header and not header[-1]:
        header.pop()
    named = [next((column for column in columns if column.is_called(name)), None) for name in header]
    missing = [column.field for column in columns if column.needed and column not in named]
    if None in named or missing or len(set(named)) < len(named):
        needed = ", ".join(column.field for column in columns if column.needed)
        more = ", ".join(column.field for column in columns if not column.needed)
        facts = {"file": file, "header": ",".join(header), "needed": needed, "more": more}
        text = _("the first line of %(file)s is “%(header)s”; it should name the columns %(needed)s", **facts)
        raise ListUnreadable(text + (_(", and may name %(more)s", **facts) if more else ""))
    whole = [column for column in named if column is not None]
    return (
        _entry(number, cells, whole, width) for number, cells in rows if any(cell != "" for cell in cells)
    )


def _entry(number: int, cells: list[Any], columns: Sequence[Column], width: int) -> Entry:
    facts = {"cells": len(cells), "columns": len(columns)}
    if len(cells) > width or any(cell != "" for cell in cells[len(columns) :]):
        text = _(
            "it has %(cells)s cells, the header %(columns)s: "
            "put a text that holds the separator in double quotes",
            **facts,
        )
        return Entry(number, {}, text)
    if len(cells) < len(columns):
        text = _("it has %(cells)s cells, the header %(columns)s: was a line split?", **facts)
        return Entry(number, {}, text)
    body: dict[str, Any] = {}
    for column, cell in zip(columns, cells, strict=False):
        if cell == "":
            continue
        if not isinstance(cell, str) and not (column.counts and _is_whole(cell)):
            text = _(
                "%(field)s is %(value)s, not text: format the column as text", field=column.field, value=cell
            )
            return Entry(number, {}, text)
        body[column.field] = cell if isinstance(cell, str) else str(int(cell))
    return Entry(number, body)


def _is_whole(cell: Any) -> bool:
    return not isinstance(cell, bool) and isinstance(cell, (int, float)) and cell == int(cell)


def _of_json(text: str, file: Path) -> Iterator[Entry]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        facts = {"line": number, "file": file}
        try:
            body = json.loads(line)
        except ValueError as error:
            text = _("line %(line)s of %(file)s is not valid JSON: %(reason)s", **facts, reason=error)
            raise ListUnreadable(text) from None
        if not isinstance(body, dict):
            raise ListUnreadable(_("line %(line)s of %(file)s should be a JSON object", **facts))
        yield Entry(number, body)
