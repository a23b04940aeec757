"""Subscription pages: following a partnership, confirming, unsubscribing."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.portal.forms import FormError, identity_error, read_form
from services.portal.identity import Identity, IdentityRefused, IdentityUnavailable
from services.portal.queries.reader import NotThere, Reader
from services.portal.rendering import Renderer
from shared.api_client import ApiClient
from shared.http.language import locale_of
from shared.i18n import N_

SILENT = FormError(
    HTTPStatus.SERVICE_UNAVAILABLE,
    N_("This is not possible at the moment: the notifications service does not respond."),
    N_("Try again in a few minutes."),
)
WRONG_ADDRESS = FormError(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    N_("This is not an e-mail address."),
    N_("Enter an address such as name@example.org."),
    fields=frozenset({"address"}),
)
UNKNOWN = FormError(
    HTTPStatus.NOT_FOUND,
    N_("This link is not valid, or no longer valid."),
    N_("Open the complete link from our latest message."),
)


class SubscriptionPages:
    """The pages for subscribing and unsubscribing."""

    def __init__(self, renderer: Renderer) -> None:
        self.renderer = renderer
        self.notifications = Identity(renderer.settings, renderer.visitors.identity.limits, "notifications")

    async def show_follow(self, request: Request) -> Response:
        """Show the form: an e-mail address and a language."""
        return await self._follow_form(request, "", None)

    async def follow(self, request: Request) -> Response:
        """Subscribe an address to the partnership; its owner is asked to confirm."""
        given = await read_form(request, "address", "locale")
        body = {
            "channel": "email",
            "scope": "partnership",
            "value": str(request.path_params["id"]),
            "address": given["address"].strip(),
            "locale": given["locale"] if given["locale"] in ("id", "en") else locale_of(request),
        }
        try:
            await self.notifications.ask(request, "POST", "subscriptions", body)
        except IdentityRefused as refusal:
            invalid = refusal.code == "invalid-request"
            return await self._follow_form(
                request, given["address"], WRONG_ADDRESS if invalid else identity_error(refusal)
            )
        except IdentityUnavailable:
            return await self._follow_form(request, given["address"], SILENT)
        return await self.renderer.go(request, request.url.path, done="asked")

    async def show_confirm(self, request: Request) -> Response:
        """Show what would be confirmed; nothing is changed."""
        return await self._link_page(request, "confirm.html")

    async def confirm(self, request: Request) -> Response:
        """Confirm it."""
        given = await read_form(request, "token")
        asking = self.notifications.ask(request, "POST", "confirmations", {"token": given["token"]})
        return await self._done(request, asking, "confirm", given["token"])

    async def show_end(self, request: Request) -> Response:
        """Show what would end; nothing is changed."""
        return await self._link_page(request, "unsubscribe.html")

    async def end(self, request: Request) -> Response:
        """End the topic, or everything sent to the address."""
        given = await read_form(request, "token", "until")
        until = "everything" if given["until"] == "everything" else "topic"
        path = f"unsubscribe?{urlencode({'token': given['token'], 'until': until})}"
        return await self._done(request, self.notifications.ask(request, "POST", path), "end", given["token"])

    async def _done(self, request: Request, asking: Any, act: str, token: str) -> Response:
        try:
            await asking
        except IdentityRefused as refusal:
            unknown = refusal.status == HTTPStatus.NOT_FOUND or refusal.code == "invalid-request"
            return await self._refused(request, UNKNOWN if unknown else identity_error(refusal))
        except IdentityUnavailable:
            return await self._refused(request, SILENT)
        return await self.renderer.go(request, f"/subscriptions/{act}", token=token, done=act)

    async def _link_page(self, request: Request, template: str) -> Response:
        token = request.query_params.get("token", "")[:100]
        try:
            query = urlencode({"token": token})
            link: dict[str, Any] = await self.notifications.ask(request, "GET", f"links?{query}")
        except IdentityRefused as refusal:
            unknown = refusal.status == HTTPStatus.NOT_FOUND or refusal.code == "invalid-request"
            return await self._refused(request, UNKNOWN if unknown else identity_error(refusal))
        except IdentityUnavailable:
            return await self._refused(request, SILENT)
        done = request.query_params.get("done", "")
        return await self.renderer.page(
            request, template, {"link": link, "token": token, "done": done}, private=True
        )

    async def _refused(self, request: Request, wrong: FormError) -> Response:
        return await self.renderer.page(request, "refused.html", {}, private=True, wrong=wrong)

    async def _follow_form(self, request: Request, address: str, wrong: FormError | None) -> Response:
        wanted = request.path_params["id"]
        visit = await self.renderer.visitors.visit(request)
        urls = self.renderer.settings.service_url
        async with ApiClient.connected(urls, locale_of(request)) as client:
            reader = Reader(client, visit.token, visit.roles)
            try:
                partnership = await reader.get("partners", f"partnerships/{wanted}")
            except NotThere:
                raise HTTPException(HTTPStatus.NOT_FOUND) from None
        done = request.query_params.get("done", "") if wrong is None else ""
        values = {"partnership": partnership, "address": address, "done": done}
        return await self.renderer.page(
            request, "follow.html", values, silent=reader.silent, private=True, wrong=wrong
        )


def routes(renderer: Renderer) -> list[Route]:
    """The routes of these pages."""
    made = SubscriptionPages(renderer)
    return [
        Route("/partnerships/{id:uuid}/follow", made.show_follow, methods=["GET"]),
        Route("/partnerships/{id:uuid}/follow", made.follow, methods=["POST"]),
        Route("/subscriptions/confirm", made.show_confirm, methods=["GET"]),
        Route("/subscriptions/confirm", made.confirm, methods=["POST"]),
        Route("/subscriptions/end", made.show_end, methods=["GET"]),
        Route("/subscriptions/end", made.end, methods=["POST"]),
    ]
