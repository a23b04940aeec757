"""Printed papers, and the page to which the code on a sheet leads."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.portal.forms import refusal_error
from services.portal.papers import activities, meetings, months
from services.portal.papers.sheet import LAYOUT, Paper, Writer, drawn
from services.portal.papers.typesetter import typeset_paper
from services.portal.proxy import SILENT
from services.portal.queries.reader import Reader
from services.portal.reading import read_page
from services.portal.rendering import PRIVATE, PUBLIC, SECURE, Renderer
from shared.areas import zone_of
from shared.http.language import locale_of
from shared.i18n import N_, translator
from shared.press import press
from shared.processes.pool import Job
from shared.refusal import Refusal

PAPER = Job(typeset_paper, seconds=30)
FINGERPRINT = re.compile(r"[0-9]{1,3}-[A-Z2-7]{10}")
SHEET = "/print.pdf"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of paper: how it is read and written, and the page of what it is about."""

    label: str
    read: Callable[[Reader, str], Awaitable[Json]]
    write: Callable[[Writer, Json, str, date], Paper]
    about: Callable[[Json], str]
    of_month: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """A paper with what it was made from; ``month`` is "" for one that is not of a month."""

    paper: Paper
    writer: Writer
    told: Json
    month: str
    today: date


KINDS = {
    "/papers/meetings/{id:uuid}/attendance-list": Kind(
        N_("Attendance list"),
        meetings.read,
        lambda writer, told, _month, _today: meetings.attendance_list(writer, told),
        lambda told: f"/partnerships/{told['partnership']['id']}",
    ),
    "/papers/meetings/{id:uuid}/minutes": Kind(
        N_("Minutes"),
        meetings.read,
        lambda writer, told, _month, _today: meetings.minutes(writer, told),
        lambda told: f"/partnerships/{told['partnership']['id']}",
    ),
    "/papers/activities/{id:uuid}/report": Kind(
        N_("Activity report"),
        activities.read,
        lambda writer, told, _month, _today: activities.report(writer, told),
        lambda told: f"/programs/{told['program']['id']}",
    ),
    "/papers/partnerships/{id:uuid}/monthly-summary": Kind(
        N_("Monthly summary"),
        months.read,
        lambda writer, told, month, today: months.summary(writer, told, months.Month.of(month, today), today),
        lambda told: f"/partnerships/{told['partnership']['id']}",
        of_month=True,
    ),
}
"""The papers by the address of the page to which their code leads; the sheet itself is below it."""


class Printer:
    """Prints one kind of paper, with the reader's own rights."""

    def __init__(self, renderer: Renderer, kind: Kind) -> None:
        self.renderer = renderer
        self.kind = kind

    async def sheet(self, request: Request) -> Response:
        """The paper as PDF."""
        made = await self._made(request)
        if made is None:
            return await self.renderer.refused(request, SILENT)
        address = self._address(request, made)
        sheet = drawn(made.paper, made.writer, self.kind.label, address, made.today)
        try:
            document = await press.printed(PAPER, sheet)
        except Refusal as refusal:
            return await self.renderer.refused(request, refusal_error(refusal, request))
        locale = made.writer.locale
        name = "-".join(
            filter(None, (_page(request).rpartition("/")[2], made.month, made.paper.fingerprint, locale))
        )
        headers = SECURE | {
            "Content-Disposition": f'inline; filename="{name}.pdf"',
            "Content-Language": locale,
            "Vary": "Accept-Language, Cookie",
            "Cache-Control": PRIVATE if self.renderer.visitors.secret_in(request) else PUBLIC,
        }
        return Response(document, headers=headers, media_type="application/pdf")

    async def check(self, request: Request) -> Response:
        """Whether a printed sheet still says what the records say."""
        made = await self._made(request)
        if made is None:
            return await self.renderer.refused(request, SILENT)
        printed = request.query_params.get("print", "").upper()
        printed = printed if FINGERPRINT.fullmatch(printed) else ""
        values = {
            "paper": made.paper,
            "kind": self.kind.label,
            "printed": printed,
            "verdict": _verdict(printed, made.paper),
            "sheet": f"{request.url.path}{SHEET}",
            "month": made.month,
            "about": self.kind.about(made.told),
        }
        return await self.renderer.page(request, "paper.html", values)

    async def _made(self, request: Request) -> Made | None:
        """The paper as it would be printed now; None while a service does not answer."""
        wanted = str(request.path_params["id"])
        reader, told = await read_page(self.renderer, request, lambda reader: self.kind.read(reader, wanted))
        if reader.silent:
            return None
        locale = locale_of(request)
        zone = zone_of(told["partnership"]["area"]) or self.renderer.settings.time_zone
        today = self.renderer.clock.now().astimezone(zone).date()
        writer = Writer(translator(locale), locale, zone)
        asked = request.query_params.get("month", "")
        month = str(months.Month.of(asked, today)) if self.kind.of_month else ""
        return Made(self.kind.write(writer, told, month, today), writer, told, month, today)

    def _address(self, request: Request, made: Made) -> str:
        """Where the code on the sheet leads."""
        month = {"month": made.month} if made.month else {}
        asked = {"print": made.paper.fingerprint, **month, "lang": made.writer.locale}
        return f"{self.renderer.settings.public_url}{_page(request)}?{urlencode(asked)}"


def _page(request: Request) -> str:
    return request.url.path.removesuffix(SHEET)


def _verdict(printed: str, paper: Paper) -> str:
    if not printed:
        return ""
    if printed.partition("-")[0] != str(LAYOUT):
        return "other-layout"
    return "current" if printed == paper.fingerprint else "changed"


def routes(renderer: Renderer) -> list[Route]:
    """The routes of papers."""
    made = []
    for path, kind in KINDS.items():
        printer = Printer(renderer, kind)
        made += [Route(path, printer.check), Route(f"{path}{SHEET}", printer.sheet)]
    return made
