"""The entrance: signing in and out, access for a session or an API token, and one-time links."""

from __future__ import annotations

from fastapi import Depends
from pydantic import BaseModel, SecretStr
from starlette.responses import Response

from services.identity.api.desk import attempt, by_the_system, desk
from services.identity.api.fields import AccessOut, Browser, Code, EntryOut, Password, Secret, UserName
from services.identity.commands import access, links, sessions
from services.identity.commands import sign_in as commands
from services.identity.model import password as passwords
from services.identity.model.session import LinkUnknown
from services.identity.queries import accounts as queries
from shared.fields import RequestBody
from shared.http.door import DoorDep
from shared.http.limits import Limit
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import PUBLIC

operations = Operations("entrance")
GUESSED = [Depends(Limit("sign-in", per_address="20/minute"))]
NEVER_KEPT = {"Cache-Control": "no-store"}


class SignInIn(RequestBody):
    """Who one is; the code is that of an authenticator, where the account has one.

    ``browser`` is what an earlier answer gave: whoever keeps it is not kept out by the failures of others.
    """

    user_name: UserName
    password: Password
    code: Code = ""
    browser: Browser = SecretStr("")


class SecretIn(RequestBody):
    """The secret of a session or, where access is asked for, of an API token."""

    secret: Secret


class UseLinkIn(RequestBody):
    """What a one-time link holds, and the password that shall be."""

    secret: Secret
    password: Password


class WaysOut(BaseModel):
    """How one signs in here: with a password that is kept here, or through a provider."""

    password: bool
    provider: bool


@operations.get("/ways", may=PUBLIC)
async def show_ways(door: DoorDep) -> WaysOut:
    """How one signs in here."""
    provider = bool(door.runtime.settings.oidc_issuer)
    return WaysOut(password=True, provider=provider)


@operations.post("/sessions", may=PUBLIC, label=N_("sign in"), status_code=201, dependencies=GUESSED)
async def sign_in(body: SignInIn, door: DoorDep, response: Response) -> EntryOut:
    """Sign in. The answer is the same, and takes as long, whether the account or the password is wrong."""
    response.headers.update(NEVER_KEPT)
    at, given = desk(door), body.password.get_secret_value()
    kept = await door.runtime.database.read(lambda reading: queries.kept_password(reading, body.user_name))
    matched = await at.match(kept, given)
    rehashed = await at.hash(given) if matched and passwords.is_outdated(matched) else None
    browser = body.browser.get_secret_value()
    by = attempt(door, body.user_name)
    command = commands.SignIn(body.user_name, by, matched, body.code, at.lives, rehashed, browser)
    outcome = await by_the_system(door, commands.sign_in, command)
    if isinstance(outcome, commands.Refused):
        raise outcome.refusal
    return EntryOut.entered(outcome, at.mint(outcome.access))


@operations.post("/access", may=PUBLIC, label=N_("exchange a secret for access"))
async def give_access(body: SecretIn, door: DoorDep, response: Response) -> AccessOut:
    """Exchange a session or an API token for access for some minutes."""
    response.headers.update(NEVER_KEPT)
    at = desk(door)
    command = access.GiveAccess(body.secret.get_secret_value(), at.lives)
    given = await by_the_system(door, access.give_access, command)
    return AccessOut.of(given, at.mint(given))


@operations.post("/sessions/end", may=PUBLIC, label=N_("sign out"), status_code=204)
async def sign_out(body: SecretIn, door: DoorDep) -> Response:
    """Sign out: the session ends, and access that was given for it is withdrawn."""
    await by_the_system(door, sessions.sign_out, sessions.SignOut(body.secret.get_secret_value()))
    return Response(status_code=204)


@operations.post(
    "/links/use",
    may=PUBLIC,
    label=N_("set a password through a one-time link"),
    status_code=204,
    dependencies=GUESSED,
)
async def use_link(body: UseLinkIn, door: DoorDep) -> Response:
    """Set a password by a one-time link; sign in with it afterwards."""
    secret, given = body.secret.get_secret_value(), body.password.get_secret_value()
    account = await door.runtime.database.read(lambda reading: queries.behind_link(reading, secret))
    if account is None:
        raise LinkUnknown
    passwords.require_good(given, links.context_of(account))  # before it is hashed, which takes long
    command = links.UseLink(secret, given, await desk(door).hash(given))
    await by_the_system(door, links.use_link, command)
    return Response(status_code=204)
