"""Whatever becomes of an agreement, it holds from its first day to its last, and is renewed once."""

from __future__ import annotations

import contextlib
from datetime import date, timedelta
from uuid import UUID, uuid4

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.partners.model.agreement import WARNING, Agreement, AgreementFile, Signatory
from services.partners.model.organisation import Organisation
from shared.clock import MovableClock
from shared.contracts.vocabulary import AgreementState, DisclosureException
from shared.refusal import Refusal

NOW = MovableClock().now()
START = date(2026, 1, 5)
WHICH = st.integers(0, 30)
PARTNERSHIPS = [uuid4(), uuid4()]


def organisation() -> Organisation:
    return Organisation(uuid4(), "polresta-contoh", "Organisasi", "community", "35.15", NOW)


BOTH = [organisation(), organisation()]
SECRET = DisclosureException.PERSONAL_DATA


class AgreementLife(RuleBasedStateMachine):
    """Several agreements of two partnerships, and days that pass."""

    @initialize()
    def begin(self) -> None:
        self.today = START
        self.agreements: list[Agreement] = []
        self.ended: dict[UUID, tuple[object, ...]] = {}
        self.files: dict[UUID, str] = {}

    def some(self, which: int) -> Agreement | None:
        return self.agreements[which % len(self.agreements)] if self.agreements else None

    @rule(
        partnership=st.sampled_from(PARTNERSHIPS),
        begins=st.integers(-30, 90),
        length=st.one_of(st.none(), st.integers(-5, 200)),
        openness=st.sampled_from(
            [
                (public, reason, of_class)
                for public in (True, False)
                for reason in (None, "secret")
                for of_class in (None, SECRET)
            ]
        ),
        signatories=st.sampled_from([2, 2, 2, 1, 0]),
        renews=st.one_of(st.none(), WHICH),
    )
    def register(
        self,
        partnership: UUID,
        begins: int,
        length: int | None,
        openness: tuple[bool, str | None, DisclosureException | None],
        signatories: int,
        renews: int | None,
    ) -> None:
        first = self.today + timedelta(days=begins)
        with contextlib.suppress(Refusal):
            agreement = Agreement(
                uuid4(),
                "polresta-contoh",
                partnership,
                "mou",
                "B/1",
                "Nota",
                self.today,
                first,
                None if length is None else first + timedelta(days=length),
                [Signatory(item, NOW) for item in BOTH[:signatories]],
                NOW,
                *openness,
            )
            agreement.complete()
            earlier = None if renews is None else self.some(renews)
            if earlier is not None:
                agreement.follow(earlier)
            self.agreements.append(agreement)

    @rule(which=WHICH, later=st.integers(0, 60))
    def renew(self, which: int, later: int) -> None:
        """The next agreement of the same parties, which nothing but the earlier one's state can refuse."""
        earlier = self.some(which)
        if earlier is None:
            return
        first = earlier.in_force_from + timedelta(days=later)
        with contextlib.suppress(Refusal):
            following = Agreement(
                uuid4(),
                "polresta-contoh",
                earlier.partnership_id,
                "pks",
                "B/2",
                "Perjanjian",
                self.today,
                first,
                None,
                [Signatory(item, NOW) for item in BOTH],
                NOW,
            )
            following.complete()
            following.follow(earlier)
            assert later > 0
            self.agreements.append(following)

    @rule(days=st.integers(1, 90))
    def days_pass(self, days: int) -> None:
        """What timers do, when they are late by days: begin what began, end what ended."""
        self.today += timedelta(days=days)
        for agreement in self.agreements:
            if agreement.state is AgreementState.REGISTERED and agreement.in_force_from <= self.today:
                agreement.enter_into_force()
            until = agreement.in_force_until
            if agreement.state is AgreementState.IN_FORCE and until is not None and until < self.today:
                agreement.expire()

    @rule(which=WHICH, ago=st.integers(-3, 40))
    def terminate(self, which: int, ago: int) -> None:
        one, on = self.some(which), self.today - timedelta(days=ago)
        if one is not None:
            with contextlib.suppress(Refusal):
                one.terminate(on, "agreed", self.today)
                assert one.signed_on <= on <= self.today
                for earlier in self.agreements:
                    if earlier.id == one.renews:
                        one.release(earlier)

    @rule(which=WHICH)
    def repeat_what_happens_once(self, which: int) -> None:
        one = self.some(which)
        if one is None or one.state is AgreementState.REGISTERED:
            return
        before = one.state
        with contextlib.suppress(Refusal):
            one.enter_into_force()
        assert one.state is before

    @rule(which=WHICH)
    def attach(self, which: int) -> None:
        one = self.some(which)
        if one is not None:
            sha256 = uuid4().hex
            with contextlib.suppress(Refusal):
                one.attach(AgreementFile("x.pdf", "application/pdf", 1, sha256, "key", NOW))
                assert self.files.setdefault(one.id, sha256) == sha256

    @invariant()
    def each_is_an_agreement_of_two_for_a_day_at_least(self) -> None:
        for agreement in self.agreements:
            assert len({signatory.id for signatory in agreement.signatories}) >= 2
            assert agreement.in_force_until is None or agreement.in_force_until >= agreement.in_force_from
            assert agreement.public == (agreement.exception_reason is None)
            assert agreement.public == (agreement.exception_class is None)

    @invariant()
    def each_is_told_of_within_its_time_and_not_too_early(self) -> None:
        for agreement in self.agreements:
            if agreement.in_force_until is None:
                assert agreement.warn_from is None
            else:
                assert agreement.warn_from is not None
                assert agreement.in_force_from <= agreement.warn_from <= agreement.in_force_until
                assert agreement.in_force_until - agreement.warn_from <= WARNING

    @invariant()
    def a_renewal_follows_one_earlier_agreement_of_the_same_partnership(self) -> None:
        known = {agreement.id: agreement for agreement in self.agreements}
        for agreement in self.agreements:
            if agreement.renews is not None:
                earlier = known[agreement.renews]
                running = agreement.state is not AgreementState.TERMINATED
                assert (earlier.renewed_by == agreement.id) == running
                assert earlier.partnership_id == agreement.partnership_id
                assert earlier.in_force_from < agreement.in_force_from
        followed = [
            agreement.renews
            for agreement in self.agreements
            if agreement.renews is not None and agreement.state is not AgreementState.TERMINATED
        ]
        assert len(set(followed)) == len(followed)

    @invariant()
    def what_ended_stays_ended_and_says_how(self) -> None:
        for agreement in self.agreements:
            if agreement.ended:
                picture = (agreement.state, agreement.terminated_on, agreement.termination_reason)
                assert self.ended.setdefault(agreement.id, picture) == picture
                assert (agreement.state is AgreementState.TERMINATED) == (agreement.terminated_on is not None)
            else:
                assert agreement.id not in self.ended

    @invariant()
    def a_file_is_never_exchanged(self) -> None:
        for agreement in self.agreements:
            assert (agreement.file.sha256 if agreement.file else None) == self.files.get(agreement.id)


AgreementLife.TestCase.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)
TestAgreementLife = AgreementLife.TestCase
