"""What the host's operator does with agencies and accounts, and the accounts of the demonstration."""

from __future__ import annotations

import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from demo import accounts
from services.registry import service
from shared.client import AGENCY
from shared.identity.permissions import GRANTED, Role
from tests.cli.shell import beside
from tests.support.system import System, system
from tests.support.wait import eventually

BASE = "/api/identity/v1"
GOOD = "kuda hijau menari di atap"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[System]:
    """Identity and the registry."""
    async with system(tmp_path, [service("identity"), service("partners")]) as running:
        yield running


async def entered(here: System, user_name: str, password: str) -> Any:
    answer = await here.call("POST", f"{BASE}/sessions", {"user_name": user_name, "password": password})
    assert answer.status == 201, answer.body
    return answer.body


async def test_an_agency_gets_its_first_administrator(here: System) -> None:
    at = beside(here)
    made = await at.kemitraan("agencies", "add", "polres-contoh", "Polres Contoh")
    assert made.code == 0, made.err
    assert "kemitraan accounts add --agency polres-contoh" in made.out
    again = await at.kemitraan("agencies", "add", "polres-contoh", "Polres Contoh")
    assert (again.code, again.err.strip()) == (
        1,
        "The agency polres-contoh already exists. Choose another slug.",
    )
    (agency,) = (await at.kemitraan("agencies", "list", "--json")).json
    assert agency["slug"] == "polres-contoh"


async def test_an_account_is_opened_listed_reset_and_locked(here: System) -> None:
    at = beside(here)
    agency = {"slug": "polres-contoh", "name": "Polres Contoh"}
    assert (await here.call("POST", f"{BASE}/agencies", agency, token=here.token("operator"))).status == 201

    options = ("--agency", "polres-contoh", "--role", "administrator", "--role", "operator")
    added = await at.kemitraan("accounts", "add", "ani", "Ani Wulandari", *options)
    assert added.code == 0, added.err
    secret = added.out.strip().partition("/sign-in/link#")[2]
    used = await here.call("POST", f"{BASE}/links/use", {"secret": secret, "password": GOOD})
    assert used.status == 204
    assert (await entered(here, "ani", GOOD))["roles"] == ["administrator", "operator"]
    (account,) = (await at.kemitraan("accounts", "list", "--agency", "polres-contoh", "--json")).json
    assert (account["user_name"], account["display_name"]) == ("ani", "Ani Wulandari")
    reset = await at.kemitraan("accounts", "reset", "ani", "--agency", "polres-contoh")
    assert "/sign-in/link#" in reset.out
    locked = await at.kemitraan("accounts", "lock", "ani", "Telepon hilang", "--agency", "polres-contoh")
    assert locked.out.strip() == "ani is locked"
    refused = await here.call("POST", f"{BASE}/sessions", {"user_name": "ani", "password": GOOD})
    assert refused.status == 401
    unknown = await at.kemitraan("accounts", "reset", "budi", "--agency", "polres-contoh")
    assert unknown.code == 1
    assert "there is no account budi in polres-contoh" in unknown.err


async def test_the_only_agency_need_not_be_named(here: System) -> None:
    at = beside(here)
    none = await at.kemitraan("accounts", "list")
    assert (none.code, none.err) == (1, "there is no agency yet: kemitraan agencies add SLUG NAME\n")
    assert (await at.kemitraan("agencies", "add", "polres-contoh", "Polres Contoh")).code == 0
    added = await at.kemitraan("accounts", "add", "ani", "Ani Wulandari", "--role", "auditor")
    assert added.code == 0, added.err
    listed = await at.kemitraan("accounts", "list")
    assert listed.out == "user name\tname\troles\tstate\nani\tAni Wulandari\tauditor\tactive\n"
    assert (await at.kemitraan("agencies", "add", "polres-lain", "Polres Lain")).code == 0
    unsaid = await at.kemitraan("accounts", "list")
    assert unsaid.code == 1
    assert unsaid.err == "choose an agency with --agency, one of polres-contoh, polres-lain\n"


async def test_the_demonstration_has_an_account_for_each_role(
    here: System, capsys: pytest.CaptureFixture[str]
) -> None:
    forum = {"name": "Forum Desa Contoh", "kind": "community", "area": "35.15"}
    theirs = here.token("coordinator", agency=AGENCY)
    registered = await here.call("POST", "/api/partners/v1/organisations", forum, token=theirs)
    assert registered.status == 201, registered.body
    file = here.settings.data / "demo-accounts.txt"

    async def all_made() -> bool:
        """Identity hears of the organisation a moment later; what was made before that is kept."""
        await accounts.show_accounts(here.settings, "en")
        return file.read_text().count("\n") == len(accounts.HELD)

    await eventually(all_made, message="every role has an account")
    first = capsys.readouterr().out
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    passwords = dict(line.split()[:2] for line in file.read_text().splitlines())
    assert passwords.keys() == {str(role) for role in GRANTED} - {Role.CUSTODIAN}
    for role, password in passwords.items():
        assert password in first
        entry = await entered(here, role, password)
        assert entry["roles"] == [role]
    kept = file.read_text()
    await accounts.show_accounts(here.settings, "en")
    assert file.read_text() == kept
    later = capsys.readouterr().out
    assert str(file) in later
    assert not any(password in later for password in passwords.values()), "printed once, when made"
