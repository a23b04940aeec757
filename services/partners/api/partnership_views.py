"""Response types of partnerships."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.partners.model.charter import Charter
from services.partners.model.partnership import Partnership
from services.partners.model.party import Party
from shared import areas
from shared.contracts.vocabulary import LifecycleStage, Means, PartyRole
from shared.http.routes import View
from shared.identity.actor import Actor


class EndorsementOut(BaseModel):
    """A party's signature under a version of the charter, and its time."""

    party_id: UUID
    organisation_id: UUID
    organisation_name: str
    signed_at: datetime


class CharterOut(BaseModel):
    """One version of the charter; ``proposed_by`` is an organisation, ``endorsed_at`` the last signature.

    ``withdrawn_at`` is when an unsigned proposal ended: withdrawn, replaced, or void because the bound
    parties changed.
    """

    number: int
    vision: str
    mission: str
    means: list[Means]
    proposed_by: UUID
    proposed_at: datetime
    endorsed_at: datetime | None
    withdrawn_at: datetime | None
    endorsements: list[EndorsementOut]

    @classmethod
    def of(cls, partnership: Partnership, charter: Charter) -> Self:
        """The view of one version."""
        parties = {party.id: party for party in partnership.all_parties}
        endorsements = [
            EndorsementOut(
                party_id=signature.party_id,
                organisation_id=parties[signature.party_id].organisation_id,
                organisation_name=parties[signature.party_id].organisation_name,
                signed_at=signature.signed_at,
            )
            for signature in charter.signatures
        ]
        return cls.model_validate(vars(charter) | {"endorsements": endorsements})


class PartyTermsOut(BaseModel):
    """Which organisation takes part, or is invited to, and on which terms."""

    id: UUID
    organisation_id: UUID
    organisation_name: str
    kind: str
    role: str
    contributes: str
    gains: str
    joined_at: datetime


class BenefitOut(BaseModel):
    """What a party confirmed to have gained, and on which day."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    on: date
    text: str
    confirmed_at: datetime


class PartyOut(PartyTermsOut):
    """A party, its senior responsible person (an opaque id), and when it signed the charter that is shown.

    ``bound`` says whether it may act: it is no observer, and has signed the charter in force, if there is
    one. ``benefits`` are what it has confirmed to have gained. ``proposed_role`` awaits the agreement of the
    party or of the lead, and ``offered_lead`` that of the party; both are shown only inside the partnership.
    """

    senior: UUID | None
    bound: bool
    signed_at: datetime | None
    benefits: list[BenefitOut]
    proposed_role: PartyRole | None
    offered_lead: bool


class CustodianOut(BaseModel):
    """The agency that opens the accounts of a party, and whether that is the party's own workspace.

    ``own`` is null while identity has told no custodian: then ``agency`` is the one that registered
    the organisation. Parties with the same ``agency`` count as one hand wherever four eyes are asked for.
    """

    model_config = ConfigDict(from_attributes=True)

    organisation_id: UUID
    organisation_name: str
    agency: str
    own: bool | None


class InvitationOut(PartyTermsOut):
    """An organisation that was invited and has not answered; shown only to those inside the partnership."""


class FormerPartyOut(BaseModel):
    """A party that left, and why."""

    id: UUID
    organisation_id: UUID
    organisation_name: str
    kind: str
    joined_at: datetime
    left_at: datetime
    leave_reason: str


class ProposedEndingOut(BaseModel):
    """A proposed ending: by which organisation, why, and when it ends unless another party objects."""

    model_config = ConfigDict(from_attributes=True)

    proposed_by: UUID
    proposed_at: datetime
    ends_at: datetime
    reason: str


class PartnershipOut(BaseModel):
    """A partnership with its parties and its charter.

    Vision, mission, means and the parties' ``signed_at`` are those of the charter in force
    (``charter_in_force``, signed by the last party at ``signed_at``), or of the newest if none is in force
    yet. ``proposed_charter`` awaits signatures, also while another is in force. ``charter_version`` is the
    number of the newest. ``charter_due`` says that the parties that sign have changed since the charter in
    force was signed, and no new one is proposed. ``invited`` is shown only inside the partnership, and
    empty for everybody else. ``proposed_ending`` may still be objected to. An ended partnership
    tells by which decision of a board it ended (``ended_by_decision``), or on the proposal of which
    organisation (``ended_on_proposal_of``).
    """

    id: UUID
    agency: str
    title: str
    area: str
    area_name: str | None
    problem: str
    state: str
    lifecycle: LifecycleStage
    vision: str
    mission: str
    means: list[Means]
    charter_version: int
    charter_in_force: int | None
    charter_due: bool
    proposed_charter: CharterOut | None
    formed_at: datetime
    signed_at: datetime | None
    exit_plan: str | None
    ended_at: datetime | None
    end_reason: str | None
    ended_by_decision: UUID | None
    ended_on_proposal_of: UUID | None
    proposed_ending: ProposedEndingOut | None
    parties: list[PartyOut]
    invited: list[InvitationOut]
    former_parties: list[FormerPartyOut]

    @classmethod
    def to(cls, reader: Actor) -> Callable[[Partnership], Self]:
        """The view of partnerships for one reader."""
        return lambda partnership: cls.of(partnership, reader)

    @classmethod
    def of(cls, partnership: Partnership, reader: Actor) -> Self:
        """The view of a partnership for its reader."""
        inside = partnership.is_inside(reader)
        invited = partnership.invited if inside else []
        ending = partnership.proposed_ending
        charter, in_force, proposed = partnership.charter, partnership.in_force, partnership.proposed
        signed = (
            {signature.party_id: signature.signed_at for signature in charter.signatures} if charter else {}
        )
        return cls.model_validate(
            vars(partnership)
            | {
                "area_name": areas.area_name(partnership.area),
                "vision": charter.vision if charter else "",
                "mission": charter.mission if charter else "",
                "means": charter.means if charter else [],
                "charter_version": partnership.charter_version,
                "charter_due": partnership.charter_due,
                "charter_in_force": in_force.number if in_force else None,
                "proposed_charter": CharterOut.of(partnership, proposed) if proposed else None,
                "signed_at": in_force.endorsed_at if in_force else None,
                "proposed_ending": ProposedEndingOut.model_validate(ending) if ending else None,
                "parties": [
                    vars(party)
                    | {
                        "signed_at": signed.get(party.id),
                        "bound": partnership.is_bound(party),
                        "benefits": list(party.benefits),
                        "proposed_role": party.proposed_role if inside else None,
                        "offered_lead": inside and party.organisation_id == partnership.lead_offered_to,
                    }
                    for party in partnership.taking_part
                ],
                "invited": [vars(party) for party in invited],
                "former_parties": [vars(party) for party in partnership.all_parties if _took_part(party)],
            }
        )


def _took_part(party: Party) -> bool:
    return party.left_at is not None and party.accepted_at is not None


PARTNERSHIP = View(PartnershipOut, lambda door: PartnershipOut.to(door.actor))
"""The response to every act on a partnership."""
