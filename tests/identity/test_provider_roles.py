"""What a provider says of somebody's groups decides on roles, at each sign-in, within the agency."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from shared.clock import MovableClock, SystemClock
from shared.contracts import identity as events
from shared.identity.actor import Actor
from tests.identity.test_provider import Browser, at
from tests.identity.world import AGENCY, Office
from tests.support.provider import Provider
from tests.support.wait import eventually

ROLES = (
    f"binmas={AGENCY}:coordinator; kepala={AGENCY}:administrator; warga={AGENCY}:representative;"
    "lain=polresta-lain:auditor"
)


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    async with Provider() as running:
        yield running


@pytest.fixture
async def office(tmp_path: Path, provider: Provider) -> AsyncIterator[Office]:
    """Identity that asks the provider for groups, and reads three roles of its agency from them."""
    clock = MovableClock(SystemClock().now())
    chosen = {"oidc_roles": ROLES, "oidc_roles_claim": "kelompok", "oidc_scope": "openid email kelompok"}
    async with at(tmp_path, provider, clock, **chosen) as running:
        yield running


async def comes_in(office: Office) -> Any:
    """Whoever the provider knows signs in; the entry."""
    browser = Browser(office.system)
    arrived = await browser.come_back(await browser.at_provider(await browser.leave()))
    return (await browser.enter(arrived)).body


async def changes(office: Office) -> list[tuple[str, str, bool]]:
    """Each change of a role, oldest first."""
    kinds = (events.RoleGranted, events.RoleWithdrawn)
    return [
        (event.event_name, event.role, event.by_provider)
        for event in await office.events()
        if isinstance(event, kinds)
    ]


async def test_groups_give_roles_and_take_them_away_at_the_next_sign_in(
    office: Office, provider: Provider
) -> None:
    account = (await office.invited("ani", "publisher", email="ani@example.org"))["account"]["id"]
    provider.claims = {"kelompok": ["binmas", "unmapped", "lain"]}
    first = await comes_in(office)
    assert first["roles"] == ["coordinator", "publisher"], "what was granted by hand stays"
    assert provider.asked[0]["scope"] == "openid email kelompok"
    provider.claims = {"kelompok": ["kepala"]}
    second = await comes_in(office)
    assert second["roles"] == ["administrator", "publisher"]

    async def no_longer_believed() -> bool:
        return (await office.get("/me", by=first["access_token"])).status == 401

    await eventually(no_longer_believed, message="what was given with the lost role is void")
    for claims in ({"kelompok": "elsewhere"}, {}):
        provider.claims = claims
        assert (await comes_in(office))["roles"] == ["publisher"]
    assert await changes(office) == [
        ("role-granted", "coordinator", True),
        ("role-granted", "administrator", True),
        ("role-withdrawn", "coordinator", True),
        ("role-withdrawn", "administrator", True),
    ]
    auditor = office.system.token("auditor")

    async def in_the_log() -> bool:
        found = (await office.get(f"/audit?about={account}&kind=role-withdrawn", by=auditor)).body["items"]
        return len(found) == 2 and all(item["actor"] is None for item in found)

    await eventually(in_the_log, message="the log tells of it, by nobody in the agency")


@pytest.mark.parametrize(
    "unsaid", [{"_claim_names": {"kelompok": "src1"}}, {"hasgroups": True}, {"kelompok": None}]
)
async def test_what_is_not_said_withdraws_nothing(
    office: Office, provider: Provider, unsaid: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    await office.invited("ani", email="ani@example.org")
    provider.claims = {"kelompok": ["binmas"]}
    assert (await comes_in(office))["roles"] == ["coordinator"]
    provider.claims = unsaid
    assert (await comes_in(office))["roles"] == ["coordinator"]
    assert await changes(office) == [("role-granted", "coordinator", True)]
    assert "does not say in which groups" in caplog.text


async def test_nothing_is_given_in_another_agency_or_to_whom_the_role_does_not_fit(
    office: Office, provider: Provider
) -> None:
    await office.invited("ani", email="ani@example.org")
    provider.claims = {"kelompok": ["lain", "warga"]}
    entry = await comes_in(office)
    assert (entry["agency"], entry["roles"]) == (AGENCY, [])
    assert await changes(office) == []
    await office.made(
        "/agencies", {"slug": "polresta-lain", "name": "Polresta Lain"}, by=office.system.token("operator")
    )
    other = office.system.key.mint(
        Actor(person="host", agency="polresta-lain", roles=frozenset({"administrator"})), clock=office.clock
    )
    body = {"user_name": "budi", "display_name": "Budi", "email": "budi@example.org"}
    await office.made("/accounts", body, by=other)
    provider.user.subject, provider.user.email = "sub-budi", "budi@example.org"
    provider.claims = {"kelompok": ["lain", "kepala", "binmas"]}
    entry = await comes_in(office)
    assert (entry["agency"], entry["roles"]) == ("polresta-lain", ["auditor"])


async def test_a_role_that_was_mapped_later_by_hand_is_the_providers_to_decide(
    office: Office, provider: Provider
) -> None:
    await office.invited("ani", "coordinator", "auditor", email="ani@example.org")
    provider.claims = {"kelompok": []}
    assert (await comes_in(office))["roles"] == ["auditor"]
    assert await changes(office) == [("role-withdrawn", "coordinator", True)]


async def test_whoever_is_not_let_in_gains_nothing(office: Office, provider: Provider) -> None:
    account = (await office.invited("ani", email="ani@example.org"))["account"]["id"]
    await office.made(f"/accounts/{account}/lock", {"reason": "cuti"}, by=office.administrator)
    provider.claims = {"kelompok": ["kepala"]}
    browser = Browser(office.system)
    refused = await browser.come_back(await browser.at_provider(await browser.leave()))
    assert refused.status == 401
    assert await changes(office) == []


async def test_without_a_mapping_groups_say_nothing(tmp_path: Path, provider: Provider) -> None:
    async with at(tmp_path, provider, MovableClock(SystemClock().now())) as office:
        await office.invited("ani", "coordinator", email="ani@example.org")
        provider.claims = {"groups": ["binmas", "kepala"]}
        assert (await comes_in(office))["roles"] == ["coordinator"]
        assert await changes(office) == []
