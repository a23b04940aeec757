"""What a copy knows, where two copies had parted: each is told the same, and knows the same."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from functools import partial
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.contracts.partners import (
    LeadHandedOver,
    MembershipBegan,
    MembershipEnded,
    OrganisationAmended,
    PartnershipEnded,
    PartyAmended,
    PartyLeft,
    TermsFacts,
)
from shared.contracts.vocabulary import OrganisationKind, PartyRole
from shared.database.database import Database
from shared.database.transaction import Transaction
from shared.identity.actor import Actor, NotAParty
from shared.identity.permissions import Relation, Role, may
from shared.partnership.refusals import (
    ActsOfAnother,
    LeftTheOrganisation,
    PartnershipOver,
    PartyNotBound,
    PartyNotNamed,
    UnknownPartnership,
)
from shared.rows.viewer import ActorViewer
from tests.partnership.mounting import REGISTRY
from tests.partnership.world import AGENCY, Known, by, copy_at, hear, rows

PARTIES = REGISTRY.tables.parties
PARTY = may(Role.REPRESENTATIVE, of=Relation.PARTY)
COORDINATOR = may(Role.COORDINATOR, of=Relation.OWN_AGENCY)


@pytest.fixture
async def copy(database_url: str) -> AsyncIterator[Database]:
    """An empty copy on either database."""
    async with copy_at(database_url) as database:
        yield database


def representative(of: UUID, person: UUID | None = None, agency: str = AGENCY) -> Actor:
    """Who represents an organisation."""
    return Actor(str(person or uuid4()), agency, of, frozenset({"representative"}))


def coordinator(agency: str = AGENCY) -> Actor:
    """Who coordinates for an agency."""
    return Actor("coordinator", agency, None, frozenset({"coordinator"}))


# --- what is known -------------------------------------------------------------------------------------


async def test_an_organisation_that_is_amended_is_shown_by_its_new_name_and_kind(copy: Database) -> None:
    known = Known()
    await hear(copy, known.signed())
    amended = OrganisationAmended(
        organisation_id=known.village, name="The new village", kind=OrganisationKind.CUSTOMARY, area="35.15"
    )
    await hear(copy, amended)
    found = await rows(copy, [PARTIES, REGISTRY.tables.organisations])
    assert (known.id, known.village, "The new village", "customary", "member") in found["parties"]
    assert (known.village, "The new village", "customary", None) in found["organisations"]


async def test_a_partnership_that_ended_stays_so_when_its_signing_is_heard_again(copy: Database) -> None:
    known = Known()
    ended = PartnershipEnded(partnership_id=known.id, title="Aman bersama", reason="Done")
    await hear(copy, known.signed("Aman"), ended, known.signed("Aman bersama"), agency="polres-lain")
    partnership = await copy.read(lambda session: REGISTRY.partnership(session, known.id))
    assert partnership == (known.id, "polres-lain", "Aman bersama", "35.15", True)
    with pytest.raises(PartnershipOver):
        partnership.require_open()


async def test_observers_are_kept_and_are_bound_to_nothing(copy: Database) -> None:
    known = Known()
    await hear(copy, known.signed())
    kept = (await rows(copy, [PARTIES]))["parties"]
    assert {row[1]: row[4] for row in kept} == {
        known.police: "lead",
        known.village: "member",
        known.school: "observer",
    }
    bound = await copy.read(lambda session: REGISTRY.bound_by(session, known.id))
    assert bound == {known.police, known.village}


async def test_lead_and_roles_change_as_the_registry_says(copy: Database) -> None:
    known = Known()
    handed = LeadHandedOver(
        partnership_id=known.id, title="Aman bersama", before=known.police, after=known.village
    )
    await hear(copy, known.signed(), handed)

    async def roles() -> dict[UUID, str]:
        return {row[1]: row[4] for row in (await rows(copy, [PARTIES]))["parties"]}

    assert await roles() == {known.police: "member", known.village: "lead", known.school: "observer"}
    terms = {"contributes": "patrol", "gains": "order"}
    member = TermsFacts(role=PartyRole.MEMBER, **terms)
    observer = TermsFacts(role=PartyRole.OBSERVER, **terms)
    for party, after, bound, role in (
        (known.police, observer, False, "observer"),
        (known.police, member, True, "member"),
        (known.school, member, False, "observer"),  # until it has signed a charter
    ):
        amended = PartyAmended(
            partnership_id=known.id,
            party_id=uuid4(),
            organisation_id=party,
            before=member,
            after=after,
            bound=bound,
            reason="Agreed",
        )
        await hear(copy, amended)
        assert (await roles())[party] == role


async def test_a_partnership_that_was_never_signed_is_not_known(copy: Database) -> None:
    with pytest.raises(UnknownPartnership):
        await copy.read(lambda session: REGISTRY.partnership(session, uuid4()))


async def test_what_is_followed_again_over_its_rows_is_what_is_built_from_nothing(copy: Database) -> None:
    known = Known()
    history = known.history
    await hear(copy, *history)
    once = await rows(copy, REGISTRY.metadata.sorted_tables)
    assert all(once.values())
    await hear(copy, *history)
    assert await rows(copy, REGISTRY.metadata.sorted_tables) == once


# --- who acts ------------------------------------------------------------------------------------------


async def test_who_is_tied_to_a_partnership_and_how(copy: Database) -> None:
    known = Known()
    await hear(copy, known.signed())
    own, elsewhere = Relation.OWN_AGENCY, "polres-lain"
    for organisation, agency, ties in (
        (known.police, AGENCY, {own, Relation.PARTY, Relation.LEAD}),
        (known.village, AGENCY, {own, Relation.PARTY}),
        (known.village, elsewhere, {Relation.PARTY}),
        (known.school, AGENCY, {own}),
        (uuid4(), elsewhere, set()),
    ):
        actor = representative(organisation, agency=agency)
        assert await copy.read(partial(REGISTRY.relations, actor=actor, thing=known)) == ties


async def test_a_party_that_left_acts_no_longer(copy: Database) -> None:
    known = Known()
    left = PartyLeft(partnership_id=known.id, party_id=uuid4(), organisation_id=known.village, reason="Far")
    await hear(copy, known.signed(), left)
    with pytest.raises(NotAParty):
        await copy.write(
            by(representative(known.village), *PARTY), lambda tx: REGISTRY.acting_party(tx, known)
        )


async def test_a_representative_acts_for_the_own_party_and_a_coordinator_for_one_that_is_named(
    copy: Database,
) -> None:
    known = Known()
    await hear(copy, known.signed())

    async def acted(actor: Actor, named: UUID | None) -> UUID:
        context = by(actor, *PARTY, *COORDINATOR)
        return await copy.write(context, lambda tx: REGISTRY.party_that_acted(tx, known, named))

    for named in (None, known.village):
        assert await acted(representative(known.village), named) == known.village
    assert await acted(coordinator(), known.village) == known.village
    for actor, named_one, refusal in (
        (representative(known.village), known.police, ActsOfAnother),
        (coordinator(), None, PartyNotNamed),
        (coordinator(), known.school, PartyNotBound),
        (coordinator(), uuid4(), PartyNotBound),
    ):
        with pytest.raises(refusal):
            await acted(actor, named_one)


async def test_who_left_an_organisation_acts_for_it_no_longer_if_the_own_agency_says_so(
    copy: Database,
) -> None:
    known, person, membership = Known(), uuid4(), uuid4()
    began = MembershipBegan(
        membership_id=membership, organisation_id=known.village, member=person, since=date(2026, 1, 1)
    )
    ended = MembershipEnded(
        membership_id=membership, organisation_id=known.village, member=person, until=date(2026, 1, 2)
    )
    await hear(copy, known.signed(), began, ended)

    async def acting(agency: str) -> UUID:
        actor = representative(known.village, person, agency)
        return await copy.write(by(actor, *PARTY), lambda tx: REGISTRY.acting_party(tx, known))

    with pytest.raises(LeftTheOrganisation):
        await acting(AGENCY)
    assert await acting("polres-lain") == known.village, "another agency's account may bear any id"


@pytest.mark.parametrize(("agency", "says"), [(AGENCY, True), ("polres-lain", False)])
async def test_who_belongs_to_an_organisation_is_said_by_the_agency_of_the_person(
    copy: Database, agency: str, says: bool
) -> None:
    known, person = Known(), uuid4()
    began = MembershipBegan(
        membership_id=uuid4(), organisation_id=known.village, member=person, since=date(2026, 1, 1)
    )
    await hear(copy, began, agency=agency)
    actor = representative(known.police, person)

    def belongs(tx: Transaction) -> bool:
        tx.permit(())
        return REGISTRY.people.belongs(tx, actor.person, known.village)

    everybody = by(actor, *may(Role.REPRESENTATIVE))
    assert (await copy.write(everybody, belongs)) is says


# --- who sees ------------------------------------------------------------------------------------------


async def test_staff_of_the_agency_and_all_who_take_part_see_what_is_within(copy: Database) -> None:
    known = Known()
    await hear(copy, known.signed())
    nobody = Actor("anonymous", "public")
    for actor, sees in (
        (coordinator(), True),
        (coordinator("polres-lain"), False),
        (representative(known.police, agency="polres-lain"), True),
        (representative(known.school, agency="polres-lain"), True),
        (representative(uuid4()), False),
        (Actor("p", AGENCY, known.school, frozenset({"resident"})), False),
        (nobody, False),
    ):

        def within(session: Session, actor: Actor = actor) -> list[UUID]:
            partnerships = REGISTRY.tables.partnerships
            condition = REGISTRY.works_within(ActorViewer(actor), partnerships.c.agency, partnerships.c.id)
            return list(session.connection().scalars(sa.select(partnerships.c.id).where(condition)))

        assert await copy.read(within) == ([known.id] if sees else []), actor
        assert await copy.read(partial(REGISTRY.works_on, actor=actor, thing=known)) is sees, actor
