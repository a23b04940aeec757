"""The parties agree on a charter, version by version, and each of them signs it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.partners.model.charter import Charter, changes
from shared.clock import MovableClock
from tests.partners.world import (
    BASE,
    CHARTER,
    formed,
    got,
    post,
    problem,
    propose,
    sign,
    signed,
    withdraw,
)
from tests.support.system import System


async def test_the_last_signature_puts_a_partnership_in_force(here: System) -> None:
    partnership, (lead, member, observer) = await formed(here, "lead", "member", "observer")
    assert (await propose(here, partnership, lead)).status == 201
    first = await sign(here, partnership, lead)
    assert (first.status, first.body["state"]) == (201, "proposed")
    last = await sign(here, partnership, member)
    assert (last.status, last.body["state"]) == (201, "signed")
    assert last.body["signed_at"] is not None
    timeline = await got(here, f"/partnerships/{partnership}/timeline")
    assert [event["event"] for event in timeline] == [
        "partnership-formed.v2",
        "charter-proposed.v1",
        "charter-endorsed.v1",
        "charter-endorsed.v1",
        "partnership-signed.v2",
    ]
    assert timeline[1]["data"]["means"] == CHARTER["means"]
    refused = await sign(here, partnership, observer)
    assert problem(refused) == (409, "charter-not-proposed")


async def test_a_new_charter_version_needs_every_signature_again(here: System) -> None:
    partnership, (lead, member) = await formed(here, "lead", "member")
    await propose(here, partnership, lead)
    await sign(here, partnership, lead)
    await propose(here, partnership, lead)
    assert problem(await sign(here, partnership, member, version=1)) == (412, "charter-unread")
    await sign(here, partnership, member, version=2)
    assert (await got(here, f"/partnerships/{partnership}"))["state"] == "proposed"
    assert (await sign(here, partnership, lead, version=2)).body["state"] == "signed"


async def test_a_new_proposal_leaves_the_charter_in_force(here: System) -> None:
    partnership, (lead, member) = await signed(here, "lead", "member")
    path = f"/partnerships/{partnership}"
    before = await got(here, path)
    assert (before["charter_in_force"], before["proposed_charter"]) == (1, None)
    proposed = (await propose(here, partnership, lead, vision="Hidup jauh lebih baik")).body
    assert (proposed["state"], proposed["charter_version"], proposed["charter_in_force"]) == ("signed", 2, 1)
    for name in ("vision", "signed_at", "parties"):
        assert proposed[name] == before[name], name
    assert [item["id"] for item in (await got(here, "/partnerships?state=signed"))["items"]] == [partnership]
    half = (await sign(here, partnership, member, version=2)).body
    assert half["vision"] == before["vision"]
    proposal = half["proposed_charter"]
    assert (proposal["number"], proposal["vision"]) == (2, "Hidup jauh lebih baik")
    assert [endorsement["organisation_id"] for endorsement in proposal["endorsements"]] == [str(member)]
    whole = (await sign(here, partnership, lead, version=2)).body
    assert (whole["charter_in_force"], whole["proposed_charter"]) == (2, None)
    assert whole["vision"] == "Hidup jauh lebih baik"
    told = [
        event for event in await got(here, f"{path}/timeline") if event["event"] == "partnership-signed.v2"
    ]
    assert [item["data"]["charter_version"] for item in told] == [1, 2]


async def test_the_lead_takes_a_proposal_back(here: System) -> None:
    partnership, (lead, member) = await formed(here, "lead", "member")
    assert problem(await withdraw(here, partnership, lead)) == (409, "charter-not-proposed")
    await propose(here, partnership, lead)
    assert problem(await withdraw(here, partnership, member)) == (403, "not-the-lead")
    assert (await withdraw(here, partnership, lead)).body["state"] == "forming"
    assert problem(await sign(here, partnership, lead)) == (409, "charter-not-proposed")
    await propose(here, partnership, lead)
    for organisation in (lead, member):
        await sign(here, partnership, organisation, version=2)
    await propose(here, partnership, lead)
    await sign(here, partnership, member, version=3)
    back = (await withdraw(here, partnership, lead)).body
    assert (back["state"], back["charter_in_force"], back["proposed_charter"]) == ("signed", 2, None)
    assert (back["charter_version"], back["charter_due"]) == (3, False)
    assert problem(await sign(here, partnership, lead, version=3)) == (409, "charter-signed-already")
    last = (await got(here, f"/partnerships/{partnership}/timeline"))[-1]
    assert (last["event"], last["reason"], last["data"]["charter_version"]) == (
        "charter-withdrawn.v1",
        "Perlu dibahas lagi",
        3,
    )
    charters = await got(here, f"/partnerships/{partnership}/charters")
    assert [charter["withdrawn_at"] is None for charter in charters] == [False, True, False]


async def test_one_person_signs_for_one_party(here: System) -> None:
    partnership, (lead, member) = await formed(here, "lead", "member")
    await propose(here, partnership, lead)
    path, body = f"/partnerships/{partnership}/signatures", {"charter_version": 1}
    hats = [here.token("representative", organisation=sign, person="p-9") for sign in (lead, member)]
    assert (await post(here, path, body, token=hats[0])).status == 201
    assert problem(await post(here, path, body, token=hats[1])) == (403, "signed-for-another-party")
    assert (await sign(here, partnership, member)).body["state"] == "signed"


async def test_who_may_propose_and_sign(here: System) -> None:
    partnership, (lead, member, observer) = await formed(here, "lead", "member", "observer")
    assert problem(await sign(here, partnership, lead)) == (409, "charter-not-proposed")
    assert problem(await propose(here, partnership, member)) == (403, "not-the-lead")
    assert problem(await propose(here, partnership, uuid4())) == (404, "unknown-aggregate")
    await propose(here, partnership, lead)
    assert problem(await sign(here, partnership, observer)) == (409, "observers-do-not-sign")
    assert problem(await sign(here, partnership, uuid4())) == (404, "unknown-aggregate")
    await sign(here, partnership, lead)
    assert problem(await sign(here, partnership, lead)) == (409, "charter-signed-already")
    path = f"/partnerships/{partnership}/signatures"
    assert problem(await post(here, path, {"charter_version": 1})) == (403, "role-missing")
    nobody = await here.call("POST", f"{BASE}{path}", {"charter_version": 1})
    assert problem(nobody) == (401, "sign-in-first")
    assert nobody.headers["WWW-Authenticate"].startswith("Bearer")
    await sign(here, partnership, member)
    # Now it is a public record: a stranger sees it, and still has no part in it.
    assert problem(await propose(here, partnership, uuid4())) == (403, "not-the-lead")
    assert problem(await sign(here, partnership, uuid4())) == (403, "not-a-party")


@pytest.mark.parametrize(
    "changed",
    [
        {"means": []},
        {"means": ["threaten"]},
        {"vision": "x\0y"},
        {"means": ["act"] * 6},
    ],
)
async def test_a_charter_says_by_which_means(here: System, changed: dict[str, object]) -> None:
    partnership, (lead, _) = await formed(here, "lead", "member")
    assert problem(await propose(here, partnership, lead, **changed)) == (422, "invalid-request")


async def test_every_version_is_kept_with_its_endorsements(here: System) -> None:
    partnership, (lead, member) = await formed(here, "lead", "member")
    await propose(here, partnership, lead)
    await sign(here, partnership, member)
    await propose(here, partnership, lead, vision="Hidup jauh lebih baik", means=["act", "protect", "act"])
    for organisation in (lead, member):
        await sign(here, partnership, organisation, version=2)
    path = f"/partnerships/{partnership}/charters"
    first, second = await got(here, path)
    assert (first["number"], first["endorsed_at"], first["vision"]) == (1, None, "Hidup lebih baik")
    assert [endorsement["organisation_id"] for endorsement in first["endorsements"]] == [str(member)]
    assert second["endorsed_at"] is not None
    assert second["means"] == ["act", "protect"]
    assert {endorsement["organisation_name"] for endorsement in second["endorsements"]} == {
        "Organisasi 0",
        "Organisasi 1",
    }
    assert second["proposed_by"] == str(lead)
    assert await got(here, f"{path}/2") == second
    for number, status in (("3", 404), ("0", 422), ("9" * 30, 422)):
        assert (await here.call("GET", f"{BASE}{path}/{number}")).status == status


async def test_what_changed_is_shown_word_by_word(here: System) -> None:
    partnership, (lead, _) = await formed(here, "lead", "member")
    await propose(here, partnership, lead)
    await propose(
        here, partnership, lead, vision="Hidup jauh lebih aman", means=["educate", "protect", "act"]
    )
    path = f"/partnerships/{partnership}/charters/2/changes"
    shown = await got(here, path)
    assert (shown["number"], shown["since"]) == (2, 1)
    fields = {field["field"]: field["parts"] for field in shown["fields"]}
    assert fields["vision"] == [
        {"kind": "same", "text": "Hidup"},
        {"kind": "added", "text": " jauh"},
        {"kind": "same", "text": " lebih"},
        {"kind": "removed", "text": " baik"},
        {"kind": "added", "text": " aman"},
    ]
    assert fields["means"] == [
        {"kind": "same", "text": "educate"},
        {"kind": "removed", "text": "coordinate"},
        {"kind": "added", "text": "protect"},
        {"kind": "same", "text": "act"},
    ]
    assert [item["kind"] for item in fields["mission"]] == ["same"]
    assert await got(here, f"{path}?since=1") == shown
    back = {field["field"]: field["parts"] for field in (await got(here, f"{path}?since=2"))["fields"]}
    assert [item["kind"] for item in back["vision"]] == ["same"]
    auditor = here.token("auditor")
    unknown = await here.call("GET", f"{BASE}{path}?since=7", token=auditor)
    assert problem(unknown) == (404, "charter-unknown")


WORDS = st.text(alphabet="ab \n", min_size=1, max_size=60)


@given(WORDS, WORDS)
def test_the_parts_of_a_difference_make_up_both_texts(earlier: str, later: str) -> None:
    lead, now = uuid4(), MovableClock().now()
    before = Charter(1, earlier, "mm", ["act"], lead, now)
    after = Charter(2, later, "mm", ["act", "protect"], lead, now)
    parts = changes(before, after)["vision"]
    assert "".join(part.text for part in parts if part.kind != "added") == earlier
    assert "".join(part.text for part in parts if part.kind != "removed") == later
    assert all(text.kind == "same" for text in changes(before, before)["vision"])
