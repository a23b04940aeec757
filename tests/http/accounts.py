"""Accounts in a seeded system: of who asks, of who is asked about, and one whose access was withdrawn."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from tests.http.seeded import Seeded
from tests.support.known import put_person
from tests.support.wait import eventually

BASE = "/api/identity/v1"
ASKER = UUID(int=7)
"""The person who asks, with an account in every place."""
PASSWORD = "kuda hijau menari di atap"
LISTS = (
    "partners/v1/partnerships",
    "programs/v1/programs",
    "products/v1/products",
    "notifications/v1/inbox",
    "identity/v1/me",
)


OF_ONESELF = {
    "totp": {},
    "totp/drop": {},
    "erase": {},
    "password": {"new_password": "tujuh payung dan satu jendela"},
}
"""What asks for one's own password, and what else it takes."""


async def seed_accounts(seeded: Seeded, places: Iterable[tuple[str, UUID]], person: UUID = ASKER) -> None:
    """Give a person an account in each agency (for an organisation), and open one of somebody else."""
    ours = ""
    for agency, organisation in places:
        ours = ours or agency
        body: dict[str, Any] = {"slug": agency, "name": agency.title()}
        await _made(seeded, "agencies", body | {"organisation_id": str(organisation)}, agency)
        # What an administrator holds is looked up, whatever the token says.
        roles = ("administrator", "operator")
        body = {"organisation_id": str(organisation), "person_id": str(person)}
        await put_person(seeded.here, person, agency)
        await _enter(seeded, agency, f"penanya-{agency}", *roles, **body)
    asked = await _enter(seeded, ours, "ditanya")
    token = {"name": "Sistem arsip", "ends_at": (seeded.clock.now() + timedelta(days=30)).isoformat()}
    made = await _sent(seeded, "api-tokens", token, asked["access_token"])
    sessions = await seeded.here.call("GET", f"{BASE}/me/sessions", token=asked["access_token"])
    for path, more in OF_ONESELF.items():
        seeded.accepted[f"POST /identity/v1/me/{path}"] = {"password": PASSWORD} | more
    erased = await _made(seeded, f"persons/{uuid4()}/erase", {}, ours)
    seeded.keep(erasure_id=erased["id"])
    seeded.keep(account_id=asked["account_id"], session_id=sessions.body["items"][0]["id"])
    seeded.keep(token_id=made["id"], token_secret=made["secret"])


async def revoked(seeded: Seeded, agency: str) -> str:
    """An access token of an account that was locked, once each service knows of it."""
    entry = await _enter(seeded, agency, "dicabut", "administrator", "coordinator")
    reason = {"reason": "Telepon genggamnya hilang."}
    await _made(seeded, f"accounts/{entry['account_id']}/lock", reason, agency)
    token: str = entry["access_token"]

    async def is_known() -> bool:
        answers = [await seeded.here.call("GET", f"/api/{listed}", token=token) for listed in LISTS]
        return all(answer.status == HTTPStatus.UNAUTHORIZED for answer in answers)

    await eventually(is_known)
    return token


async def _enter(seeded: Seeded, agency: str, name: str, *roles: str, **more: Any) -> Any:
    body = {"user_name": name, "display_name": f"Orang {name}", "roles": roles, **more}
    made = await _made(seeded, "accounts", body, agency)
    await _sent(seeded, "links/use", {"secret": made["secret"], "password": PASSWORD})
    entry = await _sent(seeded, "sessions", {"user_name": name, "password": PASSWORD})
    return entry | {"account_id": made["account"]["id"]}


async def _made(seeded: Seeded, path: str, body: dict[str, Any], agency: str) -> Any:
    return await _sent(
        seeded, path, body, seeded.here.token("administrator", "operator", person="host", agency=agency)
    )


async def _sent(seeded: Seeded, path: str, body: dict[str, Any], token: str | None = None) -> Any:
    answer = await seeded.here.call("POST", f"{BASE}/{path}", body, token=token)
    assert HTTPStatus.OK <= answer.status < HTTPStatus.BAD_REQUEST, (path, answer.body)
    seeded.accepted[f"POST /identity/v1/{path}"] = body
    return answer.body
