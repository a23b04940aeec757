"""Who leaves an organisation, or the registry, acts for it no longer, in any service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.identity.service import service as identity
from services.partners.service import service as partners
from shared.clock import MovableClock
from shared.contracts import identity as events
from tests.identity.world import SECOND, Office, founded
from tests.support.known import heard_of
from tests.support.system import system
from tests.support.wait import eventually

PARTNERS = "/api/partners/v1"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with system(tmp_path, [identity, partners], clock=MovableClock()) as here:
        yield await founded(here)


async def registered(office: Office, path: str, body: dict[str, Any] | None = None) -> Any:
    token = office.system.token("coordinator", "administrator", person="host")
    answer = await office.system.call("POST", f"{PARTNERS}/{path}", body, token=token)
    assert answer.status in (200, 201), answer.body
    return answer.body


async def member(office: Office, *roles: str) -> tuple[dict[str, Any], str, str]:
    """A person with a membership and an account for the organisation: these, and the account's id."""
    body_id = str(await office.system.organisation("Forum Desa Contoh", "community"))
    person = await registered(office, "persons", {"name": "Ani Wulandari"})
    began = await registered(office, "memberships", membership(person["id"], body_id))
    await heard_of(office.system, person["id"])
    account = await office.account("ani", *roles, person_id=person["id"], organisation_id=body_id)
    return began, person["id"], account


def membership(person: str, organisation: str) -> dict[str, Any]:
    return {"person_id": person, "organisation_id": organisation, "role": "member", "since": "2026-01-01"}


async def shown(office: Office, account: str) -> tuple[list[str], list[str]]:
    body = (await office.get(f"/accounts/{account}", by=office.administrator)).body
    return body["roles"], body["resting"]


async def rests(office: Office, account: str, *roles: str) -> None:
    async def does() -> bool:
        office.move(
            SECOND
        )  # the reaction may be ahead of the copy that it asks, and then waits by this clock
        return (await shown(office, account))[1] == list(roles)

    await eventually(does, message="the roles rest", every=0.2)


async def test_a_role_rests_when_the_membership_ends_and_is_granted_anew(office: Office) -> None:
    began, _, account = await member(office, "representative", "secretary", "administrator")
    token = (await office.entered("ani"))["access_token"]
    path = f"{PARTNERS}/persons"
    assert (await office.system.call("GET", path, token=token)).status == 200
    await registered(office, f"memberships/{began['id']}/end", {"until": "2026-01-05"})
    await rests(office, account, "representative", "secretary")
    assert (await shown(office, account))[0] == ["administrator"], "whoever ends memberships takes no power"

    async def refused() -> bool:
        return (await office.system.call("GET", path, token=token)).status == 401

    await eventually(refused, message="the registry believes the earlier access no longer")
    told = [event for event in await office.events() if isinstance(event, events.RoleRested)]
    assert [event.role for event in told] == ["representative", "secretary"]
    role = {"role": "representative"}
    await office.made(f"/accounts/{account}/roles", role, by=office.administrator)
    assert await shown(office, account) == (["administrator", "representative"], ["secretary"])


async def test_roles_rest_when_the_person_retires(office: Office) -> None:
    _, person, account = await member(office, "representative")
    await registered(office, f"persons/{person}/retire")
    await rests(office, account, "representative")


async def test_who_belongs_in_another_way_goes_on(office: Office) -> None:
    began, person, account = await member(office, "representative")
    other = str(await office.system.organisation("Pokdarkamtibmas Contoh", "community"))
    gone = await registered(office, "memberships", membership(person, other))
    for_other = await office.account("ani.dua", "representative", person_id=person, organisation_id=other)
    await registered(office, f"memberships/{gone['id']}/end", {"until": "2026-01-05"})
    await rests(office, for_other, "representative")
    assert await shown(office, account) == (["representative"], []), "of another organisation"
    await registered(office, f"memberships/{began['id']}/end", {"until": "2026-01-05"})
    await rests(office, account, "representative")
