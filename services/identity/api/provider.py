"""OpenID Connect sign-in: redirect to the provider and callback."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Query
from starlette.responses import RedirectResponse, Response

from services.identity.adapters.oidc import AuthorizationRequest, Provider, ProviderRefused
from services.identity.api.fields import EntryOut
from services.identity.api.resources import run_as_system, sign_in_resources
from services.identity.api.sign_in import NEVER_KEPT
from services.identity.commands import provider as commands
from services.identity.commands.sign_in import Refused
from services.identity.model.visit import AWAY, NoProvider, SeveralAccounts
from shared.http.door import Door, DoorDep
from shared.http.known_parameters import TAKES_MORE
from shared.http.rate_limits import RateLimit
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import PUBLIC
from shared.refusal import Term

operations = Operations("provider", at="/provider")
VISITS = [Depends(RateLimit("provider", per_address="60/minute"))]
COOKIE = "kemitraan-visit"
FOUND: dict[int | str, dict[str, Any]] = {303: {"description": "Redirect to the next address"}}
Local = Annotated[str, Query(max_length=200, pattern=r"^/(?:[A-Za-z0-9_.-]+/?)*$")]
Where = Annotated[str, Query(max_length=60, pattern=r"^(?:[a-z0-9]+(?:-[a-z0-9]+)*)?$")]
Given = Annotated[str, Query(max_length=4096)]


@operations.get(
    "/start",
    may=PUBLIC,
    status_code=303,
    response_class=Response,
    responses=FOUND,
    dependencies=VISITS,
    openapi_extra=TAKES_MORE,
)
async def start_at_provider(door: DoorDep, back_to: Local = "/sign-in", agency: Where = "") -> Response:
    """Redirect to the provider; a cookie binds the response to this browser.

    ``agency`` chooses the agency, if accounts in several have the same address.
    """
    departure = AuthorizationRequest()
    url = await _provider(door).authorization_url(departure, door.runtime.clock.now())
    command = commands.Leave(
        departure.state, departure.browser, departure.nonce, departure.verifier, back_to, agency
    )
    await run_as_system(door, commands.leave, command)
    answer = RedirectResponse(url, 303, NEVER_KEPT)
    answer.set_cookie(
        COOKIE,
        departure.browser,
        max_age=int(AWAY.total_seconds()),
        path="/",
        secure=door.runtime.settings.public_url.startswith("https://"),
        httponly=True,
        samesite="lax",
    )
    return answer


@operations.get(
    "/callback",
    may=PUBLIC,
    status_code=303,
    response_class=Response,
    responses=FOUND,
    dependencies=VISITS,
    openapi_extra=TAKES_MORE,
)
async def return_from_provider(
    door: DoorDep, state: Given = "", code: Given = "", error: Given = "", iss: Given | None = None
) -> Response:
    """Return from the provider; redirects to ``back_to`` with a code for signing in, valid for a minute."""
    provider = _provider(door)
    browser = door.request.cookies.get(COOKIE, "")
    visit = await run_as_system(door, commands.come_back, commands.ComeBack(state, browser))
    if error or not code:
        raise ProviderRefused(reason=Term(N_("it did not allow it, or you cancelled")))
    known = await provider.identify(code, iss, visit.verifier, visit.nonce, door.runtime.clock.now())
    says = commands.Says(sign_in_resources(door).role_mapping, known.groups)
    command = commands.Recognise(known.issuer, known.subject, known.email, browser, visit.agency, says)
    outcome = await run_as_system(door, commands.recognise, command)
    if isinstance(outcome, Refused):
        if isinstance(outcome.refusal, SeveralAccounts):
            chosen = urlencode({"agencies": outcome.refusal.params["agencies"]})
            return RedirectResponse(f"{visit.back_to}?{chosen}", 303, NEVER_KEPT)
        raise outcome.refusal
    return RedirectResponse(f"{visit.back_to}?{urlencode({'code': outcome.code})}", 303, NEVER_KEPT)


@operations.post(
    "/entries",
    may=PUBLIC,
    label=N_("sign in through the identity provider"),
    status_code=201,
    dependencies=VISITS,
)
async def enter_from_provider(body: commands.Enter, door: DoorDep, response: Response) -> EntryOut:
    """Begin the session, and sign its access token."""
    response.headers.update(NEVER_KEPT)
    at = sign_in_resources(door)
    entry = await run_as_system(door, partial(commands.enter, lives=at.lives), body)
    return EntryOut.entered(entry, at.mint(entry.access))


def _provider(door: Door) -> Provider:
    provider = sign_in_resources(door).provider
    if provider is None:
        raise NoProvider
    return provider
