"""Administrative areas of Indonesia: provinces to villages by code, such as 35.15 for Sidoarjo."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from shared.plain_text import letters
from shared.refusal import Refusal

# Province, regency or city, district, and the ten digits of a village (desa or kelurahan).
_INDONESIAN = re.compile(r"[0-9]{2}(?:\.[0-9]{2}){0,2}(?:\.[0-9]{4})?")
_VILLAGE = re.compile(r"([0-9]{2}\.[0-9]{2}\.[0-9]{2})\.[0-9]{4}")


_WIB, _WITA, _WIT = map(ZoneInfo, ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"))
_BY_ZONE = {
    "11 12 13 14 15 16 17 18 19 21 31 32 33 34 35 36 61 62": _WIB,
    "51 52 53 63 64 65 71 72 73 74 75 76": _WITA,
    # A day of the whole nation (ID) begins in its east.
    "81 82 91 92 93 94 95 96 ID": _WIT,
}
_ZONES = {province: zone for provinces, zone in _BY_ZONE.items() for province in provinces.split()}
"""Time zones by province (Presidential Decree 41/1987, updated with new provinces)."""


class UnknownArea(Refusal):
    """The code has the form of an Indonesian one, but no such area exists."""

    kind = "invalid"
    message = "There is no province, regency, city, district or village with the code %(code)s."
    remedy = (
        "Look up the code in the list of areas; outside Indonesia use a code in another format, such "
        "as MY-01."
    )


@dataclass(frozen=True, slots=True)
class Area:
    """An administrative area: its code and its name."""

    code: str
    name: str

    @property
    def part_of(self) -> str | None:
        """The code of the area that contains it; None for a province."""
        return self.code.rpartition(".")[0] or None


@cache
def _names() -> Mapping[str, str]:
    with Path(__file__).with_name("indonesia.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return {code: name for code, name in rows}  # noqa: C416  (dict() would not check that there are two)


@cache
def _known_by() -> Mapping[str, str]:
    return {code: letters(name) for code, name in _names().items()}


def area_name(code: str) -> str | None:
    """The name of a province, regency, city or district; None for villages and for free codes."""
    return _names().get(code)


def require(code: str) -> None:
    """Refuse a code that looks Indonesian but does not exist, with :class:`UnknownArea`.

    Of a village only its district is known; codes of any other form are free.
    """
    village = _VILLAGE.fullmatch(code)
    if _INDONESIAN.fullmatch(code) and (village[1] if village else code) not in _names():
        raise UnknownArea(code=code)


def zone_of(code: str) -> ZoneInfo | None:
    """The time zone of an area; None for codes of other countries."""
    return _ZONES.get(code.partition(".")[0])


def search(q: str, limit: int) -> list[Area]:
    """At most ``limit`` areas whose name contains ``q`` or whose code begins with it.

    Names that begin with ``q`` come first, then the larger areas.
    """
    wanted = letters(q)
    hits = []
    for code, name in _names().items():
        known = _known_by()[code]
        place = known.find(wanted)
        if place >= 0 or code.startswith(wanted):
            short = known.removeprefix("kabupaten ").removeprefix("kota ")
            begins = place == 0 or short.startswith(wanted) or code.startswith(wanted)
            hits.append((not begins, len(code), name, code))
    return [Area(code, name) for _, _, name, code in sorted(hits)[:limit]]


def within(code: str, region: str) -> bool:
    """Whether the area ``code`` is ``region`` or lies in it."""
    return code == region or code.startswith(f"{region}.")
