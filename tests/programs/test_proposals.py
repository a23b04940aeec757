"""A programme is proposed by a party, and approved by all bound parties or by their board."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.programs.model.program import Program
from services.programs.model.proposal import EndorsedAlready
from shared.clock import MovableClock
from shared.contracts.partners import AttendanceCorrected, PartyLeft
from shared.contracts.vocabulary import Phase, ProgramState
from shared.identity.actor import Actor
from shared.refusal import Refusal
from tests.programs.measures import Joint, kind
from tests.programs.test_program_rules import NOW
from tests.programs.world import (
    AGENCY,
    BASE,
    act,
    approved,
    complete,
    decision,
    end,
    events,
    hear,
    on_proposal,
    plan,
    propose,
    registered,
    signed,
    told,
)
from tests.support.system import System


def left(partnership_id: UUID, organisation_id: UUID) -> PartyLeft:
    return PartyLeft(
        partnership_id=partnership_id, party_id=uuid4(), organisation_id=organisation_id, reason="Pindah"
    )


async def test_the_last_endorsement_of_the_bound_parties_approves(here: System) -> None:
    partnership = await signed(here)
    stages = [
        plan("Satu", partnership.police, Phase.HANDLING, co_responsible=[str(partnership.village)]),
        plan("Dua", partnership.village),
    ]
    made = await propose(here, partnership, partnership.village, stages=stages)
    program = made.body
    assert (made.status, program["state"], program["approved_at"]) == (201, "proposed", None)
    assert (program["proposed_by"], program["revision"]) == (str(partnership.village), 1)
    assert program["endorsed_by"] == [str(partnership.village)], "who proposes endorses"
    observer = await on_proposal(here, program, "endorse", partnership.school)
    assert kind(observer) == (403, "not-a-party")
    again = await on_proposal(here, program, "endorse", partnership.village)
    assert kind(again) == (409, "endorsed-already")
    last = await on_proposal(here, program, "endorse", partnership.police)
    assert (last.status, last.body["state"]) == (200, "approved")
    assert last.body["stages"][0]["co_responsible"] == [str(partnership.village)]
    proposed, first, second, event = await events(here, "programs", program["id"])
    assert proposed["event"] == "programme-proposed.v1"
    assert (proposed["data"]["proposed_by"], proposed["data"]["revision"]) == (str(partnership.village), 1)
    assert [item["data"]["organisation_id"] for item in (first, second)] == [
        str(partnership.village),
        str(partnership.police),
    ]
    data = event["data"]
    assert (event["event"], data["proposed_by"]) == ("programme-approved.v3", str(partnership.village))
    assert data["endorsed_by"] == [str(partnership.village), str(partnership.police)]
    assert (data["decision_id"], data["budget"]) == (None, None)
    assert data["stages"][0]["phase"] == "handling"
    assert data["stages"][0]["co_responsible"] == [str(partnership.village)]
    done = await on_proposal(here, program, "endorse", partnership.police)
    assert kind(done) == (409, "act-impossible")


async def test_nothing_begins_before_the_approval(here: System) -> None:
    partnership = await signed(here)
    program = (await propose(here, partnership)).body
    joint = Joint(here, partnership, program)
    reason = {"reason": "Batal"}
    for position, verb, body in ((1, "start", None), (1, "skip", reason)):
        refused = await act(here, program, position, verb, partnership.police, body)
        assert kind(refused) == (409, "act-impossible")
    for path, body in (
        ("activities", joint.activity()),
        ("contributions", joint.contribution()),
        ("indicators", joint.indicator()),
    ):
        assert kind(await joint.post(path, body, partnership.police)) == (409, "not-approved-yet")
    for verb, body in (("close", {}), ("abandon", reason)):
        answer = await joint.post(f"programs/{program['id']}/{verb}", body, partnership.police)
        assert kind(answer) == (409, "act-impossible")
    xml = await here.call("GET", f"{BASE}/iati.xml")
    assert program["id"] not in str(xml.body), "what is only proposed is not reported"
    calendar = await here.call("GET", f"{BASE}/partnerships/{partnership.id}/calendar.ics")
    assert "stage-" not in str(calendar.body)


async def test_a_decision_of_the_partnerships_own_board_approves(here: System) -> None:
    partnership, other = await signed(here), await signed(here)
    program = (await propose(here, partnership)).body
    coordinator = here.token("coordinator")
    theirs = await decision(here, other.id)
    for unknown in (str(uuid4()), theirs):
        answer = await on_proposal(here, program, "approve", coordinator, decision_id=unknown)
        assert kind(answer) == (422, "decision-unknown")
    meeting = uuid4()
    spoken = await decision(here, partnership.id, minuted=False)
    answer = await on_proposal(here, program, "approve", partnership.village, decision_id=spoken)
    assert kind(answer) == (409, "decision-not-minuted")
    taken = await decision(here, partnership.id)
    answer = await on_proposal(here, program, "approve", partnership.village, decision_id=taken)
    assert (answer.status, answer.body["state"]) == (200, "approved")
    assert answer.body["approval_decision_id"] == taken
    event = (await events(here, "programs", program["id"]))[-1]
    assert event["data"]["decision_id"] == taken
    assert event["data"]["endorsed_by"] == [str(partnership.police)], "who else had endorsed it"
    # Meetings without a quorum decide nothing.
    second = (await propose(here, partnership)).body
    lost = await decision(here, partnership.id, meeting)
    await hear(
        here,
        AttendanceCorrected(
            meeting_id=meeting,
            board_id=uuid4(),
            partnership_id=partnership.id,
            title="Rapat",
            seats=5,
            present=1,
            quorate=False,
            attendees=(),
            reason="Salah catat",
        ),
    )
    answer = await on_proposal(here, second, "approve", coordinator, decision_id=lost)
    assert kind(answer) == (422, "decision-unknown")


async def test_a_coordinator_writes_a_proposal_down_and_endorses_nothing(here: System) -> None:
    partnership = await signed(here)
    coordinator = here.token("coordinator")
    unnamed = await propose(here, partnership, coordinator)
    assert kind(unnamed) == (422, "party-not-named")
    observer = await propose(here, partnership, coordinator, proposed_by=str(partnership.school))
    assert kind(observer) == (422, "party-not-bound")
    made = await propose(here, partnership, coordinator, proposed_by=str(partnership.village))
    assert (made.body["state"], made.body["endorsed_by"]) == ("proposed", [])
    refused = await on_proposal(here, made.body, "endorse", coordinator)
    assert kind(refused) == (403, "role-missing")
    for party in (partnership.police, partnership.village):
        answer = await on_proposal(here, made.body, "endorse", party)
    assert answer.body["state"] == "approved"


async def test_a_party_declines_and_the_proposal_is_revised(here: System) -> None:
    partnership = await signed(here)
    program = (await propose(here, partnership)).body
    declined = await on_proposal(here, program, "decline", partnership.village, reason="Terlalu mahal")
    assert (declined.status, declined.body["state"]) == (200, "declined")
    assert (declined.body["declined_by"], declined.body["declined_reason"]) == (
        str(partnership.village),
        "Terlalu mahal",
    )
    late = await on_proposal(here, program, "endorse", partnership.police)
    assert kind(late) == (409, "act-impossible")
    revision = {
        "title": "Malam tanpa balap liar, lebih hemat",
        "objectives": ["Lebih sedikit korban"],
        "stages": [plan("Patroli", partnership.police), plan("Ronda", partnership.village)],
    }
    path = f"{BASE}/programs/{program['id']}/revise"
    other = await here.call("POST", path, revision, token=here.representative(partnership.village))
    assert kind(other) == (403, "not-the-proposer")
    revised = await here.call("POST", path, revision, token=here.representative(partnership.police))
    assert (revised.status, revised.body["state"], revised.body["revision"]) == (200, "proposed", 2)
    assert revised.body["endorsed_by"] == [str(partnership.police)], "the others endorse again"
    assert (revised.body["declined_by"], revised.body["declined_reason"]) == (None, "")
    assert [stage["title"] for stage in revised.body["stages"]] == ["Patroli", "Ronda"]
    unread = await on_proposal(here, program, "endorse", partnership.village)
    assert kind(unread) == (412, "proposal-unread")
    assert "2" in unread.body["detail"]
    done = await on_proposal(here, revised.body, "endorse", partnership.village)
    assert (done.body["state"], done.body["title"]) == ("approved", revision["title"])
    assert await told(here, "programs", program["id"]) == [
        "programme-proposed",
        "programme-endorsed",
        "programme-declined",
        "programme-proposed",
        "programme-endorsed",
        "programme-endorsed",
        "programme-approved",
    ]


async def test_the_board_may_decide_what_a_party_declined(here: System) -> None:
    partnership = await signed(here)
    program = (await propose(here, partnership)).body
    await on_proposal(here, program, "decline", partnership.village, reason="Terlalu mahal")
    taken = await decision(here, partnership.id)
    answer = await on_proposal(here, program, "approve", partnership.police, decision_id=taken)
    assert (answer.status, answer.body["state"]) == (200, "approved")


async def test_only_the_proposing_party_withdraws(here: System) -> None:
    partnership = await signed(here)
    program = (await propose(here, partnership)).body
    path, reason = f"{BASE}/programs/{program['id']}/withdraw", {"reason": "Salah alamat"}
    other = await here.call("POST", path, reason, token=here.representative(partnership.village))
    assert kind(other) == (403, "not-the-proposer")
    unnamed = await here.call("POST", path, reason, token=here.token("coordinator"))
    assert kind(unnamed) == (422, "party-not-named")
    gone = await here.call("POST", path, reason, token=here.representative(partnership.police))
    assert (gone.body["state"], gone.body["withdrawn_reason"]) == ("withdrawn", "Salah alamat")
    late = await on_proposal(here, program, "endorse", partnership.village)
    assert kind(late) == (409, "act-impossible")


async def test_one_person_endorses_for_one_party(here: System) -> None:
    partnership = await signed(here)
    tokens = [
        here.key.mint(Actor("p-7", AGENCY, party, frozenset({"representative"})), clock=here.clock)
        for party in (partnership.police, partnership.village)
    ]
    program = (await propose(here, partnership, tokens[0])).body
    refused = await on_proposal(here, program, "endorse", tokens[1])
    assert kind(refused) == (403, "endorsed-for-another-party")


async def test_a_proposal_does_not_wait_for_a_party_that_left(here: System) -> None:
    partnership = await signed(here)
    program = (await propose(here, partnership, stages=[plan("Satu", partnership.police)])).body
    await hear(here, left(partnership.id, partnership.village))
    answer = await on_proposal(here, program, "endorse", partnership.police)
    assert (answer.status, answer.body["state"]) == (200, "approved")
    assert await told(here, "programs", program["id"]) == [
        "programme-proposed",
        "programme-endorsed",
        "programme-approved",
    ]


async def test_what_became_impossible_meanwhile_is_not_approved(here: System) -> None:
    partnership = await signed(here)
    first = await approved(here, partnership, stages=[plan("Satu", partnership.police)])
    await complete(here, first, 1, partnership.police, partnership.village)
    await end(here, first, "close", partnership.police)
    rivals = [(await propose(here, partnership, previous_id=first["id"])).body for _ in range(2)]
    assert [rival["state"] for rival in rivals] == ["proposed", "proposed"]
    won = await on_proposal(here, rivals[0], "endorse", partnership.village)
    assert (won.body["state"], won.body["cycle"]) == ("approved", 2)
    lost = await on_proposal(here, rivals[1], "endorse", partnership.village)
    assert kind(lost) == (409, "previous-continued-already")
    theirs = (await propose(here, partnership)).body
    await hear(here, left(partnership.id, partnership.village))
    refused = await on_proposal(here, theirs, "endorse", partnership.police)
    assert kind(refused) == (422, "responsible-is-no-party")


async def test_a_revision_keeps_nothing_of_the_earlier_one(here: System) -> None:
    partnership = await signed(here)
    problem = await registered(here, partnership)
    program = (
        await propose(
            here,
            partnership,
            problems=[problem["id"]],
            budget={"amount": 5, "currency": "IDR"},
            context="Jalan lingkar",
        )
    ).body
    path = f"{BASE}/programs/{program['id']}/revise"
    body: dict[str, Any] = {
        "title": "Ronda",
        "objectives": ["Aman"],
        "problems": [problem["id"]],
        "stages": [plan("Satu", partnership.village)],
    }
    token = here.representative(partnership.police)
    revised = (await here.call("POST", path, body, token=token)).body
    assert (revised["context"], revised["budget"], revised["problems"]) == ("", None, [problem["id"]])
    found = await here.call("GET", f"{BASE}/programs?q=lingkar")
    assert found.body["items"] == []


async def test_an_approval_entered_afterwards_has_its_day(here: System, clock: MovableClock) -> None:
    partnership = await signed(here)
    program = (await propose(here, partnership, on="2025-11-01")).body
    early = await on_proposal(here, program, "endorse", partnership.village, on="2025-10-01")
    assert early.status == 422
    answer = await on_proposal(here, program, "endorse", partnership.village, on="2025-11-03")
    assert answer.body["approved_at"].startswith("2025-11-02T17"), "midnight in Jakarta"
    assert answer.body["entered_afterwards"] is True


PARTIES = [uuid4() for _ in range(3)]


class OneProposal(RuleBasedStateMachine):
    """Random acts of three parties, of which some leave, and of a board."""

    def __init__(self) -> None:
        super().__init__()
        self.bound = set(PARTIES)
        self.program = Program(
            uuid4(), "polresta-contoh", uuid4(), "Program", "", ["Aman"], NOW, proposed_by=PARTIES[0]
        )
        self.endorsed: set[UUID] = set()
        self.decided = False

    @rule(party=st.sampled_from(PARTIES), person=st.sampled_from("abcd"), behind=st.integers(0, 1))
    def endorse(self, party: UUID, person: str, behind: int) -> None:
        try:
            complete = self.program.endorse(party, person, self.program.revision - behind, self.bound)
        except Refusal as refusal:
            if isinstance(refusal, EndorsedAlready):
                assert not self.bound <= self.endorsed
            return
        assert behind == 0
        self.endorsed.add(party)
        assert complete == (self.bound <= self.endorsed)
        if complete:
            self.program.approve(NOW)

    @rule(party=st.sampled_from(PARTIES))
    def decline(self, party: UUID) -> None:
        try:
            self.program.decline(party, self.program.revision, "Mahal")
        except Refusal:
            assert self.program.state is not ProgramState.PROPOSED

    @rule()
    def revise(self) -> None:
        try:
            self.program.revise()
        except Refusal:
            return
        self.endorsed = set()

    @rule()
    def decide(self) -> None:
        try:
            self.program.approve(NOW, uuid4())
        except Refusal:
            return
        self.decided = True

    @rule(party=st.sampled_from(PARTIES[1:]))
    def leave(self, party: UUID) -> None:
        if self.program.approved_at is None:
            self.bound.discard(party)

    @invariant()
    def no_party_is_bound_without_it_or_its_board(self) -> None:
        if self.program.approved_at is not None:
            assert self.decided or self.bound <= self.endorsed
        assert set(self.program.endorsed_by) == self.endorsed
        people = list(self.program.endorsements.values())
        assert len(people) == len(set(people)), "one person endorsed for two parties"


TestOneProposal = OneProposal.TestCase
TestOneProposal.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


@given(bound=st.sets(st.sampled_from(PARTIES), min_size=1), by=st.sampled_from(PARTIES))
def test_once_the_proposer_has_left_any_bound_party_stands_in(bound: set[UUID], by: UUID) -> None:
    program = Program(uuid4(), "a", uuid4(), "Program", "", ["Aman"], NOW, proposed_by=PARTIES[0])
    try:
        program.require_proposer(by, bound)
    except Refusal:
        assert by != PARTIES[0] in bound
    else:
        assert by == PARTIES[0] or PARTIES[0] not in bound
