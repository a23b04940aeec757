"""Whatever parties do in whatever order, a partnership stays one."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.partners.model.ending import DecisionNeeded
from services.partners.model.partnership import Partnership
from services.partners.model.party import MOST, NotBoundYet, OnlyAnObserver, Party
from shared.clock import MovableClock
from shared.contracts.vocabulary import LifecycleStage, PartnershipState
from shared.partnership.refusals import PartnershipOver
from shared.refusal import Refusal

CLOCK = MovableClock()
WHICH = st.integers(0, 60)


def party(role: str, kind: str) -> Party:
    now = CLOCK.now()
    return Party(uuid4(), uuid4(), f"{role} {kind}", kind, role, "work", "safety", now, accepted_at=now)


class PartnershipLife(RuleBasedStateMachine):
    """Random acts on one partnership, refused or not."""

    def __init__(self) -> None:
        super().__init__()
        self.partnership = Partnership(
            uuid4(),
            "polresta-contoh",
            "Aman bersama",
            "35.15",
            "balap liar",
            CLOCK.now(),
            [party("lead", "police"), party("member", "community")],
        )
        self.clock = MovableClock()
        self.kept: dict[int, tuple[str, int]] = {}
        self.ended: str | None = None

    def some(self, which: int) -> Party:
        return self.partnership.all_parties[which % len(self.partnership.all_parties)]

    @rule(role=st.sampled_from(["member", "observer", "lead"]), kind=st.sampled_from(["police", "school"]))
    def join(self, role: str, kind: str) -> None:
        with contextlib.suppress(Refusal):
            before = self.partnership.proposed
            fallen = self.partnership.join(party(role, kind))
            assert fallen is (None if role == "observer" else before)

    @rule(which=WHICH)
    def join_twice(self, which: int) -> None:
        before = len(self.partnership.parties)
        known = self.partnership.parties[which % before]
        again = party("member", "school")
        again.organisation_id = known.organisation_id
        with contextlib.suppress(Refusal):
            self.partnership.join(again)
        assert len(self.partnership.parties) == before

    @rule(which=WHICH)
    def leave(self, which: int) -> None:
        leaving = self.some(which)
        with contextlib.suppress(Refusal):
            now = self.partnership.party_of(leaving.organisation_id)
            self.partnership.leave(now, "enough", self.clock.now())
            assert self.partnership.proposed is None or not now.must_sign

    @rule(which=WHICH, words=st.text("ab ", min_size=1, max_size=8))
    def propose(self, which: int, words: str) -> None:
        by = self.some(which)
        with contextlib.suppress(Refusal):
            charter = self.partnership.propose_charter(by, words, "mm", ["act"], self.clock.now())
            assert by is self.partnership.lead
            self.kept[charter.number] = (words, 0)

    @rule(which=WHICH)
    def withdraw(self, which: int) -> None:
        by, before, state = self.some(which), self.partnership.proposed, self.partnership.state
        with contextlib.suppress(Refusal):
            assert self.partnership.withdraw_charter(by, self.clock.now()) is before
            assert by is self.partnership.lead
            assert self.partnership.state is (
                PartnershipState.SIGNED if state is PartnershipState.SIGNED else PartnershipState.FORMING
            )

    @rule(which=WHICH, back=st.integers(0, 1), hat=st.integers(0, 9))
    def sign(self, which: int, back: int, hat: int) -> None:
        signer = self.some(which)
        number = max(1, self.partnership.charter_version - back)
        before = self.partnership.charter_version
        with contextlib.suppress(Refusal):
            signing = self.partnership.party_of(signer.organisation_id)
            person = str(signing.id) if hat else "p-everywhere"
            last = self.partnership.sign(signing, number, person, self.clock.now())
            assert number == before
            assert last is (self.partnership.proposed is None)
            assert not last or self.partnership.state is PartnershipState.SIGNED
            self.kept[number] = (self.kept[number][0], self.kept[number][1] + 1)

    @rule(stage=st.sampled_from(list(LifecycleStage)))
    def go_to(self, stage: LifecycleStage) -> None:
        order = list(LifecycleStage)
        with contextlib.suppress(Refusal):
            before = self.partnership.go_to(stage)
            step = order.index(stage) - order.index(before)
            assert step == 1 or step < 0

    @rule(which=WHICH)
    def name_senior(self, which: int) -> None:
        with contextlib.suppress(Refusal):
            self.partnership.name_senior(self.some(which), uuid4())
            assert self.ended is None

    @rule(days=st.integers(1, 400))
    def wait(self, days: int) -> None:
        self.clock.move(timedelta(days=days))
        proposed = self.partnership.proposed_ending
        if self.partnership.pass_objection_period(self.clock.now()) is not None:
            assert proposed is not None
            assert self.clock.now() >= proposed.ends_at
            self.ended = self._picture()

    @rule(which=WHICH)
    def propose_to_end(self, which: int) -> None:
        one, by = self.partnership, self.some(which)
        with contextlib.suppress(Refusal):
            one.require_bound(by)
            one.propose_ending(by, "enough", self.clock.now())
            assert self.ended is None

    @rule(which=WHICH)
    def withdraw_the_ending(self, which: int) -> None:
        one, by = self.partnership, self.some(which)
        proposed = one.proposed_ending
        with contextlib.suppress(Refusal):
            one.require_bound(by)
            one.withdraw_ending(by)
            assert proposed is not None
            assert proposed.proposed_by == by.organisation_id
            assert one.proposed_ending is None

    @rule(which=WHICH)
    def object_to_the_ending(self, which: int) -> None:
        one, by = self.partnership, self.some(which)
        proposed = one.proposed_ending
        with contextlib.suppress(Refusal):
            one.require_bound(by)
            one.object_to_ending(by)
            assert proposed is not None
            assert proposed.proposed_by != by.organisation_id
            assert one.proposed_ending is None

    @precondition(lambda self: self.ended is None)
    @rule(sure=st.integers(0, 4))
    def end(self, sure: int) -> None:
        if not sure:
            if self.partnership.in_force is not None:
                with pytest.raises(DecisionNeeded):
                    self.partnership.end_by_decision(None, "enough", self.clock.now())
            self.partnership.end_by_decision(uuid4(), "enough", self.clock.now())
            self.ended = self._picture()

    @precondition(lambda self: self.ended is not None)
    @rule(which=WHICH, stage=st.sampled_from(list(LifecycleStage)))
    def do_anything_after_the_end(self, which: int, stage: LifecycleStage) -> None:
        one, now = self.partnership, self.clock.now()
        for act in (
            lambda: one.join(party("observer", "school")),
            lambda: one.leave(one.parties[which % len(one.parties)], "enough", now),
            lambda: one.name_senior(self.some(which), uuid4()),
            lambda: one.propose_charter(one.lead, "vv", "mm", ["act"], now),
            lambda: one.withdraw_charter(one.lead, now),
            lambda: one.sign(self.some(which), one.charter_version, "p-1", now),
            lambda: one.go_to(stage),
            lambda: one.plan_exit(one.lead, "plan"),
            lambda: one.end_by_decision(uuid4(), "again", now),
            lambda: one.propose_ending(self.some(which), "again", now),
            lambda: one.object_to_ending(self.some(which)),
            lambda: one.withdraw_ending(self.some(which)),
        ):
            with pytest.raises(PartnershipOver):
                act()

    def _picture(self) -> str:
        one = self.partnership
        held = [(party.id, party.left_at, party.senior) for party in one.all_parties]
        return repr((held, one.lifecycle, one.state, one.charter_version, one.exit_plan))

    @invariant()
    def it_joins_police_with_others_under_one_lead(self) -> None:
        parties = self.partnership.parties
        assert {party.kind == "police" for party in parties} == {True, False}
        assert [party.role for party in parties].count("lead") == 1
        assert 2 <= len(parties) <= MOST
        assert len({party.organisation_id for party in parties}) == len(parties)

    @invariant()
    def a_signed_one_has_a_charter_in_force_whatever_is_proposed_beside_it(self) -> None:
        one = self.partnership
        if one.state is PartnershipState.SIGNED:
            assert one.in_force is not None
            assert one.charter is one.in_force
            signing = {party.id for party in one.parties if party.must_sign}
            assert one.charter_due == (signing != one.in_force.signed_by and one.proposed is None)
            assert one.lead.id in one.in_force.signed_by
        elif one.state is not PartnershipState.ENDED:
            assert one.in_force is None
            assert (one.state is PartnershipState.PROPOSED) == (one.proposed is not None)

    @invariant()
    def a_proposal_is_the_newest_version_and_lacks_a_signature(self) -> None:
        one = self.partnership
        if one.proposed is not None:
            assert one.proposed is one.charters[-1]
            assert one.proposed.signed_by < {party.id for party in one.parties if party.must_sign}
        for charter in one.charters:
            assert charter.endorsed_at is None or charter.withdrawn_at is None
            people = [signature.person for signature in charter.signatures]
            assert len(set(people)) == len(people)

    @invariant()
    def bound_is_who_signs_and_has_signed_what_is_in_force(self) -> None:
        one = self.partnership
        for member in one.parties:
            signed = one.in_force is None or member.id in one.in_force.signed_by
            assert (member in one.bound) == (member.role != "observer" and signed)
            if member in one.bound:
                one.require_bound(member)
            else:
                with pytest.raises(OnlyAnObserver if member.role == "observer" else NotBoundYet):
                    one.require_bound(member)

    @invariant()
    def every_version_is_kept_as_it_was(self) -> None:
        charters = self.partnership.charters
        assert [charter.number for charter in charters] == list(range(1, len(charters) + 1))
        assert {
            charter.number: (charter.vision, len(charter.signatures)) for charter in charters
        } == self.kept
        for charter in charters:
            assert len(charter.signed_by) == len(charter.signatures)

    @invariant()
    def nothing_changes_after_the_end(self) -> None:
        if self.ended is not None:
            assert self._picture() == self.ended


PartnershipLife.TestCase.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)
TestPartnershipLife = PartnershipLife.TestCase
