"""One's own account: what is kept of it, its password, its authenticator, its sessions."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel
from starlette.responses import Response

from services.identity.api.desk import by_the_actor, desk
from services.identity.api.erasures import ErasureOut
from services.identity.api.fields import AccountOut, ApiTokenOut, Code, EntryOut, Password, SessionOut
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
from shared.fields import RequestBody
from shared.http.door import Door, DoorDep
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import by_people

operations = Operations("me", at="/me")
T = TypeVar("T")


class ProofIn(RequestBody):
    """The password of one's own account, for what is dangerous."""

    password: Password


class ChangePasswordIn(ProofIn):
    """The password, and the one that shall be."""

    new_password: Password


class CodeIn(RequestBody):
    """A code of one's authenticator."""

    code: Code


class TotpOut(BaseModel):
    """What an authenticator needs to know, shown once: as a link (or QR code), or to type."""

    link: str
    secret: str


class MyDataOut(BaseModel):
    """Everything that is kept on one's own account; what opens a door is kept as a hash alone."""

    account: AccountOut
    sessions: list[SessionOut]
    api_tokens: list[ApiTokenOut]


@operations.get("", may=by_people(OWN), label=N_("see the own account"))
async def show_my_account(door: DoorDep) -> AccountOut:
    """One's own account."""
    return AccountOut.of(await door.read(queries.own, door.actor))


@operations.get("/data", may=by_people(OWN), label=N_("take along the own data"))
async def export_my_data(door: DoorDep, response: Response) -> MyDataOut:
    """Everything that identity keeps on oneself, to take along."""
    response.headers.update(NEVER_KEPT)
    account, sessions, tokens = await door.read(queries.everything_on, door.actor)
    return MyDataOut(
        account=AccountOut.of(account),
        sessions=[SessionOut.of(one) for one in sessions],
        api_tokens=[ApiTokenOut.of(one) for one in tokens],
    )


@operations.post("/erase", may=by_people(OWN), label=N_("erase what is held about oneself"), status_code=201)
async def erase_myself(body: ProofIn, door: DoorDep) -> ErasureOut:
    """Leave: no service keeps anything personal of oneself; what was done stays, without a name."""
    command = erasures.EraseMyself(await _proof(door, body))
    return ErasureOut.ordered(_accepted(await by_the_actor(door, erasures.erase_myself, command)))


@operations.post("/password", may=by_people(OWN), label=N_("change the own password"), status_code=201)
async def change_password(body: ChangePasswordIn, door: DoorDep, response: Response) -> EntryOut:
    """Change one's password: every session ends, and a new one begins."""
    response.headers.update(NEVER_KEPT)
    account = await door.read(queries.own, door.actor)
    new = body.new_password.get_secret_value()
    passwords.require_good(new, context_of(account))  # before anything is hashed, which takes long
    at = desk(door)
    command = commands.ChangePassword(await _proof(door, body), new, await at.hash(new), at.lives)
    entry = _accepted(await by_the_actor(door, commands.change_password, command))
    return EntryOut.entered(entry, at.mint(entry.access))


@operations.post("/totp", may=by_people(OWN), label=N_("enrol an authenticator"), status_code=201)
async def enrol_totp(body: ProofIn, door: DoorDep, response: Response) -> TotpOut:
    """Get a secret for an authenticator; signing in needs its codes once it is confirmed with one."""
    response.headers.update(NEVER_KEPT)
    command = commands.EnrolTotp(await _proof(door, body))
    account = _accepted(await by_the_actor(door, commands.enrol_totp, command))
    secret = account.totp_secret or ""
    return TotpOut(link=totp.link(secret, account.user_name or ""), secret=secret)


@operations.post("/totp/confirm", may=by_people(OWN), label=N_("confirm an authenticator"))
async def confirm_totp(body: CodeIn, door: DoorDep) -> AccountOut:
    """Show that the authenticator makes the right codes."""
    command = commands.ConfirmTotp(body.code)
    return AccountOut.of(await by_the_actor(door, commands.confirm_totp, command))


@operations.post("/totp/drop", may=by_people(OWN), label=N_("drop the own authenticator"))
async def drop_totp(body: ProofIn, door: DoorDep) -> AccountOut:
    """Sign in without a code from now on."""
    command = commands.DropTotp(await _proof(door, body))
    return AccountOut.of(_accepted(await by_the_actor(door, commands.drop_totp, command)))


@operations.get("/sessions", may=by_people(OWN), label=N_("see the own sessions"))
async def list_sessions(door: DoorDep, paging: PageDep) -> Page[SessionOut]:
    """One's own sessions, oldest first."""
    mine = await door.read(queries.sessions_of, door.actor, paging.after, paging.limit + 1)
    return paging.page(mine, SessionOut.of, lambda session: session.id)


@operations.post(
    "/sessions/{session_id}/end",
    may=by_people(OWN),
    label=N_("end an own session"),
    response_model=AccountOut,
)
async def end_session(session_id: UUID, door: DoorDep) -> Response:
    """End one of one's sessions, such as one on a device that was lost."""
    command = session_commands.EndSession(session_id)
    return await door.do(session_commands.end_session, command, AccountOut.of)


@operations.post(
    "/sessions/end", may=by_people(OWN), label=N_("sign out everywhere"), response_model=AccountOut
)
async def sign_out_everywhere(door: DoorDep) -> Response:
    """End all of one's sessions."""
    command = session_commands.SignOutEverywhere()
    return await door.do(session_commands.sign_out_everywhere, command, AccountOut.of)


async def _proof(door: Door, body: ProofIn) -> Proof:
    account = await door.read(queries.own, door.actor)
    matched = await desk(door).match(account.password, body.password.get_secret_value())
    return Proof(Attempt.of_owner(account.id), matched)


def _accepted(outcome: T | Refused) -> T:
    if isinstance(outcome, Refused):
        raise outcome.refusal
    return outcome
