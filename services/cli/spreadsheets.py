"""Archive tables as CSV files, and back, with types preserved.

A text is written as it is, NULL as ``\\N``; anything else is JSON, and so is a text that could be mistaken
for one of these, or by a spreadsheet for a number or a formula (an area code 35.10 is no number).
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from shared.archive.writer import FORMAT, FORMAT_VERSION
from shared.i18n.terminal import _

NULL = "\\N"
ORDER = "tables.txt"
EVENTS = "events"
# Other programs interpret these as the beginning of a formula, and some run it.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class SheetUnreadable(ValueError):
    """A CSV file does not have the form in which it was exported; the text says where."""


def to_csv(archive: Path, folder: Path) -> None:
    """Write an archive as one CSV file per table, and their order."""
    folder.mkdir(parents=True, exist_ok=True)
    order: list[str] = []
    sheet: TextIO | None = None
    with archive.open("rb") as lines:
        for line in lines:
            entry = json.loads(line)
            if "event" in entry:
                name, row = EVENTS, {"event": entry["event"]}
            elif "row" in entry:
                name, row = entry["table"], entry["row"]
            else:
                continue
            if not order or name != order[-1]:
                if sheet is not None:
                    sheet.close()
                sheet = (folder / f"{name}.csv").open("w", newline="", encoding="utf-8")
                csv.writer(sheet).writerow(row)
                order.append(name)
            if sheet is not None:
                csv.writer(sheet).writerow(map(_cell, row.values()))
    if sheet is not None:
        sheet.close()
    (folder / ORDER).write_text("".join(f"{name}\n" for name in order), "utf-8")


def from_csv(folder: Path, archive: Path, service: str) -> None:
    """Make an archive from CSV files written by :func:`to_csv`; raises :class:`SheetUnreadable`."""
    count = 0
    with archive.open("w", encoding="utf-8") as target:
        head = {"format": FORMAT, "version": FORMAT_VERSION, "service": service}
        target.write(json.dumps(head) + "\n")
        for name in _order(folder):
            for row in _rows(folder / f"{name}.csv"):
                entry = {"event": row["event"]} if name == EVENTS else {"table": name, "row": row}
                target.write(json.dumps(entry) + "\n")
                count += 1
        target.write(json.dumps({"end": count}) + "\n")


def _order(folder: Path) -> list[str]:
    try:
        return (folder / ORDER).read_text("utf-8").split()
    except FileNotFoundError:
        text = _("%(file)s is missing: it gives the order of the tables", file=folder / ORDER)
        raise SheetUnreadable(text) from None
    except UnicodeDecodeError:
        raise SheetUnreadable(_("%(file)s is not UTF-8 text", file=folder / ORDER)) from None


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    csv.field_size_limit(sys.maxsize)  # stored texts may be long
    try:
        with file.open(newline="", encoding="utf-8-sig") as text:
            reader = csv.reader(text, strict=True)
            header = next(reader, [])
            _check_header(file, header)
            for cells in reader:
                if len(cells) != len(header):
                    facts = {"line": reader.line_num, "cells": len(cells), "columns": len(header)}
                    said = _(
                        "line %(line)s of %(file)s has %(cells)s cells, its header %(columns)s",
                        file=file,
                        **facts,
                    )
                    raise SheetUnreadable(said)
                yield {name: _value(cell) for name, cell in zip(header, cells, strict=True)}
    except FileNotFoundError:
        raise SheetUnreadable(
            _("%(file)s is missing, but %(order)s names it", file=file, order=ORDER)
        ) from None
    except UnicodeDecodeError:
        raise SheetUnreadable(_("%(file)s is not UTF-8 text", file=file)) from None
    except csv.Error as error:
        raise SheetUnreadable(_("%(file)s is not valid CSV: %(reason)s", file=file, reason=error)) from None


def _check_header(file: Path, header: list[str]) -> None:
    if not all(header) or len(set(header)) < len(header) or not header:
        raise SheetUnreadable(_("%(file)s does not begin with a line of different column names", file=file))
    if file.stem == EVENTS and header != ["event"]:
        text = _(
            "%(file)s has the columns %(columns)s; it should have one, event",
            file=file,
            columns=", ".join(header),
        )
        raise SheetUnreadable(text)


def _cell(value: Any) -> str:
    if value is None:
        return NULL
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    is_plain = value != NULL and not value.startswith(FORMULA) and value == value.strip()
    return value if is_plain and _value(value) is value else json.dumps(value, ensure_ascii=False)


def _value(cell: str) -> Any:
    if cell == NULL:
        return None
    try:
        return json.loads(cell)
    except ValueError:
        return cell
