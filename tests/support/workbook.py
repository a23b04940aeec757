"""A workbook as a spreadsheet program saves it, as small as it may be."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def save_workbook(file: Path, sheets: Mapping[str, Sequence[Sequence[str | float]]]) -> None:
    """Write an .xlsx whose cells are texts and numbers."""
    numbers = range(1, len(sheets) + 1)
    with zipfile.ZipFile(file, "w") as package:
        parts = "".join(
            f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_KIND}.worksheet+xml"/>'
            for number in numbers
        )
        package.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_TYPES}"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>{parts}</Types>',
        )
        package.writestr("_rels/.rels", _relations({"officeDocument": ["xl/workbook.xml"]}))
        listed = "".join(
            f'<sheet name="{escape(name)}" sheetId="{number}" r:id="rId{number}"/>'
            for number, name in zip(numbers, sheets, strict=True)
        )
        package.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        )
        targets = [f"worksheets/sheet{number}.xml" for number in numbers]
        package.writestr("xl/_rels/workbook.xml.rels", _relations({"worksheet": targets}))
        for target, rows in zip(targets, sheets.values(), strict=True):
            data = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
            package.writestr(
                f"xl/{target}", f'<worksheet xmlns="{_MAIN}"><sheetData>{data}</sheetData></worksheet>'
            )


def _relations(targets: Mapping[str, Sequence[str]]) -> str:
    pairs = [(kind, target) for kind, all_of_kind in targets.items() for target in all_of_kind]
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(pairs, 1)
    )
    return f'<Relationships xmlns="{_RELATIONS}">{rows}</Relationships>'


def _cell(value: str | float) -> str:
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f"<c><v>{value}</v></c>"
