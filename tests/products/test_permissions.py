"""Who may do what with products: the table, each of its relations, and what is hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.products.service import service
from shared.identity.actor import Actor
from shared.identity.permissions import GRANTED, STAFF, Relation, Role
from tests.products.world import World, content, names, refused
from tests.support.operations import own_routes

AGENCY = "polresta-contoh"
NO = ("role-missing", "other-agency", "not-a-party")
"""What the table says to those who may not; other refusals are the rules of the thing itself."""
ROUTES = own_routes(service)
WRITES = {
    name: (method, f"/api/products{route.path}")
    for name, route in ROUTES.items()
    for method in route.methods or ()
    if method != "GET"
}


PRINTED = {"language": "id", "copies": 1, "on": "2026-01-05"}


def bodies(world: World) -> dict[str, Any]:
    """What is sent to each operation that is about a partnership; None is sent nothing."""
    why, partnership = {"reason": "Karena begitu"}, str(world.partnership)
    return {
        "draft_product": content() | {"kind": "guidance", "partnership_id": partnership},
        "edit_product": content(),
        "remove_file": None,
        "relate_product": {"relation": "requires", "target": str(uuid4())},
        "begin_version": None,
        "discard_version": None,
        "submit_version": None,
        "take_back_review": None,
        "request_changes": why,
        "approve_version": None,
        "publish_version": None,
        "withdraw_product": why,
        "revoke_umbrella": {"on": "2026-01-01"},
        "restore_umbrella": why,
        "record_use": {"phase": "prevention", "audience": "residents", "reached": 1, "on": "2026-01-05"},
        "verify_use": None,
        "record_print_batch": PRINTED,
        "correct_print_batch": PRINTED | why,
        "declare_coverage": {"audiences": ["students"]},
    }


def actors(world: World) -> Iterator[tuple[Actor, set[Relation]]]:
    """Each role, alone, in each relation that it can have to the partnership."""
    of: list[tuple[UUID, set[Relation]]] = [(world.village, {Relation.PARTY}), (uuid4(), set())]
    for role in GRANTED:
        for agency, own in ((AGENCY, {Relation.OWN_AGENCY}), ("polda-lain", set[Relation]())):
            # Whom somebody represents matters to representatives; to others it must not.
            for organisation, bound in of if role == Role.REPRESENTATIVE else of[:1]:
                yield Actor("p-9", agency, organisation, frozenset({role})), own | bound


def minted(world: World, actor: Actor | None) -> str | None:
    return world.here.key.mint(actor, clock=world.clock) if actor else None


def works(actor: Actor, relations: set[Relation]) -> bool:
    """Whether the actor sees what is made in the partnership."""
    staff = not actor.roles.isdisjoint(STAFF) and Relation.OWN_AGENCY in relations
    return staff or (actor.has(Role.REPRESENTATIVE) and Relation.PARTY in relations)


async def test_each_relation_is_asked_for_as_the_table_says(world: World) -> None:
    known = await world.published()
    path = f"/products/{known['id']}/print-batches"
    printed = await world.call("POST", path, PRINTED, world.village)
    assert printed.status == 201, printed.body
    use = {"phase": "prevention", "audience": "residents", "reached": 1, "on": "2026-01-05"}
    used = await world.call("POST", f"/products/{known['id']}/uses", use, world.school)
    assert used.status == 201, used.body
    ids = {
        "product_id": known["id"],
        "partnership_id": str(world.partnership),
        "batch_id": printed.body["id"],
        "use_id": used.body["id"],
    }
    sent = bodies(world)
    asking = {name for name in WRITES if ROUTES[name].operation.permission.asks_for_relation}
    assert asking - {"add_file"} == set(sent), "files are tried apart"
    for name, body in sent.items():
        method, template = WRITES[name]
        path = re.sub(r"\{(\w+)\}", lambda found: ids.get(found[1], str(uuid4())), template)
        for actor, relations in actors(world):
            allowed = any(
                grant.role in actor.roles and grant.relation in relations
                for grant in ROUTES[name].operation.permission.grants
            )
            token = minted(world, actor)
            answer = await world.call(method, path, body, token=token, Dry_Run="true")
            ended = refused(answer)[1] if answer.status >= 400 else "done"
            assert (ended not in NO) is allowed, (name, actor, ended)


async def test_a_file_is_asked_for_before_it_is_stored(world: World) -> None:
    known = await world.published()
    await world.done(known, "versions")
    assert refused(await world.upload(known, by=world.outsider)) == (403, "not-a-party")
    hidden = await world.drafted()
    assert refused(await world.upload(hidden, by=world.outsider)) == (404, "unknown-aggregate")
    stored = [path for path in (world.here.settings.data / "blobs").rglob("*") if path.is_file()]
    assert stored == []


async def test_a_draft_is_not_there_for_all_who_do_not_work_on_it(world: World) -> None:
    draft = await world.drafted()
    added = await world.upload(draft)
    file = added.body["versions"][0]["files"][0]["id"]
    base = f"/products/{draft['id']}"
    own = (base, f"{base}/timeline", f"{base}/page.html", f"{base}/files/{file}", f"{base}/uses")
    everywhere = (*own, f"{base}/print.pdf", f"{base}/print-batches")
    public = (f"{base}/file", f"/umbrellas/{draft['id']}", f"/umbrellas/{draft['id']}/succession")
    for actor, relations in [(None, set[Relation]()), *actors(world)]:
        token = minted(world, actor)
        inside = actor is not None and works(actor, relations)
        for path in own if inside else everywhere:
            answer = await world.call("GET", path, token=token)
            assert answer.status == (200 if inside else 404), (path, actor)
        for path in public:
            assert (await world.call("GET", path, token=token)).status == 404, (path, actor)
        listed = await world.call("GET", "/drafts", token=token)
        if actor is None or actor.roles.isdisjoint({*STAFF, Role.REPRESENTATIVE}):
            assert listed.status == (401 if actor is None else 403)
        else:
            found = [item["id"] for item in listed.body["items"]]
            assert found == ([draft["id"]] if inside else []), actor


async def test_a_draft_is_not_there_for_strangers_who_would_change_it(world: World) -> None:
    draft = await world.drafted()
    path = f"/products/{draft['id']}"
    acts: tuple[tuple[str, Any], ...] = (
        ("edit", content()),
        ("submit", None),
        ("discard", None),
        ("publish", None),
        ("relations", {"relation": "requires", "target": str(uuid4())}),
    )
    for verb, body in acts:
        answer = await world.call("POST", f"{path}/{verb}", body, by=world.outsider)
        assert refused(answer) == (404, "unknown-aggregate"), verb
    theirs = uuid4()
    await world.sign(theirs, world.outsider)
    body = content() | {"kind": "guidance", "partnership_id": str(theirs)}
    made = await world.call("POST", "/products", body, by=world.outsider)
    relation = {"relation": "requires", "target": draft["id"]}
    hidden = await world.call("POST", f"/products/{made.body['id']}/relations", relation, by=world.outsider)
    assert refused(hidden) == (404, "unknown-aggregate")


async def test_an_observer_reads_along_and_does_nothing(world: World) -> None:
    await world.sign(world.partnership, world.police, world.village, world.school, observer=world.school)
    draft = await world.drafted()
    path = f"/products/{draft['id']}"
    assert (await world.get(path, world.school))["versions"][0]["state"] == "draft"
    assert [item["id"] for item in (await world.get("/drafts", world.school))["items"]] == [draft["id"]]
    for verb, body in (("edit", content()), ("submit", None), ("approve", None), ("discard", None)):
        assert refused(await world.act(draft, verb, world.school, body)) == (403, "not-a-party"), verb
    coordinator = world.here.token("coordinator")
    public = await world.publish(draft)
    used = {"phase": "prevention", "audience": "residents", "reached": 1, "on": "2026-01-05"}
    for_observer = used | {"organisation_id": str(world.school)}
    told = await world.call("POST", f"/products/{public['id']}/uses", for_observer, token=coordinator)
    assert refused(told) == (422, "party-not-bound")


async def test_the_version_under_way_of_a_public_product_is_seen_by_those_who_work_on_it(
    world: World,
) -> None:
    product = await world.published()
    await world.done(product, "versions")
    path = f"/products/{product['id']}"
    for actor, relations in actors(world):
        token = minted(world, actor)
        shown = (await world.call("GET", path, token=token)).body
        told = names((await world.call("GET", f"{path}/timeline", token=token)).body)
        page = await world.call("GET", f"{path}/page.html?version=2", token=token)
        if works(actor, relations):
            assert ([version["number"] for version in shown["versions"]], page.status) == ([1, 2], 200), actor
            assert told[-1] == "version-drafted"
        else:
            assert ([version["number"] for version in shown["versions"]], page.status) == ([1], 404), actor
            assert told == ["product-published"]


async def test_what_a_product_needs_is_not_told_to_those_who_may_not_see_it(world: World) -> None:
    product, theirs = await world.published(), uuid4()
    await world.sign(theirs, world.police)
    body = content() | {"kind": "guidance", "partnership_id": str(theirs)}
    hidden = (await world.call("POST", "/products", body, by=world.police)).body["id"]
    await world.done(product, "relations", body={"relation": "requires", "target": hidden})
    for reader, seen in ((world.police, True), (world.village, False), (world.outsider, False)):
        shown = await world.get(f"/products/{product['id']}", reader)
        assert [item["product_id"] for item in shown["related"]] == ([hidden] if seen else []), reader
        assert ("product-related" in names(await world.events(product, reader))) is seen, reader


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.OPERATOR, Role.RESIDENT, Role.CUSTODIAN])
async def test_who_only_reads_changes_nothing(world: World, role: Role) -> None:
    token = world.here.token(role, organisation=world.village)
    for name, (method, template) in WRITES.items():
        answer = await world.call(method, re.sub(r"\{\w+\}", str(uuid4()), template), {}, token=token)
        assert refused(answer) == (403, "role-missing"), name


async def test_a_publisher_publishes_what_the_parties_of_the_own_agency_approved(world: World) -> None:
    product = await world.drafted()
    path, own = f"/products/{product['id']}/publish", world.here.token("publisher")
    await world.done(product, "submit")
    assert refused(await world.call("POST", path, token=own)) == (409, "approvals-missing")
    for party in (world.police, world.village):
        await world.done(product, "approve", party)
    other = minted(world, Actor("p-9", "polda-lain", None, frozenset({"publisher"})))
    assert refused(await world.call("POST", path, token=other)) == (404, "unknown-aggregate")
    published = await world.call("POST", path, token=own)
    assert published.status == 200, published.body
    [event] = [event for event in await world.events(product) if event["event"] == "product-published.v2"]
    assert (event["organisation"], event["by"]) == (None, "p-1")
    why = {"reason": "Gambar salah."}
    withdrawn = await world.call("POST", f"/products/{product['id']}/withdraw", why, token=own)
    assert refused(withdrawn) == (403, "role-missing"), "the parties withdraw what is theirs"


async def test_one_person_in_two_roles_may_do_what_either_may(world: World) -> None:
    product = await world.published()
    token = world.here.token("coordinator", "representative", organisation=world.village, person="p-9")
    use = {"phase": "prevention", "audience": "residents", "reached": 1, "on": "2026-01-05"}
    for named, party in ((None, world.village), (world.police, world.police)):
        body = use | {"organisation_id": named and str(named)}
        answer = await world.call("POST", f"/products/{product['id']}/uses", body, token=token)
        assert (answer.status, answer.body["organisation_id"]) == (201, str(party))
