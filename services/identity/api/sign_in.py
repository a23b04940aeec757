"""Sign-in API: signing in and out, access tokens, one-time links."""

from __future__ import annotations

from functools import partial

from fastapi import Depends
from pydantic import BaseModel
from starlette.responses import Response

from services.identity.api.fields import AccessOut, EntryOut
from services.identity.api.resources import attempt, run_as_system, sign_in_resources
from services.identity.commands import access, links, sessions
from services.identity.commands import sign_in as commands
from services.identity.model import password as passwords
from services.identity.model.session import LinkUnknown
from services.identity.queries import accounts as queries
from shared.http.door import DoorDep
from shared.http.rate_limits import RateLimit
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import PUBLIC

operations = Operations("entrance")
GUESSED = [Depends(RateLimit("sign-in", per_address="20/minute"))]
NEVER_KEPT = {"Cache-Control": "no-store"}


class WaysOut(BaseModel):
    """The ways to sign in here: with a password that is stored here, or through a provider."""

    password: bool
    provider: bool


@operations.get("/ways", may=PUBLIC)
async def show_ways(door: DoorDep) -> WaysOut:
    """Show the ways to sign in here."""
    provider = bool(door.runtime.settings.oidc_issuer)
    return WaysOut(password=True, provider=provider)


@operations.post("/sessions", may=PUBLIC, label=N_("sign in"), status_code=201, dependencies=GUESSED)
async def sign_in(body: commands.SignIn, door: DoorDep, response: Response) -> EntryOut:
    """Verify the password before the transaction: hashing takes long."""
    response.headers.update(NEVER_KEPT)
    at, given = sign_in_resources(door), body.password.get_secret_value()
    kept = await door.runtime.database.read(lambda reading: queries.kept_password(reading, body.user_name))
    matched = await at.match(kept, given)
    rehashed = await at.hash(given) if matched and passwords.is_outdated(matched) else None
    enter = partial(
        commands.sign_in,
        attempt=attempt(door, body.user_name),
        matched=commands.Matched(matched, rehashed),
        lives=at.lives,
    )
    outcome = await run_as_system(door, enter, body)
    if isinstance(outcome, commands.Refused):
        raise outcome.refusal
    return EntryOut.entered(outcome, at.mint(outcome.access))


@operations.post("/access", may=PUBLIC, label=N_("exchange a secret for access"))
async def give_access(body: access.GiveAccess, door: DoorDep, response: Response) -> AccessOut:
    """Give access, and sign the access token."""
    response.headers.update(NEVER_KEPT)
    at = sign_in_resources(door)
    given = await run_as_system(door, partial(access.give_access, lives=at.lives), body)
    return AccessOut.of(given, at.mint(given))


@operations.post("/sessions/end", may=PUBLIC, label=N_("sign out"), status_code=204)
async def sign_out(body: sessions.SignOut, door: DoorDep) -> Response:
    """End the session as the system: the secret identifies its owner."""
    await run_as_system(door, sessions.sign_out, body)
    return Response(status_code=204)


@operations.post(
    "/links/use",
    may=PUBLIC,
    label=N_("set a password through a one-time link"),
    status_code=204,
    dependencies=GUESSED,
)
async def use_link(body: links.UseLink, door: DoorDep) -> Response:
    """Hash the password before the transaction, if it is good."""
    secret, given = body.secret.get_secret_value(), body.password.get_secret_value()
    account = await door.runtime.database.read(lambda reading: queries.behind_link(reading, secret))
    if account is None:
        raise LinkUnknown
    passwords.require_good(given, links.context_of(account))  # before hashing, which takes long
    await run_as_system(door, partial(links.use_link, hashed=await sign_in_resources(door).hash(given)), body)
    return Response(status_code=204)
