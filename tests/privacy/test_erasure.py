"""Whoever is erased leaves what was done, without a name, and does not come back."""

from __future__ import annotations

from uuid import UUID, uuid4

import sqlalchemy as sa

from shared.contracts.audit import ACTS
from shared.database.tables import idempotency_keys
from shared.identity.actor import Actor
from tests.privacy.world import EMAILS, NAMES, PHONES, VALUES, Life
from tests.support.known import put_person
from tests.support.wait import eventually

BODIES = sa.select(idempotency_keys.c.body)


async def test_history_stays_readable_without_a_name(one: Life) -> None:
    before = await one.got(f"partners/boards/{one.board}/timeline")
    erasure = await one.erase()
    person = await one.got(f"partners/persons/{one.person}")
    assert (person["name"], person["email"], person["phone"]) == ("", None, None)
    assert person["retired_at"] is not None
    membership = await one.got(f"partners/memberships/{one.membership}")
    assert (membership["person_id"], membership["until"]) == (one.person, "2026-01-05")
    (seat,) = (await one.got(f"partners/boards/{one.board}"))["seats"]
    assert (seat["holder"], seat["ended_because"]) == (one.person, "membership ended")
    assert (await one.got(f"partners/boards/{one.board}/timeline"))[: len(before)] == before
    account = await one.got(f"identity/accounts/{one.account}")
    assert (account["display_name"], account["user_name"], account["state"]) == ("", None, "closed")
    shown = await one.got(f"identity/erasures/{erasure}")
    assert (shown["person_id"], shown["ordered_by"], shown["why"]) == (one.person, "host", "asked")
    rows = {step["service"]: step["rows"] for step in shown["services"]}
    assert rows.keys() == ACTS.keys()
    assert (rows["partners"], rows["programs"], rows["products"]) == (1, 0, 0)
    assert rows["identity"] == 3  # with the known browser; the session ended with the order itself
    assert rows["notifications"] >= 5
    listed = (await one.got("identity/erasures", by=one.here.token("auditor")))["items"]
    assert [item["id"] for item in listed] == [erasure]


async def test_nobody_is_erased_twice_or_comes_back(one: Life) -> None:
    order = f"identity/persons/{one.person}/erase"
    erasure = await one.erase()
    assert await one.refused(order, {}) == (409, "erased-already")
    body = {"name": NAMES[0], "email": EMAILS[0], "phone": PHONES[0]}
    assert await one.refused(f"partners/persons/{one.person}/amend", body) == (409, "person-retired")
    again = await one.made("partners/persons", body, Idempotency_Key="register-sekar")
    assert (again["id"], again["name"], again["email"], again["phone"]) == (one.person, "", "", "")
    account = {"user_name": "sekar.lagi", "display_name": NAMES[0], "person_id": one.person}
    assert await one.refused("identity/accounts", account) == (409, "person-erased")
    late = one.here.token("coordinator", person=one.person)
    body = {"channel": "email", "address": EMAILS[0]}
    assert await one.refused("notifications/subscriptions", body, by=late) == (409, "person-erased")
    followers = [follower for runtime in one.here.runtimes for follower in runtime.followers]
    for follower in followers:
        await follower.rebuild()
    await eventually(lambda: not any(follower.failing for follower in followers))
    await one.finished(erasure)
    assert (await one.got(f"partners/persons/{one.person}"))["name"] == ""


async def test_another_agency_goes_on_knowing_the_person(one: Life) -> None:
    roles = frozenset({"administrator", "operator"})
    there = one.here.key.mint(Actor("host", "polresta-lain", None, roles), clock=one.here.clock)
    await one.made("identity/agencies", {"slug": "polresta-lain", "name": "Polresta Lain"}, by=there)
    await put_person(one.here, UUID(one.person), "polresta-lain")  # as could be said before it was checked
    body = {"user_name": "sekar.lain", "display_name": NAMES[1], "person_id": one.person}
    other = (await one.made("identity/accounts", body, by=there))["account"]["id"]
    await one.erase()
    assert (await one.got(f"identity/accounts/{other}", by=there))["display_name"] == NAMES[1]
    ordered = await one.made(f"identity/persons/{one.person}/erase", {}, by=there)
    await eventually(lambda: _nameless(one, other, there))
    assert await one.refused(f"identity/erasures/{ordered['id']}/none", by=there) == (404, "not-found")


async def _nameless(one: Life, account: str, by: str) -> bool:
    shown = await one.got(f"identity/accounts/{account}", by=by)
    return not shown["display_name"]


async def test_who_may_erase(one: Life) -> None:
    order = f"identity/persons/{one.person}/erase"
    for role in ("coordinator", "auditor", "operator", "custodian"):
        assert await one.refused(order, {}, by=one.here.token(role)) == (403, "role-missing"), role
    own = one.here.token("administrator", person=one.person)
    assert await one.refused(order, {}, by=own) == (409, "own-account")
    assert await one.refused(order, {"why": f"because of {NAMES[0]}"}) == (422, "invalid-request")
    elsewhere = await one.made(f"identity/persons/{uuid4()}/erase", {"why": "unlawful"})
    await one.finished(elsewhere["id"])
    steps = (await one.got(f"identity/erasures/{elsewhere['id']}"))["services"]
    assert [step["rows"] for step in steps] == [0] * len(ACTS)
    assert (await one.got(f"partners/persons/{one.person}"))["name"] == NAMES[1]


async def test_no_answer_that_is_kept_names_the_person(one: Life) -> None:
    async def kept() -> bytes:
        found = b""
        for runtime in one.here.runtimes:
            rows = await runtime.database.read(lambda session: session.connection().execute(BODIES).all())
            found += b"".join(row.body for row in rows)
        return found

    before = await kept()
    assert {text for text in VALUES if text.encode() in before} == {NAMES[0], *EMAILS, PHONES[0]}
    await one.erase()
    after = await kept()
    assert after
    assert not [text for text in VALUES if text.encode() in after]
