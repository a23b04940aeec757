"""Nobody is shown as a party, an observer or a signatory before their own word for it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from shared.identity.actor import Actor
from tests.partners.world import (
    BASE,
    decided,
    events,
    formed,
    got,
    made,
    member,
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

ELSEWHERE = "polres-lain"


async def of_another_agency(here: System, name: str = "Polres Lain", kind: str = "police") -> UUID:
    """An organisation that another agency registered."""
    token = here.token("coordinator", agency=ELSEWHERE)
    answer = await post(here, "/organisations", {"name": name, "kind": kind, "area": "35.25"}, token=token)
    return UUID(answer.body["id"])


def speaker(here: System, organisation: UUID) -> str:
    """The token of that organisation's representative, in its own agency."""
    actor = Actor("p-lain", ELSEWHERE, organisation, frozenset({"representative"}))
    return here.key.mint(actor, clock=here.clock)


async def public(here: System, path: str) -> Any:
    """What anybody reads there."""
    return (await here.call("GET", f"{BASE}{path}")).body


async def told(here: System, partnership: str) -> str:
    """Everything that anybody reads of a partnership, as one text."""
    pages = ("", "/timeline", "/charters", "/calendar.ics")
    return str([await public(here, f"/partnerships/{partnership}{page}") for page in pages])


@pytest.mark.parametrize("role", ["member", "observer"])
async def test_an_organisation_of_another_agency_is_shown_once_it_has_accepted(
    here: System, role: str
) -> None:
    stranger = await of_another_agency(here)
    members = [*await parties(here, "lead", "member"), terms(stranger, role)]
    body = {"title": "Dana bersama", "area": "35.15", "problem": "dana", "parties": members}
    shown = await made(here, "/partnerships", body)
    partnership, path = shown["id"], f"/partnerships/{shown['id']}"
    assert [item["organisation_id"] for item in shown["invited"]] == [str(stranger)]
    lead, other = (UUID(member["organisation_id"]) for member in members[:2])
    await propose(here, partnership, lead)
    for organisation in (lead, other):
        assert (await sign(here, partnership, organisation)).status == 201
    if role == "member":  # whoever shall be bound is waited for: nothing is public before
        assert (await got(here, path))["state"] == "proposed"
        await made(here, f"{path}/signatures", {"charter_version": 1}, token=speaker(here, stranger))
    else:
        assert (await got(here, path))["state"] == "signed"
        assert str(stranger) not in await told(here, partnership)
        assert (await public(here, f"/partnerships?organisation_id={stranger}"))["items"] == []
        assert (await public(here, path))["invited"] == []
        mine = await got(here, f"/partnerships?organisation_id={stranger}", speaker(here, stranger))
        assert [item["id"] for item in mine["items"]] == [partnership]
        await made(here, f"{path}/acceptance", None, token=speaker(here, stranger))
    assert str(stranger) in str((await public(here, path))["parties"])
    again = await post(here, f"{path}/acceptance", token=speaker(here, stranger))
    assert problem(again) == (409, "accepted-already")


@pytest.mark.parametrize("way", ["declined", "taken back"])
async def test_an_invitation_ends_without_a_trace_for_the_public(here: System, way: str) -> None:
    partnership, both = await signed(here, "lead", "member")
    stranger = await of_another_agency(here)
    path = f"/partnerships/{partnership}"
    shown = await made(here, f"{path}/parties", terms(stranger, "observer"))
    assert len(shown["invited"]) == 1
    if way == "declined":
        ended = await made(here, f"{path}/leave", {"reason": "Tidak ikut"}, token=speaker(here, stranger))
    else:
        take_back = f"{path}/invitations/{stranger}/take-back"
        ended = await made(here, take_back, {"reason": "Keliru"}, token=here.representative(both[0]))
        late = await post(here, f"{path}/acceptance", token=speaker(here, stranger))
        assert late.status in (403, 404)
    assert (ended["invited"], ended["former_parties"]) == ([], [])
    assert str(stranger) not in await told(here, partnership)


async def test_the_lead_ends_a_partnership_only_by_a_decision_of_its_own_board(here: System) -> None:
    partnership, both = await signed(here, "lead", "member")
    elsewhere, others = await signed(here, "lead", "member")
    path, lead = f"/partnerships/{partnership}/end", here.representative(both[0])
    because: dict[str, Any] = {"reason": "Tujuan tercapai"}
    assert problem(await post(here, path, because)) == (403, "role-missing")
    assert problem(await post(here, path, because, token=here.representative(both[1]))) == (
        403,
        "not-the-lead",
    )
    assert problem(await post(here, path, because, token=lead)) == (409, "decision-needed")
    unknown = because | {"decision_id": await decided(here, elsewhere, others)}
    assert problem(await post(here, path, unknown, token=lead)) == (422, "decision-unknown")
    decision = await decided(here, partnership, both)
    ended = await made(here, path, because | {"decision_id": decision}, token=lead)
    assert (ended["state"], ended["ended_by_decision"]) == ("ended", decision)
    timeline = await got(here, f"/partnerships/{partnership}/timeline")
    (last,) = [event for event in timeline if event["event"] == "partnership-ended.v2"]
    assert last["data"]["decision_id"] == decision


async def test_a_decision_counts_once_its_minutes_are_approved(here: System) -> None:
    partnership, both = await signed(here, "lead", "member")
    lead, path = here.representative(both[0]), f"/partnerships/{partnership}/end"
    decision = await decided(here, partnership, both, approved=False)
    body = {"reason": "Selesai", "decision_id": decision}
    assert problem(await post(here, path, body, token=lead)) == (409, "decision-not-minuted")
    (information,) = [
        outcome["id"]
        for meeting in (await got(here, f"/meetings?partnership_id={partnership}"))["items"]
        for outcome in meeting["outcomes"]
        if outcome["kind"] == "information"
    ]
    assert problem(await post(here, path, body | {"decision_id": information}, token=lead)) == (
        422,
        "decision-unknown",
    )


async def test_a_partnership_ends_as_proposed_unless_another_party_objects(here: System) -> None:
    partnership, (police, village, radio) = await signed(here, "lead", "member", "observer")
    path = f"/partnerships/{partnership}"
    propose_it, object_to_it = f"{path}/propose-ending", f"{path}/object-to-ending"
    of = here.representative
    why = {"reason": "Pihak lain tidak bekerja"}
    assert problem(await post(here, object_to_it, why, token=of(police))) == (409, "no-ending-proposed")
    assert problem(await post(here, propose_it, why)) == (403, "role-missing")
    assert problem(await post(here, propose_it, why, token=of(radio))) == (403, "only-an-observer")
    proposed = await made(here, propose_it, why, token=of(village))
    assert proposed["proposed_ending"]["proposed_by"] == str(village)
    assert proposed["proposed_ending"]["ends_at"].startswith("2026-02-04")
    assert (await public(here, path))["proposed_ending"] == proposed["proposed_ending"]
    assert problem(await post(here, propose_it, why, token=of(police))) == (409, "ending-proposed-already")
    assert problem(await post(here, object_to_it, why, token=of(village))) == (403, "own-proposal")
    await pass_days(here, 29)
    objected = await made(here, object_to_it, {"reason": "Masih ada tugas"}, token=of(police))
    assert (objected["state"], objected["proposed_ending"]) == ("signed", None)
    await pass_days(here, 29)
    assert (await got(here, path))["state"] == "signed"
    withdraw_it, again = f"{path}/withdraw-ending", {"reason": "Sudah dibicarakan"}
    assert problem(await post(here, withdraw_it, again, token=of(village))) == (409, "no-ending-proposed")
    await made(here, propose_it, why, token=of(village))
    assert problem(await post(here, withdraw_it, again, token=of(police))) == (403, "proposal-of-another")
    assert problem(await post(here, withdraw_it, again, token=of(radio))) == (403, "only-an-observer")
    withdrawn = await made(here, withdraw_it, again, token=of(village))
    assert (withdrawn["state"], withdrawn["proposed_ending"]) == ("signed", None)
    await pass_days(here, 31)
    assert (await got(here, path))["state"] == "signed"
    await made(here, propose_it, why, token=of(village))
    await pass_days(here, 29.9)
    assert (await got(here, path))["state"] == "signed"
    await pass_days(here, 0.2)
    ended = await got(here, path)
    assert (ended["state"], ended["end_reason"], ended["proposed_ending"]) == ("ended", why["reason"], None)
    assert ended["ended_on_proposal_of"] == str(village)
    assert (await events(here, path))[-6:] == [
        "ending-proposed",
        "ending-objected",
        "ending-proposed",
        "ending-withdrawn",
        "ending-proposed",
        "partnership-ended",
    ]


async def test_the_proposal_of_a_party_that_leaves_ends_nothing(here: System) -> None:
    partnership, (_, _, school) = await signed(here, "lead", "member", "member")
    path, token = f"/partnerships/{partnership}", here.representative(school)
    await made(here, f"{path}/propose-ending", {"reason": "Tidak sejalan"}, token=token)
    await made(here, f"{path}/leave", {"reason": "Pindah"}, token=token)
    assert (await got(here, path))["proposed_ending"] is None
    await pass_days(here, 31)
    assert (await got(here, path))["state"] == "signed"


async def test_who_is_only_invited_does_nothing_else(here: System) -> None:
    partnership, both = await signed(here, "lead", "member")
    stranger = await of_another_agency(here)
    path, token = f"/partnerships/{partnership}", speaker(here, stranger)
    await made(here, f"{path}/parties", terms(stranger))
    ceremony = {"title": "Peluncuran", "on": "2026-01-05", "organisations": [str(both[0])]}
    assert problem(await post(here, f"{path}/ceremonies", ceremony, token=token)) == (403, "not-accepted-yet")
    named = ceremony | {"organisations": [str(stranger)]}
    assert problem(await post(here, f"{path}/ceremonies", named)) == (422, "organisation-not-a-party")
    contacts = await here.call("GET", f"{BASE}{path}/contacts", token=token)
    assert contacts.status in (403, 404) or contacts.body["items"] == []


async def test_each_signatory_confirms_its_own_signing(here: System) -> None:
    partnership, both = await signed(here, "lead", "member")
    stranger = await of_another_agency(here)
    path = f"/partnerships/{partnership}"
    await made(here, f"{path}/parties", terms(stranger))
    body = {
        "partnership_id": partnership,
        "kind": "pks",
        "number": "PKS/1/2026",
        "title": "Perjanjian palsu",
        "signed_on": "1999-01-01",
        "in_force_from": "2026-01-05",
        "signatories": [str(both[0]), str(stranger)],
    }
    assert problem(await post(here, "/agreements", body)) == (422, "organisation-not-a-party")
    await made(here, f"{path}/acceptance", None, token=speaker(here, stranger))
    assert problem(await post(here, "/agreements", body)) == (403, "not-bound-yet")
    await propose(here, partnership, both[0])
    for organisation in both:
        await sign(here, partnership, organisation, version=2)
    await made(here, f"{path}/signatures", {"charter_version": 2}, token=speaker(here, stranger))
    waits = await made(here, "/agreements", body)
    assert waits["state"] == "unconfirmed"
    assert (await here.call("GET", f"{BASE}/agreements/{waits['id']}")).status == 404
    assert waits["id"] not in await told(here, partnership)
    confirm = f"/agreements/{waits['id']}/confirmations"
    assert problem(await post(here, confirm, token=here.representative(both[1]))) == (403, "not-a-signatory")
    own = await post(here, confirm, token=here.representative(both[0]))
    assert problem(own) == (409, "confirmed-already")
    done = await made(here, confirm, None, token=speaker(here, stranger))
    assert done["state"] == "in_force"
    assert (await public(here, f"/agreements/{waits['id']}"))["state"] == "in_force"


@pytest.mark.parametrize("end", ["membership", "retirement"])
async def test_whom_the_registry_knows_to_have_left_signs_nothing(here: System, end: str) -> None:
    partnership, both = await formed(here, "lead", "member")
    await propose(here, partnership, both[0])
    person = await member(here, both[1])
    token = here.token("representative", organisation=both[1], person=person)
    if end == "membership":
        (running,) = (await got(here, f"/memberships?person_id={person}"))["items"]
        await made(here, f"/memberships/{running['id']}/end", {"until": "2026-01-05"})
    else:
        await made(here, f"/persons/{person}/retire", None)
    path = f"/partnerships/{partnership}/signatures"
    assert problem(await post(here, path, {"charter_version": 1}, token=token)) == (
        403,
        "left-the-organisation",
    )
    never = (await made(here, "/persons", {"name": "Tanpa keanggotaan"}))["id"]
    stranger = here.token("representative", organisation=both[1], person=never)
    assert (await post(here, path, {"charter_version": 1}, token=stranger)).status == 403
    back = await member(here, both[1], "Kembali")
    token = here.token("representative", organisation=both[1], person=back)
    assert (await post(here, path, {"charter_version": 1}, token=token)).status == 201


async def test_names_are_the_same_and_found_by_their_letters(here: System) -> None:
    body = {"name": "Paguyuban Éling Ma'arif", "kind": "community", "area": "35.15"}
    first = await made(here, "/organisations", body)
    for same in ("PAGUYUBAN ÉLING MA’ARIF", "Paguyuban  E\u0301ling Maʿarif"):
        assert problem(await post(here, "/organisations", body | {"name": same})) == (409, "name-taken")
    for q in ("éling", "E\u0301LING", "maarif", "MA‘ARIF"):
        found = await here.call("GET", f"{BASE}/organisations?q={q}")
        assert [item["id"] for item in found.body["items"]] == [first["id"]], q
    amended = body | {"name": "PAGUYUBAN ÉLING MAARIF"}
    await made(here, f"/organisations/{first['id']}/amend", {"name": amended["name"], "area": "35.15"})
    person = await made(here, "/persons", {"name": "Nuraʾini Élsa"})
    for q in ("nuraini", "élsa", "NURA'INI"):
        assert [item["id"] for item in (await got(here, f"/persons?q={q}"))["items"]] == [person["id"]], q
