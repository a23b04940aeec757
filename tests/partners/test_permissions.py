"""Who does what in the registry: each relation, what strangers never see, and auditors who change nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.partners.service import service
from shared.host.app import describe
from shared.identity.actor import Actor
from shared.identity.permissions import Role
from tests.partners.world import (
    BASE,
    CHARTER,
    end,
    formed,
    got,
    made,
    member,
    other_agency,
    post,
    problem,
    propose,
    sign,
    signed,
    terms,
)
from tests.support.system import System

TODAY = "2026-01-05"


def partner(here: System, organisation: UUID, *roles: str) -> str:
    """Somebody of another agency who acts for an organisation."""
    person = f"partner-{organisation}"
    actor = Actor(person, "polresta-lain", organisation, frozenset(roles or ("representative",)))
    return here.key.mint(actor, clock=here.clock)


async def reads(here: System, partnership: str, lead: UUID, other: UUID) -> dict[str, bool]:
    """Something of everything below a partnership: where it is read, and whether it is ever public."""
    people = [await member(here, lead, "Ani"), await member(here, other, "Budi")]
    both = [str(lead), str(other)]
    seats = [
        {"holder": person, "organisation_id": its, "position": position}
        for person, its, position in zip(people, both, ("member", "chair"), strict=True)
    ]
    body: dict[str, Any] = {"partnership_id": partnership}
    board = (await made(here, "/boards", body | {"kind": "forum", "name": "FKPM", "seats": seats}))["id"]
    called = {"board_id": board, "title": "Rapat", "place": "Balai", "agenda": ["Satu"]}
    chair = here.token(person=people[1])
    meeting = await made(here, "/meetings", called | {"scheduled_at": "2026-01-08T03:00:00Z"}, token=chair)
    promise = body | {"title": "Lampu", "mandate": "ease", "due_on": "2026-01-20"}
    commitment = await made(here, "/commitments", promise, token=here.representative(lead))
    agreement = body | {
        "kind": "mou",
        "number": "1/2026",
        "title": "Nota",
        "signed_on": TODAY,
        "in_force_from": TODAY,
        "signatories": both,
    }
    round_ = await made(here, "/trust-rounds", body | {"closes_at": "2026-01-19T03:00:00Z"})
    base = f"/partnerships/{partnership}"
    contact = {"kind": "call", "on": TODAY, "subject": "Kabar", "attended_by": people, "organisations": both}
    spoke = (await made(here, f"{base}/contacts", contact))["id"]
    ceremony = {"title": "Deklarasi", "on": TODAY, "organisations": both}
    made_so = {
        "agreements": (await made(here, "/agreements", agreement))["id"],
        "boards": board,
        "meetings": meeting["id"],
        "commitments": commitment["id"],
        "trust-rounds": round_["id"],
        "ceremonies": (await made(here, f"{base}/ceremonies", ceremony))["id"],
    }
    public = [base, *(f"/{kind}/{read}" for kind, read in made_so.items())]
    paths = [*public, *(f"{path}/timeline" for path in public)]
    paths += [f"{base}/{what}" for what in ("charters", "charters/1", "charters/1/changes", "calendar.ics")]
    paths.append(f"{base}/ceremonies")
    theirs = [f"/contacts/{spoke}", f"/contacts/{spoke}/timeline"]
    return dict.fromkeys(paths, True) | dict.fromkeys(theirs, False)


async def statuses(here: System, paths: dict[str, bool], token: str | None) -> dict[str, int]:
    return {path: (await here.call("GET", BASE + path, token=token)).status for path in paths}


LISTS = ("partnerships", "agreements", "boards", "meetings", "commitments", "trust-rounds")


async def listed(here: System, token: str | None) -> dict[str, int]:
    """How many of each an actor finds."""
    found = {kind: await here.call("GET", f"{BASE}/{kind}", token=token) for kind in LISTS}
    return {kind: len(answer.body["items"]) for kind, answer in found.items()}


async def test_before_it_is_signed_a_partnership_is_there_for_its_own_people_alone(here: System) -> None:
    partnership, (lead, village, radio) = await formed(here, "lead", "member", "observer")
    await propose(here, partnership, lead)
    paths = await reads(here, partnership, lead, village)
    staff = ("administrator", "coordinator", "secretary", "publisher", "auditor")
    ours = [here.token(role) for role in staff]
    ours += [here.representative(lead), here.representative(radio), partner(here, village)]
    for token in ours:
        assert set((await statuses(here, paths, token)).values()) == {200}
        assert set((await listed(here, token)).values()) == {1}
        assert len((await got(here, f"/partnerships/{partnership}/contacts", token))["items"]) == 1
    strangers = [other_agency(here, *staff), here.representative(uuid4()), partner(here, village, "auditor")]
    for token in strangers:
        assert set((await statuses(here, paths, token)).values()) == {404}
        assert set((await listed(here, token)).values()) == {0}
    for nobody in (None, *(here.token(role) for role in ("resident", "operator", "custodian"))):
        found = await statuses(here, paths, nobody)
        assert {found[path] for path, public in paths.items() if public} == {404}
        assert {found[path] for path, public in paths.items() if not public} == {403 if nobody else 401}
        assert set((await listed(here, nobody)).values()) == {0}
        by_party = await here.call("GET", f"{BASE}/partnerships?organisation_id={lead}", token=nobody)
        assert by_party.body["items"] == []


async def test_once_signed_it_is_a_public_record_and_contacts_are_not(here: System) -> None:
    partnership, (lead, village) = await signed(here, "lead", "member")
    paths = await reads(here, partnership, lead, village)
    for token in (None, here.token("resident"), other_agency(here, "coordinator")):
        found = await statuses(here, paths, token)
        assert {found[path] for path, public in paths.items() if public} == {200}
        assert set((await listed(here, token)).values()) == {1}
        timeline = (await here.call("GET", f"{BASE}/partnerships/{partnership}/timeline", token=token)).body
        assert "contact-recorded.v1" not in [event["event"] for event in timeline]
    stranger = other_agency(here, "coordinator")
    assert {(await statuses(here, paths, stranger))[path] for path in paths if not paths[path]} == {404}
    assert (await got(here, f"/partnerships/{partnership}/contacts", stranger))["items"] == []
    for token in (here.token("auditor"), here.representative(lead), partner(here, village)):
        assert set((await statuses(here, paths, token)).values()) == {200}
        told = [event["event"] for event in await got(here, f"/partnerships/{partnership}/timeline", token)]
        assert "contact-recorded.v1" in told
    await end(here, partnership, [lead, village])
    public = {path: True for path in paths if paths[path]}
    assert set((await statuses(here, public, None)).values()) == {200}


async def test_what_ended_unsigned_never_becomes_public(here: System) -> None:
    partnership, (lead, _) = await formed(here, "lead", "member")
    never, token = {"reason": "Tidak jadi"}, here.representative(lead)
    path = f"/partnerships/{partnership}/end"
    assert problem(await post(here, path, never)) == (403, "role-missing")
    await made(here, path, never, token=token)
    assert (await here.call("GET", f"{BASE}/partnerships/{partnership}")).status == 404
    assert (await got(here, f"/partnerships/{partnership}", here.representative(lead)))["state"] == "ended"


async def test_who_holds_a_seat_sees_the_partnership_of_the_board(here: System) -> None:
    partnership, (_, village) = await formed(here, "lead", "member")
    holder = await member(here, village, "Ani")
    token, path = here.token(person=holder), f"{BASE}/partnerships/{partnership}"
    assert (await here.call("GET", path, token=token)).status == 404
    seat = {"holder": holder, "organisation_id": str(village), "position": "chair"}
    body = {"partnership_id": partnership, "kind": "forum", "name": "FKPM", "seats": [seat]}
    await made(here, "/boards", body)
    assert (await here.call("GET", path, token=token)).status == 200
    assert (await here.call("GET", f"{path}/contacts", token=token)).status == 403
    # Whoever administers another agency can give an account any person's id, and gets nothing by it.
    forged = here.token(person=holder, agency="polresta-lain")
    assert (await here.call("GET", path, token=forged)).status == 404


async def test_no_account_of_another_agency_confirms_minutes_as_a_member(here: System) -> None:
    partnership, (_, village) = await signed(here, "lead", "member")
    holder = await member(here, village, "Ani")
    seat = {"holder": holder, "organisation_id": str(village), "position": "chair"}
    body = {"partnership_id": partnership, "kind": "forum", "name": "FKPM", "seats": [seat]}
    board = (await made(here, "/boards", body))["id"]
    called = {"board_id": board, "title": "Rapat", "place": "Balai", "agenda": ["Satu"]}
    chair = here.token(person=holder)
    meeting = await made(here, "/meetings", called | {"scheduled_at": "2026-01-08T03:00:00Z"}, token=chair)
    path = f"{BASE}/meetings/{meeting['id']}/minutes/approve"
    forged = here.token(person=holder, agency="polresta-lain")
    refused = await here.call("POST", path, token=forged)
    assert (refused.status, refused.body["type"]) == (403, "/problems/not-on-the-board")
    # The member comes as far as the rule that a meeting has to be held before.
    assert (await here.call("POST", path, token=here.token(person=holder))).status == 409


async def test_a_party_that_leaves_before_the_signing_sees_nothing_any_more(here: System) -> None:
    partnership, (_, _, school) = await formed(here, "lead", "member", "member")
    holder = await member(here, school, "Ani")
    seats = [{"holder": holder, "organisation_id": str(school), "position": "chair"}]
    body = {"partnership_id": partnership, "kind": "forum", "name": "FKPM", "seats": seats}
    board = (await made(here, "/boards", body))["id"]
    token, path = here.representative(school), f"/partnerships/{partnership}"
    left = await made(here, f"{path}/leave", {"reason": "Pindah"}, token=token)
    assert [party["organisation_id"] for party in left["former_parties"]] == [str(school)]
    assert [seat["ended_because"] for seat in (await got(here, f"/boards/{board}"))["seats"]] == ["Pindah"]
    assert (await here.call("GET", f"{BASE}{path}", token=token)).status == 404


async def test_what_ends_with_a_membership_ends_also_where_its_agency_sees_nothing(here: System) -> None:
    theirs = other_agency(here, "coordinator")
    village = {"name": "Forum lain", "kind": "community", "area": "35.15"}
    organisation = (await made(here, "/organisations", village, token=theirs))["id"]
    person = (await made(here, "/persons", {"name": "Ani"}, token=theirs))["id"]
    belongs = {"person_id": person, "organisation_id": organisation, "role": "Ketua", "since": TODAY}
    membership = (await made(here, "/memberships", belongs, token=theirs))["id"]
    police = await here.organisation("Polresta", "police")
    parties = [terms(police, "lead"), terms(organisation)]
    body = {"title": "Aman", "area": "35.15", "problem": "Pencurian", "parties": parties}
    partnership = (await made(here, "/partnerships", body))["id"]
    await made(here, f"/partnerships/{partnership}/acceptance", None, token=partner(here, UUID(organisation)))
    seat = {"holder": person, "organisation_id": organisation, "position": "chair"}
    named = {"partnership_id": partnership, "kind": "forum", "name": "FKPM", "seats": [seat]}
    board = (await made(here, "/boards", named))["id"]
    path = f"/partnerships/{partnership}/seniors"
    await made(here, path, {"senior": person}, token=partner(here, UUID(organisation)))
    assert (await here.call("GET", f"{BASE}/boards/{board}", token=theirs)).status == 404
    await made(here, f"/memberships/{membership}/end", {"until": TODAY}, token=theirs)
    assert (await got(here, f"/boards/{board}"))["seats"][0]["ended_because"] == "membership ended"
    assert [party["senior"] for party in (await got(here, f"/partnerships/{partnership}"))["parties"]] == [
        None
    ] * 2


async def test_an_auditor_reads_everything_of_the_agency_and_changes_nothing(here: System) -> None:
    auditor = here.token("auditor")
    partnership, (lead, village) = await formed(here, "lead", "member")
    await propose(here, partnership, lead)
    paths = await reads(here, partnership, lead, village)
    assert set((await statuses(here, paths, auditor)).values()) == {200}
    assert len((await got(here, "/persons", auditor))["items"]) == 2
    (first, _) = (await got(here, "/memberships", auditor))["items"]
    assert await got(here, f"/memberships/{first['id']}", auditor) == first
    assert (await got(here, f"/persons/{first['person_id']}", auditor))["name"] == "Ani"
    routes = [route for route in describe(service).routes if getattr(route, "methods", None)]
    tried = 0
    for route in routes:
        for method in route.methods & {"POST", "PUT", "DELETE", "PATCH"}:  # type: ignore[attr-defined]
            path = f"/api/partners{route.path}"  # type: ignore[attr-defined]
            for name in route.param_convertors:  # type: ignore[attr-defined]
                path = path.replace(f"{{{name}}}", partnership)
            answer = await here.call(method, path, {}, token=auditor)
            # What needs a seat on a board needs no role; this is neither a board nor a meeting.
            grants = route.operation.permission.grants  # type: ignore[attr-defined]
            seated = any(grant.role is Role.ANYBODY for grant in grants)
            assert answer.status in ((404, 422) if seated else (403,)), (method, path, answer.body)
            tried += 1
    assert tried > 30


async def test_an_administrator_looks_after_organisations_and_people(here: System) -> None:
    token = here.token("administrator")
    body = {"name": "SMA", "kind": "school", "area": "35.15"}
    school = await made(here, "/organisations", body, token=token)
    await made(here, f"/organisations/{school['id']}/amend", {"name": "SMA 1", "area": "35.15"}, token=token)
    person = (await made(here, "/persons", {"name": "Ani"}, token=token))["id"]
    await made(here, f"/persons/{person}/amend", {"name": "Ani Contoh"}, token=token)
    belongs = {"person_id": person, "organisation_id": school["id"], "role": "Guru", "since": TODAY}
    membership = (await made(here, "/memberships", belongs, token=token))["id"]
    await made(here, f"/memberships/{membership}/end", {"until": TODAY}, token=token)
    assert (await made(here, f"/persons/{person}/retire", None, token=token))["retired_at"] is not None
    refused = await post(here, "/partnerships", {}, token=token)
    assert problem(refused) == (403, "role-missing")


@pytest.mark.parametrize(
    ("act", "body", "refused"),
    [
        ("charter", CHARTER, {"member": "not-the-lead", "stranger": "not-the-lead"}),
        ("exit-plan", {"plan": "Serah terima"}, {"member": "not-the-lead", "stranger": "not-the-lead"}),
        ("lifecycle", {"stage": "knowledge", "reason": "Siap"}, {"member": "not-the-lead"}),
        ("leave", {"reason": "Pindah"}, {"stranger": "not-a-party"}),
        ("end", {"reason": "Selesai"}, {"stranger": "not-the-lead", "other": "role-missing"}),
    ],
)
async def test_a_signed_partnership_is_changed_in_the_right_relation(
    here: System, act: str, body: dict[str, Any], refused: dict[str, str]
) -> None:
    partnership, (_, village) = await signed(here, "lead", "member")
    tokens = {
        "member": here.representative(village),
        "stranger": here.representative(uuid4()),
        "other": other_agency(here, "coordinator"),
    }
    for who, code in refused.items():
        answer = await post(here, f"/partnerships/{partnership}/{act}", body, token=tokens[who])
        assert problem(answer) == (403, code), who


async def test_of_several_roles_one_that_fits_suffices(here: System) -> None:
    partnership, (lead, village) = await signed(here, "lead", "member")
    path = f"/partnerships/{partnership}"
    both = partner(here, lead, "coordinator", "representative")
    await made(here, f"{path}/exit-plan", {"plan": "Serah terima"}, token=both)
    stage = {"stage": "knowledge", "reason": "Siap"}
    await made(here, f"{path}/lifecycle", stage, token=both)
    ours = here.token("coordinator", "representative", organisation=village)
    await made(here, f"{path}/lifecycle", stage | {"stage": "operational_awareness"}, token=ours)


async def test_a_creation_that_is_sent_again_is_answered_again(here: System) -> None:
    partnership, (lead, _) = await formed(here, "lead", "member")
    path, token = f"{BASE}/partnerships/{partnership}/charter", here.representative(lead)
    first, again = [
        await here.call("POST", path, CHARTER, token=token, Idempotency_Key="k-1") for _ in range(2)
    ]
    assert (first.status, again.status, again.body) == (201, 201, first.body)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (await sign(here, partnership, lead)).status == 201


async def test_no_account_of_another_agency_gets_what_was_answered_to_a_person(here: System) -> None:
    body = {"name": "Ani Wulandari", "email": "ani@example.org"}
    tokens = [here.token("coordinator", agency=name) for name in ("polresta-contoh", "polresta-lain")]
    ours, theirs = [
        await here.call("POST", f"{BASE}/persons", body, token=token, Idempotency_Key="k-2")
        for token in tokens
    ]
    assert (ours.status, theirs.status) == (201, 201)
    assert (ours.body["agency"], theirs.body["agency"]) == ("polresta-contoh", "polresta-lain")
    assert "Idempotency-Replayed" not in theirs.headers
