"""What other agencies, parties that left and second hats do not decide about a product."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from services.products.tables.partnerships import REGISTRY
from services.products.tables.products import relations
from shared.contracts.event import Event
from shared.contracts.partners import MembershipBegan, MembershipEnded, PartyLeft
from shared.database.transaction import Context, Transaction
from shared.identity.actor import SYSTEM, Actor
from tests.products.test_relations import relate, seen
from tests.products.world import World, content, refused

ELSEWHERE = "polres-lain"
SUCCESSIONS = ("replaces", "new_version_of", "translation_of")


def speaker(world: World, organisation: UUID, person: str, agency: str = "polresta-contoh") -> str:
    """The token of a person under the hat of an organisation."""
    actor = Actor(person, agency, organisation, frozenset({"representative"}))
    return world.here.key.mint(actor, clock=world.clock)


async def of_another_agency(world: World) -> tuple[dict[str, Any], str]:
    """A product that a partnership of another agency published, and the token of one who speaks there."""
    partnership, both = uuid4(), [uuid4(), uuid4()]
    await world.sign(partnership, *both, agency=ELSEWHERE)
    custodians = (ELSEWHERE, "forum-lain")
    tokens = [
        speaker(world, organisation, str(uuid4()), agency)
        for organisation, agency in zip(both, custodians, strict=True)
    ]
    body = content() | {"kind": "guidance", "partnership_id": str(partnership)}
    drafted = await world.call("POST", "/products", body, token=tokens[0])
    assert drafted.status == 201, drafted.body
    path = f"/products/{drafted.body['id']}"
    for verb, token in (("submit", 0), ("approve", 0), ("approve", 1), ("publish", 0)):
        answer = await world.call("POST", f"{path}/{verb}", token=tokens[token])
        assert answer.status == 200, answer.body
    return answer.body, tokens[0]


async def insert_relation(world: World, source: str, relation: str, target: str) -> None:
    """A relation of before it was refused."""
    row = {
        "product_id": UUID(source),
        "relation": relation,
        "target": UUID(target),
        "added_by": uuid4(),
        "added_at": world.clock.now(),
    }
    context = Context(actor=SYSTEM, correlation_id="test", causation_id="test")

    def insert(tx: Transaction) -> None:
        tx.execute(sa.insert(relations).values(row))

    await world.runtime.database.write(context, insert)


async def test_a_product_of_another_agency_takes_no_place_of_ours(world: World) -> None:
    ours, (theirs, token) = await world.published(), await of_another_agency(world)
    path = f"/products/{theirs['id']}/relations"
    for relation in SUCCESSIONS:
        body = {"relation": relation, "target": ours["id"]}
        assert refused(await world.call("POST", path, body, token=token)) == (403, "relates-to-foreign")
        assert refused(await relate(world, ours, relation, theirs["id"])) == (403, "relates-to-foreign")
    assert (await relate(world, ours, "requires", theirs["id"])).status == 201
    shown = await world.get(f"/products/{ours['id']}")
    assert seen(shown) == [("requires", "to", theirs["id"], "published")]


async def test_what_was_said_before_of_anothers_product_is_shown_from_no_side(world: World) -> None:
    ours, successor = await world.published(), await world.published()
    theirs, _ = await of_another_agency(world)
    for relation in SUCCESSIONS:
        await insert_relation(world, theirs["id"], relation, ours["id"])
    for product in (ours, theirs):
        assert seen(await world.get(f"/products/{product['id']}")) == []
        assert seen(await world.get(f"/products/{product['id']}", world.police)) == []
    code = f"/prints/{ours['versions'][0]['code']}"
    assert (await world.get(code))["replaced_by"] == []
    await insert_relation(world, successor["id"], "replaces", ours["id"])
    assert [item["product_id"] for item in (await world.get(code))["replaced_by"]] == [successor["id"]]


async def test_what_a_party_approved_that_left_does_not_count_at_publishing(world: World) -> None:
    product = await world.drafted()
    await world.done(product, "submit")
    for party in (world.village, world.school):
        await world.done(product, "approve", party)
    left = PartyLeft(
        partnership_id=world.partnership, party_id=uuid4(), organisation_id=world.school, reason="Tutup"
    )
    await world.hear(left)
    await world.projected(lambda known: world.school not in {organisation for organisation, _ in known})
    answer = await world.act(product, "publish")
    assert refused(answer) == (409, "approvals-missing")
    assert (await world.get(f"/products/{product['id']}", world.police))["versions"][0]["state"] == "approved"
    await world.done(product, "request-changes", world.village, {"reason": "Satu pihak pergi."})
    published = await world.publish(product)
    assert published["versions"][0]["state"] == "published"


async def heard(world: World, event: Event) -> None:
    """Have the products' copy of memberships follow an event, without a broker's delay."""
    context = Context(actor=SYSTEM, correlation_id="test", causation_id="test")
    follow = REGISTRY.people.projection.handlers[event.type()]

    def apply(tx: Transaction) -> None:
        tx.agency = "polresta-contoh"
        follow(tx, event)

    await world.runtime.database.write(context, apply)


@pytest.mark.parametrize("tie", ["the same person", "a member of the party that approved"])
async def test_a_second_hat_of_the_same_person_does_not_approve(world: World, tie: str) -> None:
    product, person = await world.drafted(), uuid4()
    await world.done(product, "submit")
    path = f"/products/{product['id']}/approve"
    second = speaker(world, world.village, str(person))
    if tie == "the same person":
        first = await world.call("POST", path, token=speaker(world, world.school, str(person)))
        assert first.status == 200, first.body
    else:
        for organisation in (world.school, world.village):
            began = MembershipBegan(
                membership_id=uuid4(), organisation_id=organisation, member=person, since=date(2026, 1, 1)
            )
            await heard(world, began)
        await world.done(product, "approve", world.school)
    assert refused(await world.call("POST", path, token=second)) == (409, "same-person-approves")
    if tie != "the same person":
        ended = MembershipEnded(
            membership_id=uuid4(), organisation_id=world.village, member=person, until=date(2026, 1, 2)
        )
        await heard(world, ended)
        assert refused(await world.call("POST", path, token=second)) == (403, "left-the-organisation")
    shown = await world.get(f"/products/{product['id']}", world.police)
    assert shown["versions"][0]["state"] == "in_review"
    await world.done(product, "approve", world.village)
    await world.done(product, "publish")


async def test_who_submitted_asks_for_no_changes_under_another_hat(world: World) -> None:
    product, person = await world.drafted(), str(uuid4())
    path = f"/products/{product['id']}"
    submitted = await world.call("POST", f"{path}/submit", token=speaker(world, world.school, person))
    assert submitted.status == 200, submitted.body
    hat, body = speaker(world, world.village, person), {"reason": "Kurang"}
    own = await world.call("POST", f"{path}/request-changes", body, token=hat)
    assert refused(own) == (403, "same-person-reviews")
