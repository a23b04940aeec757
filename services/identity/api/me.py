"""Own account API: profile, password, authenticator, sessions."""

from __future__ import annotations

from functools import partial
from typing import TypeVar

from pydantic import BaseModel, SecretStr
from starlette.responses import Response

from services.identity.api.erasures import ErasureOut
from services.identity.api.fields import AccountOut, ApiTokenOut, EntryOut, SessionOut
from services.identity.api.resources import run_as_actor, sign_in_resources
from services.identity.api.sign_in import NEVER_KEPT
from services.identity.commands import erasures
from services.identity.commands import own_account as commands
from services.identity.commands import sessions as session_commands
from services.identity.commands.attempts import Attempt
from services.identity.commands.links import context_of
from services.identity.commands.own_account import Proof
from services.identity.commands.sign_in import Refused
from services.identity.model import password as passwords
from services.identity.model import totp
from services.identity.permissions import OWN
from services.identity.queries import accounts as queries
from shared.http.door import Door, DoorDep
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import by_people

operations = Operations("me", at="/me")
T = TypeVar("T")


class TotpOut(BaseModel):
    """The parameters of an authenticator, shown once: as a link (or QR code), or to type."""

    link: str
    secret: str


class MyDataOut(BaseModel):
    """All data stored about your account; secrets are stored only as hashes."""

    account: AccountOut
    sessions: list[SessionOut]
    api_tokens: list[ApiTokenOut]


@operations.get("", may=by_people(OWN), label=N_("view their own account"))
async def show_my_account(door: DoorDep) -> AccountOut:
    """Show your own account."""
    return AccountOut.of(await door.read(queries.own, door.actor))


@operations.get("/data", may=by_people(OWN), label=N_("download their own data"))
async def export_my_data(door: DoorDep, response: Response) -> MyDataOut:
    """Export everything that the identity service stores about you."""
    response.headers.update(NEVER_KEPT)
    account, sessions, tokens = await door.read(queries.everything_on, door.actor)
    return MyDataOut(
        account=AccountOut.of(account),
        sessions=[SessionOut.of(session) for session in sessions],
        api_tokens=[ApiTokenOut.of(token) for token in tokens],
    )


@operations.post("/erase", may=by_people(OWN), label=N_("erase their own data"), status_code=201)
async def erase_myself(body: erasures.EraseMyself, door: DoorDep) -> ErasureOut:
    """Erase the caller, with the password as proof."""
    erase = partial(erasures.erase_myself, proof=await _proof(door, body.password))
    return ErasureOut.ordered(_accepted(await run_as_actor(door, erase, body)))


@operations.post("/password", may=by_people(OWN), label=N_("change their own password"), status_code=201)
async def change_password(body: commands.ChangePassword, door: DoorDep, response: Response) -> EntryOut:
    """Hash both passwords before the transaction, and begin a session with the new one."""
    response.headers.update(NEVER_KEPT)
    account = await door.read(queries.own, door.actor)
    new = body.new_password.get_secret_value()
    passwords.require_good(new, context_of(account))  # before hashing, which takes long
    at = sign_in_resources(door)
    proof = await _proof(door, body.password)
    change = partial(commands.change_password, proof=proof, hashed=await at.hash(new), lives=at.lives)
    entry = _accepted(await run_as_actor(door, change, body))
    return EntryOut.entered(entry, at.mint(entry.access))


@operations.post("/totp", may=by_people(OWN), label=N_("enrol an authenticator"), status_code=201)
async def enrol_totp(body: commands.EnrolTotp, door: DoorDep, response: Response) -> TotpOut:
    """Enrol an authenticator, with the password as proof; the secret is shown once."""
    response.headers.update(NEVER_KEPT)
    enrol = partial(commands.enrol_totp, proof=await _proof(door, body.password))
    account = _accepted(await run_as_actor(door, enrol, body))
    secret = account.totp_secret or ""
    return TotpOut(link=totp.link(secret, account.user_name or ""), secret=secret)


@operations.post("/totp/confirm", may=by_people(OWN), label=N_("confirm an authenticator"))
async def confirm_totp(body: commands.ConfirmTotp, door: DoorDep) -> AccountOut:
    """Confirm the authenticator; never as a dry run."""
    return AccountOut.of(await run_as_actor(door, commands.confirm_totp, body))


@operations.post("/totp/drop", may=by_people(OWN), label=N_("remove their own authenticator"))
async def drop_totp(body: commands.DropTotp, door: DoorDep) -> AccountOut:
    """Remove the authenticator, with the password as proof."""
    drop = partial(commands.drop_totp, proof=await _proof(door, body.password))
    return AccountOut.of(_accepted(await run_as_actor(door, drop, body)))


@operations.get("/sessions", may=by_people(OWN), label=N_("list their own sessions"))
async def list_sessions(door: DoorDep, paging: PageDep) -> Page[SessionOut]:
    """List your own sessions, oldest first."""
    mine = await door.read(queries.sessions_of, door.actor, paging.after, paging.limit + 1)
    return paging.page(mine, SessionOut.of, lambda session: session.id)


operations.do(
    "/sessions/{session_id}/end",
    session_commands.end_session,
    may=by_people(OWN),
    label=N_("end one of their own sessions"),
    shows=AccountOut,
)
operations.do(
    "/sessions/end",
    session_commands.sign_out_everywhere,
    may=by_people(OWN),
    label=N_("sign out everywhere"),
    shows=AccountOut,
)


async def _proof(door: Door, password: SecretStr) -> Proof:
    account = await door.read(queries.own, door.actor)
    matched = await sign_in_resources(door).match(account.password, password.get_secret_value())
    return Proof(Attempt.of_owner(account.id), matched)


def _accepted(outcome: T | Refused) -> T:
    if isinstance(outcome, Refused):
        raise outcome.refusal
    return outcome
