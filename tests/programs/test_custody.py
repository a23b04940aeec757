"""Accounts that one agency opened are one hand, whichever parties they act for."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from shared.contracts.event import Event
from shared.contracts.identity import CustodyTold
from shared.contracts.partners import MembershipBegan, MembershipEnded, OrganisationRegistered
from shared.contracts.vocabulary import OrganisationKind
from tests.programs.measures import Joint, joint
from tests.programs.test_indicators import found
from tests.programs.test_stages import refused
from tests.programs.world import AGENCY, BASE, act, approved, hear, signed, submit, upload
from tests.support.stateful import play
from tests.support.system import System

CLERK = "one-clerk"


def of_clerk(here: System, organisation: UUID, person: str = "") -> str:
    """The token of a representative whose account the clerk opened."""
    return here.token(
        "representative", organisation=organisation, person=person or str(uuid4()), agency=CLERK
    )


async def told(here: System, organisation: UUID, custodian: str, *, own: bool = False) -> None:
    """Have identity tell who opens the accounts of an organisation."""
    event = CustodyTold(custody_id=uuid4(), organisation_id=organisation, custodian=custodian, own=own)
    await hear(here, event)


async def test_a_stage_of_another_party_of_the_same_custodian_is_not_accepted(here: System) -> None:
    partnership = await signed(here)
    await told(here, partnership.police, CLERK)
    program = await approved(here, partnership)
    await act(here, program, 1, "start", of_clerk(here, partnership.police))
    await submit(here, program, 1, partnership.police)
    for verb, body in (("accept", None), ("return", {"reason": "Kurang"})):
        same = await act(here, program, 1, verb, of_clerk(here, partnership.village), body)
        assert refused(same, 403, "same-custodian")
        assert CLERK in same.body["detail"]
    other = await act(here, program, 1, "accept", partnership.village)
    assert other.status == 200, other.body


async def test_an_activity_of_another_party_of_the_same_custodian_is_not_judged(here: System) -> None:
    one = await joint(here)
    made = await one.made("activities", one.activity(), of_clerk(here, one.police))
    for act_, body in (("confirm", None), ("dispute", {"reason": "Kurang"})):
        same = await one.post(f"activities/{made['id']}/{act_}", body, of_clerk(here, one.village))
        assert refused(same, 403, "same-custodian")
    assert (await one.post(f"activities/{made['id']}/confirm", None, one.village)).status == 200


async def test_an_organisation_that_moved_its_accounts_does_not_make_earlier_work_anothers(
    here: System,
) -> None:
    partnership = await signed(here)
    program = await approved(here, partnership)
    await act(here, program, 1, "start", partnership.police)
    await submit(here, program, 1, partnership.police, of_clerk(here, partnership.police))
    await told(here, partnership.police, "the-police", own=True)
    same = await act(here, program, 1, "accept", of_clerk(here, partnership.village))
    assert refused(same, 403, "same-custodian")


async def test_while_no_custodian_was_told_it_is_the_agency_that_registered_the_organisation(
    here: System,
) -> None:
    partnership = await signed(here)
    program = await approved(here, partnership)
    await act(here, program, 1, "start", partnership.police)
    await submit(here, program, 1, partnership.police)
    token = here.token("representative", organisation=partnership.village, person=str(uuid4()), agency=AGENCY)
    assert refused(await act(here, program, 1, "accept", token), 403, "same-custodian")
    await told(here, partnership.police, "the-police", own=True)
    assert (await act(here, program, 1, "accept", token)).status == 200


async def test_a_contribution_is_verified_and_disputed_by_another_custodian(here: System) -> None:
    work = await joint(here)
    made = await work.made("contributions", work.contribution(), of_clerk(here, work.police))
    path = f"contributions/{made['id']}"
    for verb, body in (("verify", None), ("dispute", {"reason": "Terlalu banyak"})):
        same = await work.post(f"{path}/{verb}", body, of_clerk(here, work.village))
        assert refused(same, 403, "same-custodian")
    assert (await work.made(f"{path}/verify", None, work.village))["state"] == "verified"


async def test_a_measurement_is_verified_and_disputed_by_another_custodian(here: System) -> None:
    work = await joint(here)
    indicator = await work.planned()
    path = f"indicators/{indicator['id']}/periods/{indicator['periods'][0]['id']}/measurements"
    measured = await work.made(path, found(), of_clerk(here, work.village))
    path = f"indicators/{indicator['id']}/measurements/{measured['periods'][0]['actual']['id']}"
    for verb, body in (("verify", None), ("dispute", {"reason": "Terlalu banyak"})):
        same = await work.post(f"{path}/{verb}", body, of_clerk(here, work.police))
        assert refused(same, 403, "same-custodian")
    await work.made(f"{path}/verify", None, work.police)


async def test_who_belongs_to_the_party_is_known_in_an_own_workspace_too(here: System) -> None:
    partnership = await signed(here)
    program, person = await approved(here, partnership), uuid4()
    village = OrganisationRegistered(
        organisation_id=partnership.village, name="Forum", kind=OrganisationKind.COMMUNITY, area="35.15"
    )
    await hear(here, village)
    for organisation in (partnership.police, partnership.village):
        member = MembershipBegan(
            membership_id=uuid4(), organisation_id=organisation, member=person, since=date(2026, 1, 1)
        )
        await hear(here, member)
    await act(here, program, 1, "start", partnership.police)
    await submit(here, program, 1, partnership.police)
    own = here.representative(partnership.village, str(person))
    assert refused(await act(here, program, 1, "accept", own), 403, "judged-by-the-same-person")


class OneClerk(RuleBasedStateMachine):
    """Whatever the accounts of one custodian do, for however many parties."""

    def __init__(self, wait: Any, work: Joint) -> None:
        super().__init__()
        self.wait = wait
        self.here, self.work = work.here, work
        self.program: dict[str, Any] = wait(approved(work.here, work.partnership))
        self.contributions: list[str] = []
        for organisation in (work.police, work.village):
            wait(told(work.here, organisation, CLERK))

    def post(self, path: str, party: str, person: int, body: Any = None) -> Any:
        organisation = getattr(self.work, party)
        token = of_clerk(self.here, organisation, str(UUID(int=person)))
        return self.wait(self.here.call("POST", f"{BASE}/{path}", body, token=token))

    parties = st.sampled_from(["police", "village"])
    people = st.integers(1, 4)

    @rule(
        party=parties,
        person=people,
        position=st.integers(1, 2),
        verb=st.sampled_from(["start", "submit", "accept", "return"]),
    )
    def works_on_a_stage(self, party: str, person: int, position: int, verb: str) -> None:
        stage = self.program["stages"][position - 1]["id"]
        body: Any = {"reason": "Kurang"} if verb == "return" else None
        if verb == "submit":
            partnership, organisation = self.work.partnership.id, getattr(self.work, party)
            file = self.wait(upload(self.here, partnership, organisation, f"{uuid4()}\n".encode()))
            body = {"evidence": [file.body["id"]]}
        self.post(f"programs/{self.program['id']}/stages/{stage}/{verb}", party, person, body)

    @rule(party=parties, person=people)
    def contributes(self, party: str, person: int) -> None:
        body = self.work.contribution(program_id=self.program["id"])
        made = self.post("contributions", party, person, body)
        self.contributions += [made.body["id"]] if made.status == 201 else []

    @rule(party=parties, person=people, which=st.integers(0, 5), verb=st.sampled_from(["verify", "dispute"]))
    def judges_a_contribution(self, party: str, person: int, which: int, verb: str) -> None:
        if self.contributions:
            contribution = self.contributions[which % len(self.contributions)]
            body = {"reason": "Keliru"} if verb == "dispute" else None
            self.post(f"contributions/{contribution}/{verb}", party, person, body)

    @rule(party=parties)
    def an_organisation_gets_a_workspace_of_its_own(self, party: str) -> None:
        self.wait(told(self.here, getattr(self.work, party), f"the-{party}", own=True))

    @rule(party=parties, person=people, begins=st.booleans())
    def the_clerk_registers_who_belongs(self, party: str, person: int, begins: bool) -> None:
        ids = {"membership_id": uuid4(), "organisation_id": getattr(self.work, party)}
        if begins:
            event: Event = MembershipBegan(**ids, member=UUID(int=person), since=date(2026, 1, 1))
        else:
            event = MembershipEnded(**ids, member=UUID(int=person), until=date(2026, 1, 2))
        self.wait(hear(self.here, event, CLERK))

    @invariant()
    def nothing_is_done_jointly(self) -> None:
        shown = self.wait(self.here.call("GET", f"{BASE}/programs/{self.program['id']}")).body
        assert all(stage["state"] != "completed" for stage in shown["stages"])
        for contribution in self.contributions:
            state = self.wait(self.here.call("GET", f"{BASE}/contributions/{contribution}")).body["state"]
            assert state == "recorded"


async def test_nothing_that_one_custodian_does_completes_a_stage_or_verifies_a_contribution(
    here: System,
) -> None:
    work = await joint(here)
    await play(lambda wait: OneClerk(wait, work), examples=8, steps=15)
