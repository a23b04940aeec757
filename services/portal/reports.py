"""Pages for residents without an account: report something, and follow the report by its code."""

from __future__ import annotations

import secrets
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.portal.forms import FormError, identity_error, read_form
from services.portal.identity import Identity, IdentityRefused, IdentityUnavailable
from services.portal.queries.reader import NotThere, Reader
from services.portal.rendering import PUBLIC, SECURE, Renderer
from services.portal.static_files import address
from shared.api_client import ApiClient
from shared.http.language import locale_of
from shared.i18n import N_
from shared.press import qr

FIELDS = ("partnership_id", "text", "place", "on", "contact", "danger", "warned", "key", "website")
LONGEST = 3000
"""The longest text that a link or a shared message fills in."""
SHARED = ("title", "text", "url")
"""The parameters of a text that a chat shares (Web Share Target)."""
SILENT = FormError(
    HTTPStatus.SERVICE_UNAVAILABLE,
    N_("The report cannot be received at the moment: the service behind it does not respond."),
    N_("Nothing that you wrote is lost; send it again in a few minutes."),
)
NOWHERE = FormError(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    N_("Choose who should receive the report."),
    fields=frozenset({"partnership_id"}),
)
INVALID = FormError(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    N_("The report has not been sent yet: something is missing or wrong."),
    N_("Correct the marked fields, then send it again."),
)
TRAPPED = FormError(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    N_("The report has not been sent: a hidden field, which people leave empty, was filled in."),
    N_("Empty the field below, then send the report again."),
    fields=frozenset({"website"}),
)
"""For programs that fill in every field, and for browsers that help too much."""
ABOUT = {
    "day-to-come": frozenset({"on"}),
    "looks-like-advertising": frozenset({"text"}),
    "unknown-partnership": frozenset({"partnership_id"}),
    "partnership-over": frozenset({"partnership_id"}),
    "report-code-unknown": frozenset({"code"}),
    "added-already": frozenset({"text"}),
}
"""The place in a form for a refusal."""


class ReportPages:
    """The pages for reporting and following; a code is never in an address, which browsers remember."""

    def __init__(self, renderer: Renderer) -> None:
        self.renderer = renderer
        self.settings = renderer.settings
        self.programs = Identity(renderer.settings, renderer.visitors.identity.limits, "programs")

    async def show_form(self, request: Request) -> Response:
        """Show the form; a link or a chat may have filled in the text."""
        shared = (request.query_params.get(name, "").strip() for name in SHARED)
        text = "\n".join(part for part in shared if part)[:LONGEST]
        return await self._form(request, dict.fromkeys(FIELDS, "") | {"text": text})

    async def send(self, request: Request) -> Response:
        """Send the report, after the emergency number was shown if a life is in danger."""
        typed = await read_form(request, *FIELDS)
        if "id" in request.path_params:
            typed["partnership_id"] = str(request.path_params["id"])
        if typed["website"]:
            return await self._form(request, typed, TRAPPED)
        if not typed["partnership_id"]:
            return await self._form(request, typed, NOWHERE)
        if typed["danger"] and not typed["warned"]:
            return await self._form(request, typed, warning=True)
        body = {
            "partnership_id": typed["partnership_id"],
            "text": typed["text"],
            "place": typed["place"],
            "on": typed["on"] or None,
            "danger": bool(typed["danger"]),
            "contact": typed["contact"].strip() or None,
        }
        try:
            made = await self.programs.ask(request, "POST", "reports", body, key=typed["key"][:100])
        except IdentityRefused as refusal:
            return await self._form(request, typed, _placed(refusal))
        except IdentityUnavailable:
            return await self._form(request, typed, SILENT)
        values = {"made": made, "emergency": self.settings.emergency_number, "here": "/report"}
        return await self.renderer.page(request, "report_sent.html", values, private=True)

    async def show_follow(self, request: Request) -> Response:
        """Show the field for the code."""
        return await self._code_form(request, "")

    async def follow(self, request: Request) -> Response:
        """Show what has become of a report."""
        return await self._by_code(request, "follow")

    async def add(self, request: Request) -> Response:
        """Add a text to it."""
        return await self._by_code(request, "add", "text")

    async def withdraw(self, request: Request) -> Response:
        """Withdraw it."""
        return await self._by_code(request, "withdraw")

    async def sheet(self, request: Request) -> Response:
        """A sheet to print, with the QR code of the form."""
        partnership, silent = await self._partnership(request, str(request.path_params["id"]))
        form = self._address(request)
        values = {
            "partnership": partnership,
            "address": form,
            "emergency": self.settings.emergency_number,
            "hours": self.settings.report_hours,
        }
        return await self.renderer.page(request, "report_sheet.html", values, silent=silent)

    async def code(self, request: Request) -> Response:
        """The QR code alone, for a partnership's own leaflets."""
        await self._partnership(request, str(request.path_params["id"]))
        drawn = qr.picture(self._address(request), dark="#000", border=4, scale=8)
        headers = SECURE | {"Cache-Control": PUBLIC}
        return Response(drawn, media_type="image/svg+xml", headers=headers)

    async def manifest(self, _request: Request) -> Response:
        """The web app manifest: an installed portal takes texts that a chat shares."""
        offered = {
            "name": "Kemitraan",
            "short_name": "Kemitraan",
            "start_url": "/",
            "display": "minimal-ui",
            "icons": [{"src": address("icon.svg"), "sizes": "any", "type": "image/svg+xml"}],
            "share_target": {
                "action": "/report",
                "method": "GET",
                "params": {name: name for name in SHARED},
            },
        }
        headers = SECURE | {"Cache-Control": PUBLIC}
        return JSONResponse(offered, headers=headers, media_type="application/manifest+json")

    async def _by_code(self, request: Request, act: str, *more: str) -> Response:
        given = await read_form(request, "code", *more)
        wrong = None
        try:
            seen = await self.programs.ask(request, "POST", f"reports/{act}", given)
        except IdentityUnavailable:
            return await self._code_form(request, given["code"], SILENT)
        except IdentityRefused as refusal:
            wrong = _placed(refusal)
            if "code" in wrong.fields or act == "follow" or refusal.status == HTTPStatus.TOO_MANY_REQUESTS:
                return await self._code_form(request, given["code"], wrong)
            try:
                seen = await self.programs.ask(request, "POST", "reports/follow", {"code": given["code"]})
            except (IdentityRefused, IdentityUnavailable):
                return await self._code_form(request, given["code"], wrong)
        values = {
            "seen": seen,
            "code": given["code"],
            "text": given.get("text", "") if wrong else "",
            "done": act if wrong is None else "",
            "emergency": self.settings.emergency_number,
            "here": "/report/follow",
        }
        return await self.renderer.page(request, "report_followed.html", values, private=True, wrong=wrong)

    def _address(self, request: Request) -> str:
        """The address of a partnership's form."""
        return f"{self.settings.public_url}/partnerships/{request.path_params['id']}/report"

    async def _code_form(self, request: Request, code: str, wrong: FormError | None = None) -> Response:
        values = {"code": code, "emergency": self.settings.emergency_number, "here": "/report/follow"}
        return await self.renderer.page(request, "report_follow.html", values, private=True, wrong=wrong)

    async def _form(
        self,
        request: Request,
        typed: dict[str, str],
        wrong: FormError | None = None,
        *,
        warning: bool = False,
    ) -> Response:
        """The form with all that was typed: for the partnership of the address, or for one to choose."""
        wanted = str(request.path_params.get("id", ""))
        partnership: dict[str, Any] | None = None
        choices: list[dict[str, Any]] = []
        if wanted:
            partnership, silent = await self._partnership(request, wanted)
        else:
            choices, silent = await self._choices(request)
        values: dict[str, Any] = {
            "partnership": partnership,
            "choices": choices,
            "typed": typed | {"key": typed["key"] or secrets.token_urlsafe(16)},
            "warning": warning,
            "incomplete": wrong is not None and wrong.detail == INVALID.detail,
            "emergency": self.settings.emergency_number,
            "hours": self.settings.report_hours,
            "text_days": self.settings.keep_reports_days,
            "contact_days": self.settings.keep_report_contacts_days,
            "longest": LONGEST,
        }
        return await self.renderer.page(
            request, "report.html", values, silent=silent, private=True, wrong=wrong
        )

    async def _partnership(self, request: Request, wanted: str) -> tuple[dict[str, Any] | None, set[str]]:
        """A partnership as everybody sees it; None if the registry does not answer."""
        urls = self.settings.service_url
        async with ApiClient.connected(urls, locale_of(request)) as client:
            reader = Reader(client)
            try:
                return await reader.get("partners", f"partnerships/{wanted}"), reader.silent
            except NotThere:
                raise HTTPException(HTTPStatus.NOT_FOUND) from None

    async def _choices(self, request: Request) -> tuple[list[dict[str, Any]], set[str]]:
        """The signed partnerships, by area."""
        urls = self.settings.service_url
        async with ApiClient.connected(urls, locale_of(request)) as client:
            reader = Reader(client)
            signed = await reader.items("partners", "partnerships", state="signed")
        return sorted(
            signed, key=lambda item: (item["area_name"] or item["area"], item["title"])
        ), reader.silent


def _placed(refusal: IdentityRefused) -> FormError:
    """The error of a refusal, at its field; what is wrong with each is said in the form."""
    if refusal.code == "invalid-request":
        return replace(INVALID, fields=refusal.fields)
    error = identity_error(refusal)
    return replace(error, fields=ABOUT.get(refusal.code, error.fields))


def routes(renderer: Renderer) -> list[Route]:
    """The routes of these pages."""
    made = ReportPages(renderer)
    return [
        Route("/manifest.webmanifest", made.manifest, methods=["GET"]),
        Route("/report", made.show_form, methods=["GET"]),
        Route("/report", made.send, methods=["POST"]),
        Route("/report/follow", made.show_follow, methods=["GET"]),
        Route("/report/follow", made.follow, methods=["POST"]),
        Route("/report/follow/add", made.add, methods=["POST"]),
        Route("/report/follow/withdraw", made.withdraw, methods=["POST"]),
        Route("/partnerships/{id:uuid}/report", made.show_form, methods=["GET"]),
        Route("/partnerships/{id:uuid}/report", made.send, methods=["POST"]),
        Route("/partnerships/{id:uuid}/report-sheet", made.sheet, methods=["GET"]),
        Route("/partnerships/{id:uuid}/report-code.svg", made.code, methods=["GET"]),
    ]
