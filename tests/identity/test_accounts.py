"""Accounts: who opens them, who gives which role, who sees them, and what becomes of what was given out."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from shared.contracts import identity as events
from shared.identity.actor import Actor
from tests.identity.world import BETTER, GOOD, SECOND, Office
from tests.support.wait import eventually


async def test_a_link_sets_a_password_once_and_only_in_time(office: Office) -> None:
    made = await office.invited("ani")
    link = {"secret": made["secret"], "password": GOOD}
    await office.made("/links/use", link)
    assert await office.refused("/links/use", link) == (404, "link-unknown")

    reset = await office.made(f"/accounts/{made['account']['id']}/link", by=office.administrator)
    again = await office.made(f"/accounts/{made['account']['id']}/link", by=office.administrator)
    assert (reset["purpose"], again["purpose"]) == ("reset", "reset")
    replaced = {"secret": reset["secret"], "password": BETTER}
    assert await office.refused("/links/use", replaced) == (404, "link-unknown")
    office.move(timedelta(hours=1))
    late = {"secret": again["secret"], "password": BETTER}
    assert await office.refused("/links/use", late) == (404, "link-unknown")
    await office.entered("ani", GOOD)


async def test_a_reset_ends_what_was_begun_before(office: Office) -> None:
    account = await office.account("ani")
    before = await office.entered("ani")
    link = await office.made(f"/accounts/{account}/link", by=office.administrator)
    await office.made("/links/use", {"secret": link["secret"], "password": BETTER})
    assert await office.refused("/access", {"secret": before["session"]}) == (401, "session-unknown")
    await _revoked(office, before["access_token"])
    await office.entered("ani", BETTER)


async def _revoked(office: Office, token: str) -> None:
    async def refused() -> bool:
        answer = await office.get("/me", by=token)
        return answer.status == 401 and bool(answer.body["type"] == "/problems/token-revoked")

    await eventually(refused, message="the token is believed no longer")


async def test_a_role_that_is_withdrawn_is_gone_at_once(office: Office) -> None:
    account = await office.account("ani", "coordinator", "auditor")
    entry = await office.entered("ani")
    await office.made(f"/accounts/{account}/roles/withdraw", {"role": "coordinator"}, by=office.administrator)
    fresh = await office.made("/access", {"secret": entry["session"]})
    assert fresh["roles"] == ["auditor"]
    await _revoked(office, entry["access_token"])
    assert (await office.get("/me", by=fresh["access_token"])).status == 200
    await office.made(f"/accounts/{account}/roles", {"role": "publisher"}, by=office.administrator)
    again = await office.made("/access", {"secret": entry["session"]})
    assert again["roles"] == ["auditor", "publisher"]
    told = [type(event) for event in await office.events()]
    assert told[-3:] == [events.RoleWithdrawn, events.AccessRevoked, events.RoleGranted]


async def test_a_locked_account_stays_outside_until_it_is_unlocked(office: Office) -> None:
    account = await office.account("ani")
    entry = await office.entered("ani")
    body = {"reason": "Telepon hilang"}
    await office.made(f"/accounts/{account}/lock", body, by=office.administrator)
    assert (await office.try_to_enter("ani")).body["type"] == "/problems/sign-in-refused"
    assert await office.refused("/access", {"secret": entry["session"]}) == (401, "session-unknown")
    await _revoked(office, entry["access_token"])
    await office.made(f"/accounts/{account}/unlock", by=office.administrator)
    await office.entered("ani")
    await office.made(f"/accounts/{account}/close", by=office.administrator)
    assert (await office.try_to_enter("ani")).body["type"] == "/problems/sign-in-refused"
    refused = await office.refused(f"/accounts/{account}/unlock", by=office.administrator)
    assert refused == (409, "act-impossible")


async def test_only_administrators_of_the_agency_look_after_accounts(office: Office) -> None:
    account = await office.account("ani")
    other = Actor(person="p", agency="polresta-lain", roles=frozenset({"administrator"}))
    stranger = office.system.key.mint(other, clock=office.clock)
    coordinator = office.system.token("coordinator")
    body = {"user_name": "budi", "display_name": "Budi"}
    assert await office.refused("/accounts", body) == (401, "sign-in-first")
    assert await office.refused("/accounts", body, by=coordinator) == (403, "role-missing")
    assert await office.refused("/accounts", body, by=stranger) == (404, "agency-unknown")
    for act in ("unlock", "close", "link"):
        path = f"/accounts/{account}/{act}"
        assert await office.refused(path, by=coordinator) == (403, "role-missing")
        assert await office.refused(path, by=stranger) == (404, "unknown-aggregate")
    assert (await office.get(f"/accounts/{account}", by=stranger)).status == 404
    assert (await office.get("/accounts", by=stranger)).body["items"] == []
    assert (await office.get("/accounts", by=coordinator)).status == 403
    auditor = office.system.token("auditor")
    listed = (await office.get("/accounts", by=auditor)).body["items"]
    assert [item["id"] for item in listed] == [account]


async def test_who_has_no_role_sees_the_own_account_alone(office: Office) -> None:
    other = await office.account("budi")
    token = await office.person("ani")
    me = (await office.get("/me", by=token)).body
    assert (await office.get(f"/accounts/{me['id']}", by=token)).status == 200
    assert (await office.get(f"/accounts/{other}", by=token)).status == 404
    assert (await office.get(f"/accounts/{other}/timeline", by=token)).status == 404
    timeline = (await office.get(f"/accounts/{me['id']}/timeline", by=token)).body
    assert [event["event"] for event in timeline][:3] == [
        "account-opened.v1",
        "one-time-link-made.v1",
        "password-changed.v1",
    ]
    minted = office.system.token("coordinator")  # on the host, for nobody who has an account
    assert (await office.get("/me", by=minted)).status == 404


async def test_nobody_gives_away_what_is_not_the_agency_s(office: Office) -> None:
    account = await office.account("ani")
    for role in ("operator", "custodian", "public", "anybody"):
        refused = await office.refused(f"/accounts/{account}/roles", {"role": role}, by=office.administrator)
        assert refused == (403, "role-not-given"), role
    both = office.system.token("administrator", "operator", person="host")
    await office.made(f"/accounts/{account}/roles", {"role": "operator"}, by=both)
    refused = await office.refused(f"/accounts/{account}/roles", {"role": "operator"}, by=both)
    assert refused == (409, "role-held")
    refused = await office.refused(f"/accounts/{account}/roles", {"role": "representative"}, by=both)
    assert refused == (422, "represents-nobody")


async def test_an_administrator_cannot_shut_himself_out(office: Office) -> None:
    token = await office.person("ani", "administrator")
    account = (await office.get("/me", by=token)).body["id"]
    own = (409, "own-account")
    assert await office.refused(f"/accounts/{account}/lock", {"reason": "salah"}, by=token) == own
    assert await office.refused(f"/accounts/{account}/close", by=token) == own
    person = (await office.get("/me", by=token)).body["person_id"]
    assert await office.refused(f"/persons/{person}/erase", {}, by=token) == own
    role = {"role": "administrator"}
    assert await office.refused(f"/accounts/{account}/roles/withdraw", role, by=token) == own
    for path in ("link", "totp/drop", "sessions/end"):  # what one does oneself, and with the password
        assert await office.refused(f"/accounts/{account}/{path}", by=token) == own
    role = {"role": "coordinator"}
    assert await office.refused(f"/accounts/{account}/roles", role, by=token) == own
    second = await office.account("ani.dua", person_id=person, organisation_id=await office.organisation())
    assert await office.refused(f"/accounts/{second}/link", by=token) == own, "of one person, all parts"
    assert await office.refused("/me/erase", {"password": GOOD}, by=token) == own


async def test_nobody_gives_an_account_for_an_organisation_of_another_agency(office: Office) -> None:
    body = {"user_name": "wakil", "display_name": "Wakil", "organisation_id": str(uuid4())}
    foreign = (403, "organisation-of-another")
    assert await office.refused("/accounts", body, by=office.administrator) == foreign
    assert await office.refused("/accounts", body, by=office.operator) == foreign, "nor does an operator"
    name = {"name": "Polresta Contoh", "organisation_id": body["organisation_id"]}
    assert await office.refused("/agency/amend", name, by=office.operator) == foreign
    body["organisation_id"] = await office.organisation()
    await office.made("/accounts", body, by=office.operator)


async def test_nobody_gives_an_account_for_a_person_of_another_agency(office: Office) -> None:
    """Who is named by an account sees what that person sees, so that no agency names another's people."""
    body = {"user_name": "ani", "display_name": "Ani"}
    foreign, retired = await office.registered("polresta-lain"), await office.registered(retired=True)
    for person in (str(uuid4()), foreign, retired):
        for actor in (office.administrator, office.operator):
            refused = await office.refused("/accounts", body | {"person_id": person}, by=actor)
            assert refused == (403, "person-of-another")
    assert (await office.get("/accounts", by=office.administrator)).body["items"] == []
    known = await office.registered()
    await office.made("/accounts", body | {"person_id": known}, by=office.administrator)
    one = (await office.invited("budi"))["account"]  # who stands for himself may have a second part
    again = await office.invited(
        "budi.dua", person_id=one["person_id"], organisation_id=await office.organisation()
    )
    assert again["account"]["person_id"] == one["person_id"]


async def test_a_person_with_two_accounts_is_one_person(office: Office) -> None:
    person, organisation = await office.registered(), await office.organisation()
    await office.account("ani.koordinator", "coordinator", person_id=person)
    await office.account("ani.wakil", "representative", person_id=person, organisation_id=organisation)
    one, other = await office.entered("ani.koordinator"), await office.entered("ani.wakil")
    assert one["person"] == other["person"] == person
    assert (one["organisation_id"], other["organisation_id"]) == (None, organisation)
    names = [(await office.get("/me", by=entry["access_token"])).body["user_name"] for entry in (one, other)]
    assert names == ["ani.koordinator", "ani.wakil"]
    body = {"user_name": "ani3", "display_name": "Ani", "person_id": person}
    assert await office.refused("/accounts", body, by=office.administrator) == (409, "account-exists")
    body = {"user_name": "ANI.WAKIL", "display_name": "Ani"}
    assert await office.refused("/accounts", body, by=office.administrator) == (409, "user-name-taken")


async def test_what_is_erased_is_gone_and_what_was_done_stays(office: Office) -> None:
    account = await office.account("ani", "coordinator", email="ani@example.org")
    token = (await office.entered("ani"))["access_token"]
    data = (await office.get("/me/data", by=token)).body
    assert data["account"]["email"] == "ani@example.org"
    assert len(data["sessions"]) == 1
    assert await office.refused("/me/erase", {"password": BETTER}, by=token) == (422, "password-wrong")
    await office.made("/me/erase", {"password": GOOD}, by=token)
    await _revoked(office, token)

    async def is_nameless() -> bool:
        shown = await office.get(f"/accounts/{account}", by=office.administrator)
        return not shown.body["display_name"]

    await eventually(is_nameless)
    shown = (await office.get(f"/accounts/{account}", by=office.administrator)).body
    assert shown["state"] == "closed"
    assert [shown[name] for name in ("user_name", "display_name", "email")] == [None, "", None]
    assert not shown["has_password"]
    assert (await office.try_to_enter("ani")).body["type"] == "/problems/sign-in-refused"
    office.move(SECOND)
    await office.account("ani")  # the name is free


async def test_no_event_holds_anything_personal(office: Office) -> None:
    account = await office.account("ani.wulandari", "coordinator", email="ani@example.org")
    await office.try_to_enter("ani.wulandari", BETTER)
    await office.try_to_enter("budi.santoso", BETTER)
    token = (await office.entered("ani.wulandari"))["access_token"]
    await office.made("/me/erase", {"password": GOOD}, by=token)
    text = " ".join(event.model_dump_json() for event in await office.events())
    for personal in ("wulandari", "santoso", "example.org", "Orang", "127.0.0.1", "argon2"):
        assert personal not in text
    assert account in text


@pytest.mark.parametrize(
    ("password", "name"),
    [
        ("pendek sekali", "password-too-short"),
        ("aaaaaaaaaaaaaaaaaaaa", "password-common"),
        ("passwordpassword123456", "password-common"),
        ("abcdefghijklmnopqrst", "password-common"),
        ("ani.wulandari.polresta", "password-common"),
        ("a b" * 100, "password-too-long"),
    ],
)
async def test_a_password_that_is_guessed_is_refused(quick: Office, password: str, name: str) -> None:
    made = await quick.invited("ani.wulandari")
    assert await quick.refused("/links/use", {"secret": made["secret"], "password": password}) == (422, name)


async def test_a_password_may_be_of_any_signs_however_they_were_typed(quick: Office) -> None:
    composed, decomposed = "\u00e9lan di ujung jalan 🐎", "e\u0301lan di ujung jalan 🐎"
    await quick.account("ani", password=composed)
    await quick.entered("ani", decomposed)


async def test_changing_the_password_needs_the_old_one_and_ends_all_sessions(office: Office) -> None:
    token = await office.person("ani")
    other = await office.entered("ani")
    body = {"password": BETTER, "new_password": BETTER}
    assert await office.refused("/me/password", body, by=token) == (422, "password-wrong")
    entry = await office.made("/me/password", {"password": GOOD, "new_password": BETTER}, by=token)
    assert await office.refused("/access", {"secret": other["session"]}) == (401, "session-unknown")
    await office.made("/access", {"secret": entry["session"]})
    await _revoked(office, token)
    assert (await office.try_to_enter("ani", GOOD)).status == 401
    for _ in range(5):  # a session that was stolen does not help to find the password
        await office.post("/me/password", body | {"password": GOOD}, by=entry["access_token"])
    refused = await office.refused("/me/password", body, by=entry["access_token"])
    assert refused == (429, "sign-in-too-soon")
