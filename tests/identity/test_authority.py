"""Who may act on whose account: asked for every operation on accounts, and for every pair of roles."""

from __future__ import annotations

import asyncio
from itertools import product
from typing import Any

import pytest

from services.identity.model.account import ROLES
from services.identity.model.authority import AccountAbove, require_not_above
from services.identity.service import service
from shared.identity.actor import Actor
from shared.identity.permissions import AUTOMATED, Role
from tests.identity.world import AGENCY, BASE, BETTER, Office
from tests.support.operations import own_routes

RANK = {Role.OPERATOR: 2, Role.ADMINISTRATOR: 1}
BODIES: dict[str, Any] = {
    "/v1/accounts/{account_id}/roles": {"role": "coordinator"},
    "/v1/accounts/{account_id}/roles/withdraw": {"role": "coordinator"},
    "/v1/accounts/{account_id}/lock": {"reason": "Telepon hilang"},
    "/v1/accounts/{account_id}/unlock": None,
    "/v1/accounts/{account_id}/close": None,
    "/v1/accounts/{account_id}/link": None,
    "/v1/accounts/{account_id}/sessions/end": None,
    "/v1/accounts/{account_id}/totp/drop": None,
    "/v1/persons/{person_id}/erase": {},
    "/v1/api-tokens/{token_id}/revoke": None,
}
"""Every operation on somebody's account; a new one has to be written here, and is then asked below."""


def operations() -> list[str]:
    """The paths that change what is somebody else's."""
    routes = [route for route in own_routes(service).values() if route.methods != {"GET"}]
    return [route.path for route in routes if "{" in route.path and not route.path.startswith("/v1/me/")]


def test_no_operation_on_accounts_is_forgotten() -> None:
    assert set(operations()) == BODIES.keys()


def test_nobody_acts_on_the_account_of_somebody_above() -> None:
    for mine, theirs in product(ROLES, ROLES):
        if RANK.get(theirs, 0) > RANK.get(mine, 0):
            with pytest.raises(AccountAbove):
                require_not_above([mine], [theirs])
        else:
            require_not_above([mine], [theirs])
    require_not_above([Role.ADMINISTRATOR, Role.OPERATOR], [Role.OPERATOR])
    with pytest.raises(AccountAbove):
        require_not_above([Role.ADMINISTRATOR], [Role.COORDINATOR, Role.OPERATOR])


async def asked_about(office: Office, role: str) -> dict[str, str]:
    """Somebody in a role with an API token: the ids that stand in the paths."""
    organisation = await office.organisation() if role == Role.REPRESENTATIVE else None
    account = await office.account(f"oleh.{role}", role, organisation_id=organisation)
    token = (await office.entered(f"oleh.{role}"))["access_token"]
    ends_at = office.clock.now().replace(month=3).isoformat()
    made = await office.made("/api-tokens", {"name": "Sistem", "roles": [], "ends_at": ends_at}, by=token)
    return {"account_id": account, "person_id": account, "token_id": made["id"]}


async def test_every_operation_asks_it_of_every_pair_of_roles(quick: Office) -> None:
    asking = [(role,) for role in ROLES] + [(Role.ADMINISTRATOR, Role.OPERATOR)]
    wrong = []
    for role in ROLES:
        ids = await asked_about(quick, role)
        for path, roles in product(operations(), asking):
            actor = Actor("p-1", AGENCY, roles=frozenset(roles))
            token = quick.system.key.mint(actor, clock=quick.clock)
            filled = BASE + path.format(**ids).removeprefix("/v1")
            answer = await quick.system.call("POST", filled, BODIES[path], token=token, dry_run="true")
            above = RANK.get(role, 0) > max(RANK.get(held, 0) for held in roles)
            allowed = Role.ADMINISTRATOR in roles and not above
            if (answer.status not in (401, 403, 404)) != allowed:
                wrong.append(f"{path} as {roles} on {role}: {answer.status} {answer.body}")
    assert not wrong, "\n".join(wrong)


async def test_an_administrator_becomes_no_operator(quick: Office) -> None:
    await quick.account("ketua", "administrator")
    operator = await quick.account("omar", "operator")
    ketua = (await quick.entered("ketua"))["access_token"]
    refused = (403, "account-above")
    assert await quick.refused(f"/accounts/{operator}/link", by=ketua) == refused
    role = {"role": "administrator"}
    assert await quick.refused(f"/accounts/{operator}/roles", role, by=ketua) == refused
    both = await quick.person("omar.dua", "administrator", "operator")
    await quick.made(f"/accounts/{operator}/link", by=both)


async def test_no_api_token_acts_on_accounts(quick: Office) -> None:
    ids = await asked_about(quick, Role.COORDINATOR)
    actor = Actor("p-1", AGENCY, roles=frozenset({Role.ADMINISTRATOR, Role.OPERATOR, AUTOMATED}))
    token = quick.system.key.mint(actor, clock=quick.clock)
    for path, body in BODIES.items():
        filled = path.format(**ids).removeprefix("/v1")
        assert await quick.refused(filled, body, by=token) == (403, "for-people-alone"), path
    new = {"user_name": "baru", "display_name": "Orang baru"}
    assert await quick.refused("/accounts", new, by=token) == (403, "for-people-alone")
    for path in ("/me", "/me/data", "/me/sessions", f"/personal-data/{ids['person_id']}"):
        answer = await quick.get(path, by=token)
        assert (answer.status, answer.body["type"]) == (403, "/problems/for-people-alone"), path
    assert (await quick.get("/accounts", by=token)).status == 200, "it may look on in its roles"


@pytest.mark.parametrize("act", ["lock", "roles/withdraw", "close"])
async def test_of_two_administrators_who_shut_each_other_out_one_stays(office: Office, act: str) -> None:
    accounts = {name: await office.account(name, "administrator") for name in ("ani", "budi")}
    tokens = {name: (await office.entered(name))["access_token"] for name in accounts}
    body = {"lock": {"reason": "cuti"}, "roles/withdraw": {"role": "administrator"}}.get(act)

    async def shut_out(whom: str, by: str) -> int:
        return (await office.post(f"/accounts/{accounts[whom]}/{act}", body, by=tokens[by])).status

    outcomes = await asyncio.gather(shut_out("budi", "ani"), shut_out("ani", "budi"))
    assert min(outcomes) == 200
    assert max(outcomes) in (401, 403)
    shown = (await office.get("/accounts?role=administrator&state=active", by=office.administrator)).body
    assert len(shown["items"]) == 1


async def test_who_was_locked_a_moment_ago_does_nothing_more(office: Office) -> None:
    account, other = await office.account("ani", "administrator"), await office.account("budi")
    token = (await office.entered("ani"))["access_token"]
    await office.made(f"/accounts/{account}/lock", {"reason": "cuti"}, by=office.administrator)
    assert (await office.refused(f"/accounts/{other}/link", by=token))[0] in (401, 403)


@pytest.mark.parametrize("slug", ["kemitraan", "public"])
async def test_no_agency_takes_a_slug_of_the_system_itself(quick: Office, slug: str) -> None:
    body = {"slug": slug, "name": "Bukan siapa-siapa"}
    assert await quick.refused("/agencies", body, by=quick.operator) == (409, "slug-reserved")


async def test_a_link_that_is_used_by_ten_at_once_is_used_once(office: Office) -> None:
    made = await office.invited("ani")
    body = {"secret": made["secret"], "password": BETTER}
    used = [office.post("/links/use", body) for _ in range(10)]
    assert sorted(answer.status for answer in await asyncio.gather(*used)) == [204] + 9 * [404]
