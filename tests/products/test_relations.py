"""Products stand in relations, and what became of one is shown wherever it is cited."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import hypothesis.strategies as st
from hypothesis import given, settings

from services.products.model.relation import RelationInCircle, require_no_circle
from shared.contracts.vocabulary import ProductRelation
from tests.products.world import TODAY, World, refused
from tests.support.system import Answer


async def relate(world: World, source: dict[str, Any], relation: str, target: str) -> Answer:
    return await world.act(source, "relations", body={"relation": relation, "target": target})


def seen(shown: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    return [
        (item["relation"], item["direction"], item["product_id"], item["standing"])
        for item in shown["related"]
    ]


async def test_both_products_show_a_relation_with_how_the_other_stands(world: World) -> None:
    guide, picture = await world.published(), await world.published("reference")
    hidden = await world.drafted(texts=[{"language": "en", "title": "Guide", "body": "Text"}])
    assert (await relate(world, guide, "derived_from", picture["id"])).status == 201
    assert (await relate(world, hidden, "translation_of", guide["id"])).status == 201
    shown = await world.get(f"/products/{guide['id']}")
    assert seen(shown) == [("derived_from", "to", picture["id"], "published")]
    assert shown["related"][0]["title"] == "Petunjuk ronda"
    assert seen(await world.get(f"/products/{guide['id']}", world.school))[1:] == [
        ("translation_of", "from", hidden["id"], "draft")
    ], "a draft is shown to the parties alone"
    assert seen(await world.get(f"/products/{picture['id']}")) == [
        ("derived_from", "from", guide["id"], "published")
    ]
    await world.done(guide, "withdraw", body={"reason": "Salah."})
    assert seen(await world.get(f"/products/{picture['id']}"))[0][3] == "withdrawn"
    last = (await world.events(hidden))[-1]
    assert (last["event"], last["data"]["relation"], last["data"]["target"]) == (
        "product-related.v1",
        "translation_of",
        guide["id"],
    )


async def test_itself_twice_in_a_circle_and_nothing_are_refused(world: World) -> None:
    first, second, third = [await world.published() for _ in range(3)]
    assert refused(await relate(world, first, "requires", first["id"])) == (422, "related-to-itself")
    assert refused(await relate(world, first, "requires", str(uuid4()))) == (404, "unknown-aggregate")
    assert refused(await relate(world, first, "admires", second["id"])) == (422, "invalid-request")
    for relation in ("requires", "replaces"):
        assert (await relate(world, first, relation, second["id"])).status == 201
        assert refused(await relate(world, first, relation, second["id"])) == (409, "related-already")
        assert (await relate(world, second, relation, third["id"])).status == 201
        assert refused(await relate(world, third, relation, first["id"])) == (409, "relation-in-circle")
    assert (await relate(world, third, "derived_from", first["id"])).status == 201
    assert (await relate(world, first, "derived_from", third["id"])).status == 201, "no order is meant"
    by_others = await world.act(first, "relations", world.outsider, {"relation": "requires", "target": "x"})
    assert by_others.status == 422
    body = {"relation": "requires", "target": third["id"]}
    assert refused(await world.act(first, "relations", world.outsider, body)) == (403, "not-a-party")


async def test_two_halves_of_a_circle_at_once_become_no_circle(world: World) -> None:
    first, second = await world.published(), await world.published()
    answers = await asyncio.gather(
        relate(world, first, "requires", second["id"]), relate(world, second, "requires", first["id"])
    )
    assert sorted(answer.status for answer in answers) == [201, 409]


async def test_a_draft_of_another_partnership_cannot_be_cited(world: World) -> None:
    ours = await world.drafted()
    elsewhere, police = uuid4(), uuid4()
    await world.sign(elsewhere, police, uuid4())
    theirs = await world.call(
        "POST",
        "/products",
        {
            "partnership_id": str(elsewhere),
            "kind": "reference",
            "phases": ["handling"],
            "audiences": ["schools"],
            "media": ["print"],
            "texts": [{"language": "id", "title": "Rujukan", "body": "Isi"}],
        },
        by=police,
    )
    assert theirs.status == 201, theirs.body
    assert refused(await relate(world, ours, "requires", theirs.body["id"])) == (404, "unknown-aggregate")
    public = await world.published()
    crossing = await world.call(
        "POST",
        f"/products/{theirs.body['id']}/relations",
        {"relation": "derived_from", "target": public["id"]},
        by=police,
    )
    assert crossing.status == 201
    assert seen(await world.get(f"/products/{public['id']}", world.village)) == []
    outside = await world.get(f"/products/{theirs.body['id']}", police)
    assert seen(outside) == [("derived_from", "to", public["id"], "published")]


async def test_what_requires_a_revoked_umbrella_warns_its_readers(world: World) -> None:
    umbrella, reference, guide = (
        await world.umbrella(),
        await world.published("reference"),
        await world.published(),
    )
    for target in (umbrella, reference):
        assert (await relate(world, guide, "requires", target["id"])).status == 201
    path = f"/products/{guide['id']}"
    assert (await world.get(path))["warnings"] == []
    body = {"on": TODAY.isoformat()}
    revoked = await world.call("POST", f"/umbrellas/{umbrella['id']}/revoke", body, by=world.village)
    assert revoked.status == 200, revoked.body
    await world.done(reference, "withdraw", body={"reason": "Salah."})
    shown = (await world.call("GET", path, Accept_Language="en")).body
    assert [
        (warning["standing"], warning["number"], warning["revoked_on"]) for warning in shown["warnings"]
    ] == [
        ("revoked", "Perpol 1/2021", TODAY.isoformat()),
        ("withdrawn", None, None),
    ]
    assert shown["warnings"][0]["text"] == "This rests on “Perpol 1/2021”, which has been revoked."
    assert shown["standing"] == "published"
    [card] = [item for item in (await world.get("/products"))["items"] if item["id"] == guide["id"]]
    assert [warning["standing"] for warning in card["warnings"]] == ["revoked", "withdrawn"]
    code = guide["versions"][0]["code"]
    assert len((await world.get(f"/prints/{code}"))["warnings"]) == 2


NODES = [uuid4() for _ in range(6)]
EDGES = st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)), max_size=25)


@given(EDGES)
@settings(deadline=None)
def test_no_order_of_relations_ever_makes_a_circle(edges: list[tuple[UUID, UUID]]) -> None:
    after: dict[UUID, set[UUID]] = {node: set() for node in NODES}

    def reached(start: UUID) -> set[UUID]:
        found: set[UUID] = set()
        new = set(after[start])
        while new:
            found |= new
            new = {far for item in new for far in after[item]} - found
        return found

    for source, target in edges:
        closes = source == target or source in reached(target)
        try:
            require_no_circle(
                ProductRelation.REQUIRES,
                source,
                target,
                lambda some: {far for item in some for far in after[item]},
            )
        except RelationInCircle:
            assert closes
        else:
            assert not closes
            after[source].add(target)
    assert all(node not in reached(node) for node in NODES)
