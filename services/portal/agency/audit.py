"""Audit log page, with filters and export."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.portal import audit_sentences
from services.portal.forms import FormError, read_form
from services.portal.proxy import Source, proxied
from services.portal.queries.accounts import as_id, names
from services.portal.queries.apis import Apis
from services.portal.rendering import Renderer
from services.portal.sessions import Visitor
from services.portal.signed_in import SignedIn
from shared.http.language import locale_of
from shared.i18n import N_, translator

AT_ONCE = 40
MANY = 20
"""The number of people with a name whose log is shown at once."""
FILTERS = ("since", "until", "kind", "service", "outcome", "who", "actor", "about")
FORMS = ("csv", "jsonl")
Query = list[tuple[str, str]]


class InvalidFilter(Exception):
    """The filter is not valid; ``said`` says which field."""

    def __init__(self, said: FormError) -> None:
        super().__init__(said.detail)
        self.said = said


class Audit(SignedIn):
    """The log."""

    def __init__(self, renderer: Renderer) -> None:
        super().__init__(renderer)
        self.apis = Apis(renderer.settings)

    async def show(self, request: Request, visitor: Visitor) -> Response:
        """Show matching entries, newest first."""
        wanted = {name: request.query_params.get(name, "")[:100].strip() for name in FILTERS}
        entries_page: dict[str, Any] = {"items": [], "next": None}
        wrong: FormError | None = None
        try:
            query = await self._query(request, visitor, wanted)
            query += [("limit", str(AT_ONCE)), ("cursor", request.query_params.get("cursor", "")[:100])]
            chosen = urlencode([(name, value) for name, value in query if value])
            entries_page = await self.identity.ask(request, "GET", f"audit?{chosen}", token=visitor.token)
        except InvalidFilter as unclear:
            wrong = unclear.said
        people = await self._people(request, visitor, entries_page["items"], wanted)
        say, words = translator(locale_of(request)), await self.apis.words()
        values = {
            "entries": [
                item | {"said": audit_sentences.sentence(item, people, words, say)}
                for item in entries_page["items"]
            ],
            "next": entries_page["next"],
            "wanted": wanted,
            "people": people,
            "kinds": audit_sentences.KINDS,
            "services": audit_sentences.SERVICES,
        }
        return await self.renderer.page(request, "audit.html", values, wrong=wrong)

    async def export(self, request: Request, visitor: Visitor) -> Response:
        """Export them as a file. The export is recorded, so only a page of the portal may request it."""
        given = await read_form(request, "form", *FILTERS)
        form = given["form"] if given["form"] in FORMS else FORMS[0]
        try:
            query = await self._query(request, visitor, given)
        except InvalidFilter as unclear:
            return await self.renderer.refused(request, unclear.said)
        chosen = [(name, value) for name, value in (*query, ("form", form)) if value]
        return await proxied(self.renderer, request, Source("identity", "audit/export", chosen))

    async def _query(self, request: Request, visitor: Visitor, wanted: Mapping[str, str]) -> Query:
        """The query for identity; raises :class:`InvalidFilter`."""
        query: Query = [(name, wanted[name]) for name in ("kind", "service", "outcome", "actor", "about")]
        query.append(("since", self._start(wanted, "since", 0)))
        query.append(("until", self._start(wanted, "until", 1)))
        if wanted["who"] and visitor.oversees:
            looked_for = urlencode({"q": wanted["who"], "limit": MANY})
            page = await self.identity.ask(request, "GET", f"accounts?{looked_for}", token=visitor.token)
            if not page["items"]:
                raise InvalidFilter(_said("who", N_("No account has an owner of that name.")))
            query += [("actor", person) for person in sorted({item["person_id"] for item in page["items"]})]
        return query

    def _start(self, wanted: Mapping[str, str], name: str, later: int) -> str:
        """The first moment of a day in the users' time zone, or of the day after; "" without a day."""
        if not wanted[name]:
            return ""
        try:
            day = date.fromisoformat(wanted[name]) + timedelta(days=later)
        except (ValueError, OverflowError):
            raise InvalidFilter(_said(name, N_("This is not a date."))) from None
        return datetime.combine(day, time(), self.renderer.settings.time_zone).isoformat()

    async def _people(
        self, request: Request, visitor: Visitor, entries: list[Any], wanted: Mapping[str, str]
    ) -> dict[str, str]:
        """The names of the people in the entries, as far as the reader may see them."""
        if not visitor.oversees:
            return {}
        ids = {str(entry[name]) for entry in entries for name in ("actor", "about") if entry[name]}
        ids |= {str(entry["details"].get("account_id") or "") for entry in entries}
        ids |= {wanted["actor"], wanted["about"]}
        return await names(self.identity, request, visitor.token, filter(as_id, ids))


def _said(field: str, detail: str) -> FormError:
    return FormError(HTTPStatus.UNPROCESSABLE_ENTITY, detail, fields=frozenset({field}))


def routes(renderer: Renderer) -> list[Route]:
    """The routes of the log."""
    made = Audit(renderer)
    return [
        Route("/agency/audit", made.own(made.show), methods=["GET"]),
        Route("/agency/audit/export", made.own(made.export), methods=["POST"]),
    ]
