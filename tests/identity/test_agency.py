"""What administrators look up and change: accounts by name, sessions of others, the agency itself."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import uuid4

from shared.contracts import identity as events
from shared.identity.actor import Actor
from tests.identity.world import Office
from tests.support.wait import eventually


async def found(office: Office, wanted: str, by: str = "") -> list[str]:
    """The user names of the accounts that are found."""
    answer = await office.get(f"/accounts?{wanted}", by=by or office.system.token("auditor"))
    assert answer.status == 200, answer.body
    return [item["user_name"] for item in answer.body["items"]]


async def test_accounts_are_found_by_name_state_role_and_whose_they_are(office: Office) -> None:
    ani = (await office.invited("ani", "coordinator", email="wulandari@example.org"))["account"]
    budi = (await office.invited("budi", "secretary", "coordinator"))["account"]
    person = await office.registered()
    await office.invited("citra", "auditor", person_id=person)
    await office.made(f"/accounts/{budi['id']}/lock", {"reason": "cuti"}, by=office.administrator)
    assert await found(office, "q=ORANG") == ["ani", "budi", "citra"]
    assert await found(office, "q=wulandari") == ["ani"]
    assert await found(office, "q=%25") == [], "a sign of LIKE is a sign like any other"
    assert await found(office, "state=locked") == ["budi"]
    assert await found(office, "role=coordinator") == ["ani", "budi"]
    assert await found(office, "role=coordinator&state=active&q=an") == ["ani"]
    assert await found(office, f"of={ani['id']}&of={person}") == ["ani", "citra"]
    assert await found(office, f"of={uuid4()}") == []
    other = Actor(person="p", agency="polresta-lain", roles=frozenset({"administrator"}))
    elsewhere = office.system.key.mint(other, clock=office.clock)
    assert await found(office, f"of={ani['id']}", elsewhere) == []
    for wrong in ("state=nonsense", "role=nonsense", "of=nonsense", "q=", "q=%00"):
        answer = await office.get(f"/accounts?{wrong}", by=office.administrator)
        assert answer.status == 422, wrong


async def test_accounts_are_found_by_the_letters_of_their_names(office: Office) -> None:
    await office.invited("dewi", display_name="Éling MA’ARIF")
    for number in range(3):
        await office.invited(f"lain{number}")
    for q in ("éling", "E\u0301LING", "ma'arif", "maʿarif", "ÉLING  maarif"):
        assert await found(office, f"q={quote(q)}") == ["dewi"], q
    first = await office.get("/accounts?q=LAIN&limit=2", by=office.administrator)
    assert [item["user_name"] for item in first.body["items"]] == ["lain0", "lain1"]
    assert await found(office, f"q=LAIN&cursor={first.body['next']}") == ["lain2"]


async def test_an_administrator_ends_the_sessions_of_somebody(office: Office) -> None:
    account = await office.account("ani")
    entry = await office.entered("ani")
    path = f"/accounts/{account}/sessions/end"
    assert await office.refused(path, by=office.system.token("auditor")) == (403, "role-missing")
    await office.made(path, by=office.administrator)
    assert await office.refused("/access", {"secret": entry["session"]}) == (401, "session-unknown")

    async def believed_no_longer() -> bool:
        return (await office.get("/me", by=entry["access_token"])).status == 401

    await eventually(believed_no_longer)
    told = [event for event in await office.events() if isinstance(event, events.SignedOut)]
    assert [(str(item.account_id), item.session_id) for item in told] == [(account, None)]
    await office.entered("ani")


async def test_an_agency_is_amended_by_its_administrators_and_keeps_its_slug(office: Office) -> None:
    before: Any = (await office.get("/agency", by=office.system.token("auditor"))).body
    assert (before["slug"], before["name"]) == ("polresta-contoh", "Polresta Contoh")
    body = {"name": "Polresta Contoh Kota", "organisation_id": str(uuid4())}
    assert (await office.post("/agency/amend", body, by=office.system.token("auditor"))).status == 403
    foreign = (403, "organisation-of-another")
    assert await office.refused("/agency/amend", body, by=office.administrator) == foreign
    assert await office.refused("/agency/amend", body, by=office.operator) == foreign
    body["organisation_id"] = await office.organisation()
    await office.made("/agency/amend", body, by=office.administrator)
    after: Any = (await office.get("/agency", by=office.administrator)).body
    assert after == before | body
    (told,) = [event for event in await office.events() if isinstance(event, events.AgencyAmended)]
    assert str(told.organisation_id) == body["organisation_id"]
    other = Actor(person="p", agency="polresta-lain", roles=frozenset({"administrator"}))
    elsewhere = office.system.key.mint(other, clock=office.clock)
    assert (await office.get("/agency", by=elsewhere)).status == 404
    assert await office.refused("/agency/amend", body, by=elsewhere) == (404, "agency-unknown")


async def test_the_log_is_read_by_several_actors_at_once(office: Office) -> None:
    ani, budi = [(await office.account(name, "administrator")) for name in ("ani", "budi")]
    for name in ("ani", "budi"):
        token = (await office.entered(name))["access_token"]
        await office.made("/accounts", {"user_name": f"oleh.{name}", "display_name": "Baru"}, by=token)

    async def both() -> bool:
        wanted = f"kind=account-opened&actor={ani}&actor={budi}"
        answer = await office.get(f"/audit?{wanted}", by=office.system.token("auditor"))
        return [item["actor"] for item in answer.body["items"]] == [budi, ani]

    await eventually(both)
