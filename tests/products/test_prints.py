"""Printed copies are counted, and the code on them tells for ever what became of the version."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from tests.products.world import TODAY, World, names, refused
from tests.support.system import Answer


def batch(**facts: Any) -> dict[str, Any]:
    return {"language": "id", "copies": 500, "on": TODAY.isoformat()} | facts


async def test_copies_are_counted_for_each_version(world: World) -> None:
    product = await world.drafted()
    assert refused(await world.act(product, "print-batches", body=batch())) == (409, "nothing-published")
    await world.publish(product)
    first = await world.act(product, "print-batches", world.village, batch())
    assert first.status == 201, first.body
    missing = await world.act(product, "print-batches", body=batch(language="jv"))
    assert refused(missing) == (422, "language-missing")
    for wrong in ({"copies": 0}, {"copies": 10**12}, {"language": "fr"}):
        answer = await world.act(product, "print-batches", body=batch(**wrong))
        assert refused(answer) == (422, "invalid-request")
    future = await world.act(product, "print-batches", body=batch(on="2027-01-01"))
    assert refused(future) == (422, "day-to-come")
    assert refused(await world.act(product, "print-batches", world.outsider, batch())) == (403, "not-a-party")
    await world.done(product, "print-batches", body=batch(copies=20))
    await world.done(product, "versions")
    await world.publish(product)
    await world.done(product, "print-batches", body=batch(copies=7))
    shown = await world.get(f"/products/{product['id']}")
    assert shown["counts"]["copies"] == {"1": 520, "2": 7}
    listed = await world.get(f"/products/{product['id']}/print-batches")
    assert [item["copies"] for item in listed["items"]] == [500, 20, 7]
    path = f"/print-batches/{first.body['id']}"
    assert await world.get(path) == first.body
    assert refused(await world.call("GET", f"/print-batches/{uuid4()}")) == (404, "unknown-aggregate")
    [event] = await world.get(f"{path}/timeline")
    assert event["organisation"] == str(world.village)
    assert event["data"] == {
        "batch_id": first.body["id"],
        "product_id": product["id"],
        "partnership_id": str(world.partnership),
        "title": "Petunjuk ronda",
        "product_version": 1,
        "language": "id",
        "copies": 500,
        "on": TODAY.isoformat(),
    }
    assert names(await world.events(product)).count("print-batch-recorded") == 3


async def test_printed_copies_are_corrected_by_who_recorded_them(world: World) -> None:
    product = await world.drafted()
    await world.publish(product)
    recorded = await world.act(product, "print-batches", world.village, batch())
    path = f"/print-batches/{recorded.body['id']}"
    body = batch(copies=50, reason="Satu nol terlalu banyak")

    async def correct(by: UUID, body: dict[str, Any]) -> Answer:
        return await world.call("POST", f"{path}/correct", body, by)

    assert refused(await correct(world.police, body)) == (403, "printed-by-another")
    assert refused(await correct(world.village, batch(reason="Tidak ada"))) == (422, "nothing-corrected")
    assert refused(await correct(world.village, body | {"on": "2027-01-01"})) == (422, "day-to-come")
    assert (await world.get(path))["copies"] == 500
    answer = await correct(world.village, body)
    assert (answer.status, answer.body["copies"]) == (200, 50)
    assert (await world.get(f"/products/{product['id']}"))["counts"]["copies"] == {"1": 50}
    told = [(event["data"]["copies"], event["reason"]) for event in await world.get(f"{path}/timeline")]
    assert told == [(500, None), (50, "Satu nol terlalu banyak")]


async def test_a_code_leads_to_the_current_version_however_it_is_typed(world: World) -> None:
    product = await world.drafted()
    code = product["versions"][0]["code"]
    assert refused(await world.call("GET", f"/prints/{code}")) == (404, "unknown-code"), "a draft has no fate"
    await world.publish(product)
    found = await world.get(f"/prints/{code.lower()[:5]}-{code.lower()[5:]}")
    assert (found["status"], found["code"], found["title"], found["number"]) == (
        "current",
        code,
        "Petunjuk ronda",
        1,
    )
    assert found["current"] == {
        "number": 1,
        "code": code,
        "title": "Petunjuk ronda",
        "link": f"/api/products/v1/products/{product['id']}",
    }
    assert (await world.call("GET", found["link"])).status == 200
    for wrong in ("0000000000", "UUUUUUUUUU", "short", "%F0%9F%98%80"):
        assert refused(await world.call("GET", f"/prints/{wrong}")) == (404, "unknown-code")
    assert refused(await world.call("GET", f"/prints/{'A' * 61}")) == (422, "invalid-request")


async def test_a_code_tells_what_took_the_place_of_its_version(world: World) -> None:
    product = await world.published(valid_until="2026-06-01")
    code = product["versions"][0]["code"]
    second = (await world.done(product, "versions"))["versions"][1]["code"]
    await world.publish(product)
    found = await world.get(f"/prints/{code}")
    assert (found["status"], found["number"], found["reason"]) == ("superseded", 1, None)
    assert (found["current"]["number"], found["current"]["code"]) == (2, second)
    await world.done(product, "withdraw", body={"reason": "Nomor salah."})
    found = await world.get(f"/prints/{second}")
    assert (found["status"], found["reason"], found["current"]) == ("withdrawn", "Nomor salah.", None)
    still = await world.get(f"/prints/{code}")
    assert (still["status"], still["current"], still["standing"]) == ("superseded", None, "withdrawn")
    other = await world.published()
    await world.done(other, "relations", body={"relation": "replaces", "target": product["id"]})
    [instead] = (await world.get(f"/prints/{second}"))["replaced_by"]
    assert instead["product_id"] == other["id"]


async def test_a_code_tells_that_its_version_expired(world: World) -> None:
    product = await world.published(valid_until="2026-01-06")
    await world.later(days=2)
    found = await world.get(f"/prints/{product['versions'][0]['code']}")
    assert (found["status"], found["valid_until"], found["current"]) == ("expired", "2026-01-06", None)


async def test_a_code_on_a_regulation_tells_that_it_was_revoked(world: World) -> None:
    umbrella = await world.umbrella()
    body = {"on": "2026-01-01"}
    await world.call("POST", f"/umbrellas/{umbrella['id']}/revoke", body, by=world.police)
    found = await world.get(f"/prints/{umbrella['versions'][0]['code']}")
    assert (found["status"], found["standing"], found["revoked_on"]) == ("current", "revoked", "2026-01-01")
