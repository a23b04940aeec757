"""Terms of parties: the lead handed over, roles changed by consent, terms amended, benefits confirmed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests.partners.world import (
    BASE,
    events,
    got,
    made,
    other_agency,
    post,
    problem,
    propose,
    sign,
    signed,
)
from tests.support.system import System

WHY = {"reason": "Kepemimpinan bergilir"}


def roles(partnership: dict[str, Any]) -> list[str]:
    """The roles of the parties, in the order in which they joined."""
    return [party["role"] for party in partnership["parties"]]


async def test_the_lead_is_handed_over_and_the_previous_lead_may_leave(here: System) -> None:
    partnership, (police, village, school, radio) = await signed(here, "lead", "member", "member", "observer")
    path, of = f"/partnerships/{partnership}", here.representative
    offer, accept = f"{path}/lead/offer", f"{path}/lead/accept"

    def to(organisation: UUID) -> dict[str, Any]:
        return WHY | {"organisation_id": str(organisation)}

    for by, body, refusal in (
        (here.token("coordinator"), to(village), (403, "role-missing")),
        (of(village), to(village), (403, "not-the-lead")),
        (of(police), to(radio), (403, "only-an-observer")),
        (of(police), to(police), (409, "leads-already")),
        (of(police), to(UUID(int=1)), (422, "organisation-not-a-party")),
    ):
        assert problem(await post(here, offer, body, token=by)) == refusal
    assert problem(await post(here, accept, token=of(village))) == (409, "lead-not-offered")
    offered = await made(here, offer, to(village), token=of(police))
    assert [party["offered_lead"] for party in offered["parties"]] == [False, True, False, False]
    public = (await here.call("GET", BASE + path)).body
    assert not any(party["offered_lead"] for party in public["parties"])
    assert problem(await post(here, accept, token=of(school))) == (409, "lead-not-offered")
    leave = f"{path}/leave"
    assert problem(await post(here, leave, WHY, token=of(police))) == (409, "lead-cannot-leave")
    taken = await made(here, accept, None, token=of(village))
    assert roles(taken) == ["member", "lead", "member", "observer"]
    assert problem(await post(here, accept, token=of(village))) == (409, "lead-not-offered")
    plan = {"plan": "Serah terima"}
    assert problem(await post(here, f"{path}/exit-plan", plan, token=of(police))) == (403, "not-the-lead")
    await made(here, f"{path}/exit-plan", plan, token=of(village))
    await made(here, offer, to(school), token=of(village))
    await made(here, accept, None, token=of(school))
    left = await made(here, leave, WHY, token=of(village))
    assert roles(left) == ["member", "lead", "observer"]
    told = [event["event"] for event in (await here.call("GET", f"{BASE}{path}/timeline")).body]
    assert (told.count("lead-handed-over.v1"), told.count("lead-offered.v1")) == (2, 0)
    (first, _) = [
        event for event in await got(here, f"{path}/timeline") if event["event"] == "lead-handed-over.v1"
    ]
    assert (first["data"]["before"], first["data"]["after"]) == (str(police), str(village))


async def test_a_party_amends_what_it_gives_and_gains_and_the_earlier_terms_stay_readable(
    here: System,
) -> None:
    partnership, (police, village) = await signed(here, "lead", "member")
    path, of = f"/partnerships/{partnership}", here.representative
    body = {"contributes": "Balai dan ronda", "gains": "Jalan aman", "reason": "Balai selesai dibangun"}

    async def amend(token: str) -> Any:
        return await here.call("PUT", f"{BASE}{path}/terms", body, token=token)

    assert problem(await amend(here.token("coordinator"))) == (403, "role-missing")
    assert problem(await amend(of(UUID(int=1)))) == (403, "not-a-party")
    amended = await amend(of(village))
    assert (amended.status, amended.body["parties"][1]["contributes"]) == (200, "Balai dan ronda")
    assert amended.body["parties"][0]["contributes"] == "work"
    assert problem(await amend(of(village))) == (409, "same-terms")
    last = (await got(here, f"{path}/timeline"))[-1]
    assert last["event"] == "party-amended.v1"
    assert last["data"]["before"] == {"role": "member", "contributes": "work", "gains": "safety"}
    assert last["data"]["after"]["gains"] == "Jalan aman"
    signing = next(
        event for event in await got(here, f"{path}/timeline") if event["event"] == "partnership-signed.v2"
    )
    assert [party["gains"] for party in signing["data"]["parties"]] == ["safety", "safety"]
    assert str(police) in str(signing["data"])


async def test_a_role_changes_by_the_consent_of_the_party_and_of_the_lead(here: System) -> None:
    partnership, (police, village, school) = await signed(here, "lead", "member", "member")
    path, of = f"/partnerships/{partnership}", here.representative
    base = f"{path}/parties/{school}"
    observer, member = WHY | {"role": "observer"}, WHY | {"role": "member"}
    for by, body, refusal in (
        (of(village), observer, (403, "not-the-lead")),
        (of(school), member, (409, "same-terms")),
        (of(school), WHY | {"role": "lead"}, (422, "invalid-request")),
        (other_agency(here, "coordinator"), observer, (403, "role-missing")),
    ):
        assert problem(await post(here, f"{base}/propose-role", body, token=by)) == refusal
    lead = f"{path}/parties/{police}/propose-role"
    assert problem(await post(here, lead, observer, token=of(police))) == (409, "leads-already")
    agree = f"{base}/agree-to-role"
    assert problem(await post(here, agree, WHY, token=of(police))) == (409, "no-role-proposed")
    await made(here, f"{base}/propose-role", observer, token=of(school))
    assert problem(await post(here, agree, WHY, token=of(school))) == (403, "own-role-proposal")
    assert problem(await post(here, agree, WHY, token=of(village))) == (403, "not-the-lead")
    changed = await made(here, agree, WHY, token=of(police))
    assert roles(changed) == ["lead", "member", "observer"]
    assert (changed["parties"][2]["bound"], changed["charter_due"]) == (False, True)
    # A new member is bound by the next charter that it signs with the others.
    await propose(here, partnership, police)
    for organisation in (police, village):
        await sign(here, partnership, organisation, version=2)
    await made(here, f"{base}/propose-role", member, token=of(police))
    assert problem(await post(here, agree, WHY, token=of(police))) == (403, "own-role-proposal")
    changed = await made(here, agree, WHY, token=of(school))
    assert (roles(changed)[2], changed["parties"][2]["bound"]) == ("member", False)
    await propose(here, partnership, police)
    for organisation in (police, village, school):
        assert (await sign(here, partnership, organisation, version=3)).status == 201
    assert all(party["bound"] for party in (await got(here, path))["parties"])
    assert (await events(here, path)).count("party-amended") == 2


async def test_those_who_sign_stay_police_and_others(here: System) -> None:
    partnership, (police, village) = await signed(here, "lead", "member")
    base = f"/partnerships/{partnership}/parties/{village}"
    observer = WHY | {"role": "observer"}
    await made(here, f"{base}/propose-role", observer, token=here.representative(village))
    refused = await post(here, f"{base}/agree-to-role", WHY, token=here.representative(police))
    assert problem(refused) == (422, "parties-too-few")


async def test_a_party_confirms_its_own_benefit(here: System) -> None:
    partnership, (police, village) = await signed(here, "lead", "member")
    path, token = f"/partnerships/{partnership}", here.representative(village)
    body = {"benefit": "Pencurian berkurang sejak ronda bersama", "on": "2026-01-04"}
    confirm = f"{path}/benefits"
    assert problem(await post(here, confirm, body)) == (403, "role-missing")
    stranger = here.representative(UUID(int=1))
    assert problem(await post(here, confirm, body, token=stranger)) == (403, "not-a-party")
    to_come = body | {"on": "2026-01-06"}
    assert problem(await post(here, confirm, to_come, token=token)) == (422, "day-to-come")
    await made(here, confirm, body, token=token)
    public = (await here.call("GET", BASE + path)).body
    assert [
        [(benefit["text"], benefit["on"]) for benefit in party["benefits"]] for party in public["parties"]
    ] == [[], [(body["benefit"], "2026-01-04")]]
    last = (await got(here, f"{path}/timeline"))[-1]
    assert (last["event"], last["data"]["organisation_id"]) == ("benefit-confirmed.v1", str(village))
    assert (last["data"]["gains"], last["data"]["on"]) == ("safety", "2026-01-04")
    assert str(police) not in str(last["data"])
