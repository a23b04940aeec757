"""It is recorded that a product was used: in which action, for whom, by which party."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from shared.contracts.partners import PartnershipEnded
from tests.products.world import TODAY, World, content, names, refused
from tests.support.system import Answer
from tests.support.wait import eventually


def use(**facts: Any) -> dict[str, Any]:
    return {"phase": "prevention", "audience": "residents", "reached": 40, "on": TODAY.isoformat()} | facts


async def test_another_party_and_another_person_verify_a_use(world: World) -> None:
    product = await world.published()
    activity = str(uuid4())
    used = (await world.act(product, "uses", world.village, use(activity_id=activity))).body
    assert (used["verified_by"], used["verified_at"]) == (None, None)
    path = f"/uses/{used['id']}/verify"
    assert refused(await world.call("POST", path)) == (401, "sign-in-first")
    own = await world.call("POST", path, by=world.village)
    assert refused(own) == (403, "verified-by-its-user")
    assert refused(await world.call("POST", path, by=world.outsider)) == (403, "not-a-party")
    coordinator = world.here.token("coordinator")
    assert (await world.call("POST", path, token=coordinator)).status == 403
    verified = await world.call("POST", path, by=world.police)
    assert (verified.status, verified.body["verified_by"]) == (200, str(world.police))
    again = await world.call("POST", path, by=world.school)
    assert refused(again) == (409, "verified-already")
    [_, event] = await world.get(f"/uses/{used['id']}/timeline")
    assert event["event"] == "use-verified.v1"
    told = event["data"]
    assert (told["verified_by"], told["activity_id"]) == (str(world.police), activity)
    assert (told["organisation_id"], told["reached"]) == (str(world.village), 40)


async def test_who_recorded_a_use_does_not_verify_it_for_another_party(world: World) -> None:
    product = await world.published()
    two_offices = world.here.token("coordinator", "representative", organisation=world.police)
    body = use(organisation_id=str(world.school))
    told = await world.call("POST", f"/products/{product['id']}/uses", body, token=two_offices)
    assert told.status == 201, told.body
    path = f"/uses/{told.body['id']}/verify"
    own_record = await world.call("POST", path, token=two_offices)
    assert refused(own_record) == (403, "verified-by-its-recorder")
    assert (await world.call("POST", path, by=world.village)).status == 200


async def test_a_use_is_recorded_and_counted(world: World) -> None:
    product = await world.published()
    activity = str(uuid4())
    first = await world.act(product, "uses", world.village, use(activity_id=activity))
    assert first.status == 201, first.body
    assert (first.body["organisation_id"], first.body["product_version"]) == (str(world.village), 1)
    coordinator = world.here.token("coordinator")
    path = f"/products/{product['id']}/uses"
    unnamed = await world.call("POST", path, use(), token=coordinator)
    assert refused(unnamed) == (422, "party-not-named")
    named = use(reached=2, organisation_id=str(world.school))
    second = await world.call("POST", path, named, token=coordinator)
    assert second.status == 201, second.body
    stranger = use(organisation_id=str(world.outsider))
    assert refused(await world.call("POST", path, stranger, token=coordinator)) == (422, "party-not-bound")
    for_others = use(organisation_id=str(world.school))
    assert refused(await world.act(product, "uses", world.village, for_others)) == (403, "acts-of-another")
    assert refused(await world.act(product, "uses", world.outsider, use())) == (403, "not-a-party")
    shown = await world.get(f"/products/{product['id']}")
    assert (shown["counts"]["used"], shown["counts"]["reached"]) == (2, 42)
    page = await world.get(f"{path}?limit=1")
    rest = await world.get(f"{path}?cursor={page['next']}")
    assert [item["id"] for item in page["items"] + rest["items"]] == [first.body["id"], second.body["id"]]
    assert await world.get(f"/uses/{first.body['id']}") == first.body
    assert refused(await world.call("GET", f"/uses/{uuid4()}")) == (404, "unknown-aggregate")
    [event] = await world.get(f"/uses/{first.body['id']}/timeline")
    assert event["data"] == {
        "use_id": first.body["id"],
        "product_id": product["id"],
        "partnership_id": str(world.partnership),
        "title": "Petunjuk ronda",
        "product_version": 1,
        "phase": "prevention",
        "organisation_id": str(world.village),
        "activity_id": activity,
        "audience": "residents",
        "reached": 40,
        "on": TODAY.isoformat(),
    }
    assert names(await world.get(f"/products/{product['id']}/timeline")) == [
        "product-published",
        "product-used",
        "product-used",
    ]


async def test_only_what_was_public_on_that_day_was_used(world: World) -> None:
    product = await world.drafted()

    async def record(**facts: Any) -> Answer:
        return await world.act(product, "uses", world.village, use(**facts))

    assert refused(await record()) == (409, "nothing-published")
    assert refused(await record(product_version=1)) == (409, "not-published-then")
    await world.publish(product)
    assert refused(await record(on="2026-01-04")) == (409, "not-published-then")
    assert refused(await record(on="2026-01-06")) == (422, "day-to-come")
    assert refused(await record(product_version=2)) == (404, "unknown-version")
    for wrong in ({"reached": -1}, {"reached": 10**30}, {"audience": "A B"}, {"on": "9999-12-31"}):
        assert refused(await record(**wrong)) == (422, "invalid-request")
    await world.later(days=10)
    await world.done(product, "versions")
    await world.publish(product)
    today = (TODAY + timedelta(days=10)).isoformat()
    assert (await record(on=today)).body["product_version"] == 2
    late = await record(on="2026-01-12", product_version=1)
    assert (late.status, late.body["product_version"]) == (201, 1), "told late, of the version of that day"
    assert refused(await record(on="2026-01-12")) == (409, "not-published-then")
    await world.later(days=1)
    tomorrow = (TODAY + timedelta(days=11)).isoformat()
    assert refused(await record(on=tomorrow, product_version=1)) == (409, "not-published-then")


async def test_a_use_is_in_a_phase_and_for_people_that_the_version_is_made_for(world: World) -> None:
    product = await world.published(phases=["prevention", "handling"], audiences=["students", "parents"])
    answer = await world.call(
        "POST",
        f"/products/{product['id']}/uses",
        use(phase="rehabilitation", audience="students"),
        by=world.village,
        Accept_Language="en",
    )
    assert refused(answer) == (422, "not-for-phase")
    assert answer.body["remedy"] == "Choose one of: Prevention, Handling."
    wrong = await world.act(product, "uses", body=use(audience="residents"))
    assert refused(wrong) == (422, "not-for-audience")
    assert "students, parents" in wrong.body["remedy"]
    assert (await world.act(product, "uses", body=use(phase="handling", audience="parents"))).status == 201
    await world.done(product, "versions")
    await world.done(product, "edit", body=content(phases=["rehabilitation"], audiences=["residents"]))
    await world.publish(product)
    old = use(phase="handling", audience="parents", product_version=1)
    assert (await world.act(product, "uses", body=old)).status == 201, "as the version of that day was made"
    assert refused(await world.act(product, "uses", body=use(audience="residents"))) == (422, "not-for-phase")


async def test_a_coordinator_of_another_agency_records_nothing(world: World) -> None:
    product = await world.published()
    path, body = f"/products/{product['id']}/uses", use(organisation_id=str(world.village))
    elsewhere = world.coordinator("polda-lain")
    assert refused(await world.call("POST", path, body, token=elsewhere)) == (403, "other-agency")
    assert (await world.call("POST", path, body, token=world.coordinator())).status == 201
    batch = {"language": "id", "copies": 5, "on": TODAY.isoformat()}
    copies = f"/products/{product['id']}/print-batches"
    assert refused(await world.call("POST", copies, batch, token=elsewhere)) == (403, "role-missing")


async def test_nothing_is_used_after_its_last_day_and_all_before_also_when_told_later(world: World) -> None:
    product = await world.published(valid_until="2026-01-07")
    await world.hear(
        PartnershipEnded(partnership_id=world.partnership, title="Aman bersama", reason="its aim is reached")
    )
    await eventually(world.ended)
    await world.later(days=8)
    assert refused(await world.act(product, "uses", body=use(on="2026-01-07"))) == (409, "nothing-published")
    told = await world.act(product, "uses", body=use(on="2026-01-07", product_version=1))
    assert told.status == 201, told.body
    after = await world.act(product, "uses", body=use(on="2026-01-08", product_version=1))
    assert refused(after) == (409, "not-published-then")
