"""Identity says in public which agency opens the accounts of an organisation."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from shared.contracts.identity import CustodyTold
from tests.identity.world import AGENCY, Office


async def told(office: Office, organisation: str) -> list[tuple[str, bool]]:
    """What was told of an organisation: its custodian, and whether that is its own workspace."""
    happened = [event for event in await office.events() if isinstance(event, CustodyTold)]
    return [(event.custodian, event.own) for event in happened if str(event.organisation_id) == organisation]


async def founded(office: Office, slug: str, organisation: str) -> Any:
    """An organisation's own workspace."""
    body = {"slug": slug, "name": "Forum Desa", "organisation_id": organisation}
    return await office.made("/agencies", body, by=office.operator)


async def test_the_first_account_of_an_organisation_tells_its_custodian_once(office: Office) -> None:
    organisation = await office.organisation()
    await office.invited("ani", "coordinator")
    await office.invited("budi", "representative", organisation_id=organisation)
    await office.invited("citra", "representative", organisation_id=organisation)
    assert await told(office, organisation) == [(AGENCY, False)]


async def test_a_workspace_of_its_own_tells_that_an_organisation_runs_its_accounts_itself(
    office: Office,
) -> None:
    organisation = str(uuid4())
    await founded(office, "forum-desa", organisation)
    assert await told(office, organisation) == [("forum-desa", True)]
    body = {"name": "Forum Desa", "organisation_id": None}
    by = office.system.token("administrator", person="host", agency="forum-desa")
    await office.made("/agency/amend", body, by=by)
    assert await told(office, organisation) == [("forum-desa", True), ("forum-desa", False)]


async def test_one_agency_at_a_time_has_open_accounts_of_an_organisation(office: Office) -> None:
    organisation = await office.organisation()
    made = await office.invited("ani", "representative", organisation_id=organisation)
    await founded(office, "forum-desa", organisation)
    assert await told(office, organisation) == [(AGENCY, False)], "the accounts are still the agency's"
    by = office.system.token("administrator", person="host", agency="forum-desa")
    own = {
        "user_name": "budi",
        "display_name": "Budi",
        "roles": ["representative"],
        "organisation_id": organisation,
    }
    assert await office.refused("/accounts", own, by=by) == (409, "accounts-elsewhere")
    await office.made(f"/accounts/{made['account']['id']}/close", by=office.administrator)
    await office.made("/accounts", own, by=by)
    assert await told(office, organisation) == [(AGENCY, False), ("forum-desa", True)]
    again = own | {"user_name": "citra"}
    assert await office.refused("/accounts", again, by=office.administrator) == (409, "accounts-elsewhere")
