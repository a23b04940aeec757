"""Base of pages for signed-in users: renews access and shows errors on the form."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from services.portal.forms import AWAY, FormError, identity_error
from services.portal.identity import IdentityRefused, IdentityUnavailable
from services.portal.queries.reader import AccessEnded, Reader
from services.portal.redirects import return_address
from services.portal.rendering import Renderer
from services.portal.sessions import Visitor
from shared.api_client import ApiClient
from shared.http.language import locale_of

Handler = Callable[[Request], Awaitable[Response]]
Own = Callable[[Request, Visitor], Awaitable[Response]]
Otherwise = Callable[[Request, Visitor, FormError], Awaitable[Response]]
"""The page shown after a refusal: the one whose form was sent, with the reason in it."""
TRIES = 3
"""One attempt, one with a new token, and one to show why it failed."""


class SignedIn:
    """Base of the pages for signed-in visitors."""

    def __init__(self, renderer: Renderer) -> None:
        self.renderer = renderer
        self.visitors = renderer.visitors
        self.identity = renderer.visitors.identity

    def own(self, handler: Own, otherwise: Otherwise | None = None) -> Handler:
        """Require a signed-in visitor with valid access; others are sent to sign in."""

        async def handled(request: Request) -> Response:
            visit, wrong = await self.visitors.visit(request), None
            for _ in range(TRIES):
                if visit.visitor is None:
                    break
                try:
                    answer = await self._answer(request, visit.visitor, handler, otherwise, wrong)
                except AccessEnded:
                    # The token may have been revoked while the session goes on.
                    visit = await self.visitors.renew(request)
                    continue
                if isinstance(answer, Response):
                    return answer
                wrong = answer
            if visit.silent:
                return await self.unanswered(request)
            onward = return_address(request)
            answer = await self.renderer.go(request, "/sign-in", **({"next": onward} if onward else {}))
            # If even a new token is not accepted, the visitor is signed out.
            return self.visitors.drop_session_cookie(answer) if wrong is None else answer

        return handled

    async def _answer(
        self,
        request: Request,
        visitor: Visitor,
        do: Own,
        otherwise: Otherwise | None,
        wrong: FormError | None,
    ) -> Response | FormError:
        """The answer, or the refusal and the page that shows it.

        Raises :class:`AccessEnded` if the visitor's access is not accepted.
        """
        try:
            if wrong is None:
                return await do(request, visitor)
            if otherwise is not None:
                return await otherwise(request, visitor, wrong)
        except IdentityRefused as refusal:
            if refusal.status == HTTPStatus.UNAUTHORIZED:
                raise AccessEnded from refusal
            if wrong is None:
                return identity_error(refusal)
        except IdentityUnavailable:
            return await self.unanswered(request)
        # There is no form, or the reader may not see its page either.
        return await self.renderer.refused(request, wrong)

    async def unanswered(self, request: Request) -> Response:
        """The page when identity does not answer."""
        return await self.renderer.refused(request, AWAY)

    @asynccontextmanager
    async def reading(self, request: Request, visitor: Visitor) -> AsyncIterator[Reader]:
        """A reader with the visitor's rights."""
        urls = self.renderer.settings.service_url
        async with ApiClient.connected(urls, locale_of(request)) as client:
            yield Reader(client, visitor.token, visitor.roles)
