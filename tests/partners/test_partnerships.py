"""Organisations come together, go through a life cycle, take others in, let some go, and end."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest

from tests.partners.world import (
    BASE,
    end,
    events,
    formed,
    got,
    made,
    member,
    other_agency,
    parties,
    pass_days,
    post,
    problem,
    propose,
    sign,
    signed,
    terms,
)
from tests.support.system import System


async def lifecycle(here: System, partnership: str, organisation: UUID, stage: str) -> tuple[int, str]:
    body = {"stage": stage, "reason": "Kami siap"}
    path = f"/partnerships/{partnership}/lifecycle"
    answer = await post(here, path, body, token=here.representative(organisation))
    return (200, answer.body["lifecycle"]) if answer.status == 200 else problem(answer)


@pytest.mark.parametrize("roles", [("member", "member"), ("lead", "lead")])
async def test_a_partnership_has_one_lead(here: System, roles: tuple[str, ...]) -> None:
    body = {"title": "Tanpa", "area": "35.15", "problem": "xx", "parties": await parties(here, *roles)}
    assert problem(await post(here, "/partnerships", body)) == (422, "one-lead-needed")
    assert (await got(here, "/partnerships"))["items"] == []


async def test_police_alone_are_no_partnership(here: System) -> None:
    first = await here.organisation("Polisi satu", "police")
    second = await here.organisation("Polisi dua", "police")
    members = [terms(first, "lead"), terms(second)]
    body = {"title": "Sendiri", "area": "35.15", "problem": "xx", "parties": members}
    assert problem(await post(here, "/partnerships", body)) == (422, "parties-too-few")
    body["parties"] = [members[0], terms(first), terms(await here.organisation("Desa", "community"))]
    assert problem(await post(here, "/partnerships", body)) == (422, "party-twice")


async def test_partnerships_are_found_by_the_words_that_a_reader_sees(here: System) -> None:
    partnership, bodies = await formed(here, "lead", "member")
    await propose(here, partnership, bodies[0], vision="Warga Ma’arif pulang dengan selamat")
    for question, found in (
        ("SIDOARJO", True),
        ("jawa timur", True),
        ("maarif selamat", True),
        ("selamat surabaya", False),
        ("%", False),
        ("_", False),
        ("’", False),
    ):
        page = await got(here, f"/partnerships?q={quote(question)}")
        assert ([item["id"] for item in page["items"]] == [partnership]) is found, question
    await propose(here, partnership, bodies[0], vision="Jalan terang")
    assert (await got(here, "/partnerships?q=terang"))["items"]
    assert (await got(here, "/partnerships?q=maarif"))["items"] == [], "no reader sees the vision before"


async def test_a_partnership_lies_in_an_area_that_exists(here: System) -> None:
    body = {"title": "Di mana", "problem": "xx", "parties": await parties(here, "lead", "member")}
    refused = await post(here, "/partnerships", body | {"area": "35.99"})
    assert problem(refused) == (422, "unknown-area")
    free = await made(here, "/partnerships", body | {"area": "MY-13"})
    assert free["area_name"] is None
    here_it_is = await made(here, "/partnerships", body | {"area": "35.15"})
    assert here_it_is["area_name"] == "Kabupaten Sidoarjo"
    for area, found in (("35", [here_it_is["id"]]), ("MY-13", [free["id"]]), ("3", [])):
        page = await got(here, f"/partnerships?area={area}")
        assert [item["id"] for item in page["items"]] == found


async def test_partnerships_are_found_by_state_and_by_party(here: System) -> None:
    partnership, (lead, _) = await signed(here, "lead", "member")
    other = await here.organisation("Organisasi lain", "school")
    assert (await got(here, "/partnerships?state=forming"))["items"] == []
    for query in ("state=signed", f"organisation_id={lead}"):
        assert [item["id"] for item in (await got(here, f"/partnerships?{query}"))["items"]] == [partnership]
    assert (await got(here, f"/partnerships?organisation_id={other}"))["items"] == []
    assert (await here.call("GET", f"{BASE}/partnerships?state=asleep")).status == 422


async def test_a_member_joins_and_takes_part_once_a_charter_is_signed_with_it(here: System) -> None:
    partnership, (lead, first) = await signed(here, "lead", "member")
    school = await here.organisation("SMA Contoh", "school")
    path = f"/partnerships/{partnership}"
    asked = await made(here, f"{path}/parties", terms(school), token=here.representative(lead))
    assert (asked["charter_due"], len(asked["parties"]), len(asked["invited"])) == (False, 2, 1)
    joined = await made(here, f"{path}/acceptance", None, token=here.representative(school))
    assert (joined["state"], joined["charter_due"], len(joined["parties"])) == ("signed", True, 3)
    assert problem(await sign(here, partnership, school)) == (409, "charter-not-proposed")
    await propose(here, partnership, lead)
    for organisation in (lead, first):
        half = (await sign(here, partnership, organisation, version=2)).body
        assert (half["state"], half["charter_in_force"]) == ("signed", 1)
    last = (await sign(here, partnership, school, version=2)).body
    assert (last["state"], last["charter_due"]) == ("signed", False)
    timeline = await got(here, f"{path}/timeline")
    assert timeline[-1]["event"] == "partnership-signed.v2"
    assert [party["organisation_id"] for party in timeline[-1]["data"]["parties"]] == [
        str(lead),
        str(first),
        str(school),
    ]


async def test_an_observer_joins_without_any_signature(here: System) -> None:
    partnership, _ = await signed(here, "lead", "member")
    media = await here.organisation("Radio Contoh", "media")
    path = f"/partnerships/{partnership}"
    joined = await made(here, f"{path}/parties", terms(media, "observer"))
    assert (joined["state"], joined["charter_due"]) == ("signed", False)
    assert problem(await post(here, f"{path}/parties", terms(media))) == (422, "party-twice")
    assert (await post(here, f"{path}/parties", terms(media, "lead"))).status == 422
    unknown = await post(here, f"{path}/parties", terms(uuid4()))
    assert problem(unknown) == (404, "unknown-aggregate")


async def test_the_lead_and_the_own_coordinators_take_parties_in(here: System) -> None:
    partnership, (_, first) = await signed(here, "lead", "member")
    path, body = f"/partnerships/{partnership}/parties", terms(await here.organisation("SMA", "school"))
    by_member = await post(here, path, body, token=here.representative(first))
    assert problem(by_member) == (403, "not-the-lead")
    by_stranger = await post(here, path, body, token=here.representative(uuid4()))
    assert problem(by_stranger) == (403, "not-the-lead")
    by_other = await post(here, path, body, token=other_agency(here, "coordinator"))
    assert problem(by_other) == (403, "other-agency")
    assert (await here.call("POST", f"{BASE}{path}", body)).status == 401
    assert problem(await post(here, path, body, token=here.token("secretary"))) == (403, "role-missing")


async def test_a_proposed_charter_falls_when_other_parties_are_bound(here: System) -> None:
    partnership, (lead, first, second) = await formed(here, "lead", "member", "member")
    await propose(here, partnership, lead)
    await sign(here, partnership, lead)
    await sign(here, partnership, first)
    left = await made(
        here,
        f"/partnerships/{partnership}/leave",
        {"reason": "Kami bubar"},
        token=here.representative(second),
    )
    assert (left["state"], left["proposed_charter"]) == ("forming", None)
    last = (await got(here, f"/partnerships/{partnership}/timeline"))[-1]
    assert (last["event"], last["reason"]) == ("charter-withdrawn.v1", "the bound parties have changed")
    await propose(here, partnership, lead)
    await sign(here, partnership, lead, version=2)
    assert (await sign(here, partnership, first, version=2)).body["state"] == "signed"


async def test_a_party_leaves_with_its_reason_and_its_signature_stays(here: System) -> None:
    partnership, (_lead, _first, second) = await signed(here, "lead", "member", "member")
    path, token = f"/partnerships/{partnership}", here.representative(second)
    left = await made(here, f"{path}/leave", {"reason": "Pindah wilayah"}, token=token)
    assert (left["state"], left["charter_due"], len(left["parties"])) == ("signed", True, 2)
    assert [party["leave_reason"] for party in left["former_parties"]] == ["Pindah wilayah"]
    charter = await got(here, f"{path}/charters/1")
    assert str(second) in [endorsement["organisation_id"] for endorsement in charter["endorsements"]]
    assert problem(await post(here, f"{path}/leave", {"reason": "Lagi"}, token=token)) == (403, "not-a-party")
    back = await made(here, f"{path}/parties", terms(second))
    assert len(back["parties"]) == 3
    timeline = await got(here, f"{path}/timeline")
    assert [event["reason"] for event in timeline if event["event"] == "party-left.v1"] == ["Pindah wilayah"]
    assert (await got(here, f"/partnerships?organisation_id={second}"))["items"] != []


async def test_a_partnership_keeps_its_lead_and_both_sides(here: System) -> None:
    partnership, (lead, only) = await formed(here, "lead", "member")
    path, body = f"/partnerships/{partnership}/leave", {"reason": "Tidak sempat"}
    assert problem(await post(here, path, body, token=here.representative(lead))) == (
        409,
        "lead-cannot-leave",
    )
    assert problem(await post(here, path, body, token=here.representative(only))) == (
        422,
        "parties-too-few",
    )
    assert problem(await post(here, path, body)) == (403, "role-missing")


async def test_a_party_names_the_senior_person_who_answers_for_its_part(here: System) -> None:
    partnership, (lead, first) = await formed(here, "lead", "member")
    ours, theirs = await member(here, lead, "Ani Contoh"), await member(here, first, "Budi Contoh")
    path = f"/partnerships/{partnership}/seniors"
    named = await made(here, path, {"senior": ours}, token=here.representative(lead))
    assert [party["senior"] for party in named["parties"]] == [ours, None]
    refused = await post(here, path, {"senior": theirs}, token=here.representative(lead))
    assert problem(refused) == (422, "not-a-member")
    assert "Ani" not in str(await got(here, f"/partnerships/{partnership}/timeline"))


async def test_the_life_cycle_goes_on_by_one_stage_or_back_by_any(here: System) -> None:
    partnership, (lead, first) = await formed(here, "lead", "member")
    assert (await got(here, f"/partnerships/{partnership}"))["lifecycle"] == "operational_awareness"
    assert await lifecycle(here, partnership, lead, "internal_assessment") == (409, "stage-not-reachable")
    for stage in ("knowledge", "internal_assessment", "partner_selection", "knowledge"):
        assert await lifecycle(here, partnership, lead, stage) == (200, stage)
    assert await lifecycle(here, partnership, lead, "knowledge") == (409, "stage-not-reachable")
    assert await lifecycle(here, partnership, first, "internal_assessment") == (403, "not-the-lead")
    assert (await lifecycle(here, partnership, lead, "dreaming"))[0] == 422
    timeline = await got(here, f"/partnerships/{partnership}/timeline")
    last = timeline[-1]
    assert (last["data"]["before"], last["data"]["after"], last["reason"]) == (
        "partner_selection",
        "knowledge",
        "Kami siap",
    )


async def test_the_stages_have_names_in_both_languages(here: System) -> None:
    stages = await got(here, "/lifecycle-stages")
    assert [stage["number"] for stage in stages] == list(range(1, 9))
    assert stages[0]["names"]["en"] == "Operational awareness"
    assert all(stage["names"]["id"] for stage in stages)


async def test_the_lead_writes_the_exit_plan(here: System) -> None:
    partnership, (lead, first) = await formed(here, "lead", "member")
    path, body = f"/partnerships/{partnership}/exit-plan", {"plan": "Forum desa meneruskan ronda."}
    planned = await made(here, path, body, token=here.representative(lead))
    assert planned["exit_plan"] == body["plan"]
    assert problem(await post(here, path, body, token=here.representative(first))) == (403, "not-the-lead")
    assert (await events(here, f"/partnerships/{partnership}"))[-1] == "exit-planned"


async def test_an_ended_partnership_accepts_nothing_more(here: System) -> None:
    partnership, (lead, first) = await signed(here, "lead", "member")
    person, school = await member(here, lead), await here.organisation("SMA", "school")
    path, today = f"/partnerships/{partnership}", "2026-01-05"
    ended = await end(here, partnership, [lead, first])
    assert (ended["state"], ended["end_reason"]) == ("ended", "Selesai")
    assert ended["ended_at"] is not None
    both = [str(lead), str(first)]
    for act, body in {
        "charter": {"vision": "vv", "mission": "mm", "means": ["act"]},
        "signatures": {"charter_version": 1},
        "parties": terms(school),
        "seniors": {"senior": person},
        "lifecycle": {"stage": "knowledge", "reason": "Lanjut"},
        "exit-plan": {"plan": "Terlambat"},
        "end": {"reason": "Lagi"},
        "propose-ending": {"reason": "Lagi"},
        "object-to-ending": {"reason": "Lagi"},
        "withdraw-ending": {"reason": "Lagi"},
        "contacts": {
            "kind": "call",
            "on": today,
            "subject": "Kabar",
            "attended_by": [person],
            "organisations": both,
        },
        "ceremonies": {"title": "Penutupan", "on": today, "organisations": both},
    }.items():
        answer = await post(here, f"{path}/{act}", body, token=here.representative(lead))
        assert problem(answer) == (409, "partnership-over"), act
    leave = await post(here, f"{path}/leave", {"reason": "Lagi"}, token=here.representative(first))
    assert problem(leave) == (409, "partnership-over")
    assert (await events(here, path))[-2:] == [
        "partnership-ended",
        "board-dissolved",
    ]


async def test_a_change_on_an_old_version_is_refused(here: System) -> None:
    partnership, (lead, _) = await formed(here, "lead", "member")
    path, token = f"{BASE}/partnerships/{partnership}/exit-plan", here.representative(lead)
    body = {"plan": "Serah terima"}
    assert (await here.call("POST", path, body, token=token, If_Match='"1"')).status == 200
    stale = await here.call("POST", path, body, token=token, If_Match='"1"')
    assert problem(stale) == (412, "changed-since-read")
    unreadable = await here.call("POST", path, body, token=token, If_Match="one")
    assert problem(unreadable) == (422, "if-match-unreadable")


async def test_a_timeline_tells_of_everything_that_belongs_to_a_partnership(here: System) -> None:
    partnership, (lead, first) = await signed(here, "lead", "member")
    people = [await member(here, lead), await member(here, first, "Budi Contoh")]
    both = [str(lead), str(first)]
    elsewhere, _ = await formed(here, "lead", "member")
    for place in (partnership, elsewhere):
        ceremony = {"title": "Peluncuran", "on": "2026-01-05", "organisations": both}
        await made(here, f"/partnerships/{place}/ceremonies", ceremony)
    contact = {"kind": "visit", "on": "2026-01-05", "subject": "Kabar", "organisations": both}
    await made(here, f"/partnerships/{partnership}/contacts", contact | {"attended_by": people})
    agreement = {
        "partnership_id": partnership,
        "kind": "mou",
        "number": "B/1/I/2026",
        "title": "Nota kesepahaman",
        "signed_on": "2026-01-05",
        "in_force_from": "2026-02-01",
        "signatories": both,
    }
    entered = await made(here, "/agreements", agreement, token=here.representative(lead))
    await made(here, f"/agreements/{entered['id']}/confirmations", None, token=here.representative(first))
    timeline = await got(here, f"/partnerships/{partnership}/timeline")
    assert [event["event"] for event in timeline] == [
        "partnership-formed.v2",
        "charter-proposed.v1",
        "charter-endorsed.v1",
        "charter-endorsed.v1",
        "partnership-signed.v2",
        "ceremony-recorded.v1",
        "contact-recorded.v1",
        "signing-awaited.v1",
        "signing-confirmed.v1",
        "agreement-registered.v2",
    ]
    assert (timeline[0]["by"], timeline[0]["organisation"]) == ("p-1", None)
    assert timeline[-1]["organisation"] == str(first)
    assert (await here.call("GET", f"{BASE}/partnerships/{uuid4()}/timeline")).status == 404


async def test_who_joined_is_bound_once_a_charter_is_signed_with_it(here: System) -> None:
    partnership, (lead, first) = await signed(here, "lead", "member")
    school, radio = await here.organisation("SMA", "school"), await here.organisation("Radio", "media")
    path = f"/partnerships/{partnership}"
    await made(here, f"{path}/parties", terms(school))
    shown = await made(here, f"{path}/parties", terms(radio, "observer"))
    assert [party["bound"] for party in shown["parties"]] == [True, True, False, False]
    promise = {"partnership_id": partnership, "title": "Lampu", "mandate": "ease", "due_on": "2026-02-01"}
    owed = (await made(here, "/commitments", promise, token=here.representative(first)))["id"]
    both = [str(lead), str(first)]
    agreement = {
        "partnership_id": partnership,
        "kind": "mou",
        "number": "B/1/I/2026",
        "title": "Nota kesepahaman",
        "signed_on": "2026-01-05",
        "in_force_from": "2026-01-05",
        "signatories": both,
    }
    ceremony = {"title": "Deklarasi", "on": "2026-01-05", "organisations": both}
    acts = [
        ("/commitments", promise),
        (f"/commitments/{owed}/confirm", {"note": "Menyala"}),
        ("/agreements", agreement),
        (f"{path}/ceremonies", ceremony),
    ]
    for organisation, code in ((school, "not-bound-yet"), (radio, "only-an-observer")):
        for act, body in acts:
            answer = await post(here, act, body, token=here.representative(organisation))
            assert problem(answer) == (403, code), act
    observed = await post(here, "/agreements", agreement | {"signatories": [str(lead), str(radio)]})
    assert problem(observed) == (409, "observers-do-not-sign")
    # Observers are among those who attend.
    await made(here, f"{path}/ceremonies", ceremony | {"organisations": [*both, str(radio)]})
    round_ = {"partnership_id": partnership, "closes_at": "2026-01-20T00:00:00Z"}
    opened = await made(here, "/trust-rounds", round_)
    assert {party["organisation_id"] for party in opened["parties"]} == set(both)
    await propose(here, partnership, lead)
    for organisation in (lead, first, school):
        await sign(here, partnership, organisation, version=2)
    for act, body in acts:
        assert (await post(here, act, body, token=here.representative(school))).status in (200, 201), act
    late = await post(here, "/commitments", promise, token=here.representative(radio))
    assert problem(late) == (403, "only-an-observer")


async def test_an_observer_has_no_part_to_answer_for(here: System) -> None:
    partnership, (_, _, radio) = await signed(here, "lead", "member", "observer")
    senior = {"senior": await member(here, radio)}
    path = f"/partnerships/{partnership}/seniors"
    assert problem(await post(here, path, senior, token=here.representative(radio))) == (
        403,
        "only-an-observer",
    )


async def test_the_end_of_a_partnership_ends_what_hangs_on_it(here: System) -> None:
    partnership, both = await signed(here, "lead", "member")
    people = [await member(here, hang) for hang in both]
    seats = [
        {"holder": people[0], "organisation_id": str(both[0]), "position": "chair", "until": "2026-03-01"},
        {"holder": people[1], "organisation_id": str(both[1]), "position": "member"},
    ]
    body = {"partnership_id": partnership, "kind": "forum", "name": "Forum", "seats": seats}
    board = (await made(here, "/boards", body))["id"]
    meeting = {"board_id": board, "title": "Rapat", "place": "Balai", "agenda": ["Satu"]}
    meeting["scheduled_at"] = "2026-01-20T03:00:00Z"
    chair = here.token(person=people[0])
    coming = (await made(here, "/meetings", meeting, token=chair))["id"]
    closes = {"partnership_id": partnership, "closes_at": "2026-01-20T00:00:00Z"}
    round_ = (await made(here, "/trust-rounds", closes))["id"]
    agreement = {
        "partnership_id": partnership,
        "kind": "mou",
        "number": "B/1/I/2026",
        "title": "Nota kesepahaman",
        "signed_on": "2026-01-05",
        "in_force_from": "2026-01-05",
        "in_force_until": "2026-06-01",
        "signatories": [str(hang) for hang in both],
    }
    paper = (await made(here, "/agreements", agreement))["id"]
    promise = {"partnership_id": partnership, "title": "Lampu", "mandate": "ease", "due_on": "2026-01-30"}
    owed = (await made(here, "/commitments", promise, token=here.representative(both[1])))["id"]
    await propose(here, partnership, both[0])
    ended = await end(here, partnership, both)
    assert ended["proposed_charter"] is None
    assert [event["event"].partition(".v")[0] for event in await timeline_of(here, partnership)][-5:] == [
        "partnership-ended",
        "board-dissolved",
        "meeting-cancelled",
        "board-dissolved",
        "trust-round-closed",
    ]
    gone = await got(here, f"/boards/{board}")
    assert (gone["state"], gone["dissolved_because"]) == ("dissolved", "partnership ended")
    assert (await got(here, f"/meetings/{coming}"))["state"] == "cancelled"
    assert (await got(here, f"/trust-rounds/{round_}"))["state"] == "closed"
    await pass_days(here, 400)
    assert await events(here, f"/agreements/{paper}") == [
        "agreement-registered",
        "agreement-entered-into-force",
        "agreement-expired",
    ]
    assert await events(here, f"/commitments/{owed}") == [
        "commitment-made",
        "commitment-overdue",
        "commitment-broken",
    ]
    assert await events(here, f"/boards/{board}") == ["board-constituted", "board-dissolved"]


async def timeline_of(here: System, partnership: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await got(here, f"/partnerships/{partnership}/timeline")
    return found
