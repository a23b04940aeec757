"""Queries of agreements and their files."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from services.partners.model.agreement import Agreement, AgreementFile
from services.partners.queries.timeline import partnerships_of, visible_timeline
from services.partners.tables.agreements import agreements
from shared.contracts.envelope import Envelope
from shared.database import reading
from shared.identity.actor import Actor
from shared.refusal import Refusal


class AgreementWithoutFile(Refusal):
    """The signed text has not been uploaded."""

    kind = "unknown"
    message = "No file is stored for this agreement."
    remedy = "Ask a party of the partnership to upload it."


class AgreementNotPublic(Refusal):
    """The text of a non-public agreement is for participants only."""

    kind = "forbidden"
    message = "The text of this agreement is not public: %(reason)s"
    remedy = "Ask one of its signatories, or request it from the public body under Law 14/2008."
    reason = "the text of the agreement is not public"


def agreement(session: Session, agreement_id: UUID) -> Agreement:
    """One agreement; raises ``UnknownAggregate``."""
    return reading.find_one(session, Agreement, agreement_id)


def list_agreements(
    session: Session, wanted: dict[str, object], after: UUID | None, limit: int
) -> list[Agreement]:
    """Agreements in the order of their registration."""
    return reading.find_many(session, Agreement, agreements, wanted, after, limit)


def agreement_file(session: Session, agreement_id: UUID, actor: Actor) -> AgreementFile:
    """The signed text: of a public agreement for everybody, else for participants.

    These are the representatives of its signatories and of the parties, and the coordinators and auditors
    of the agency. Raises :class:`AgreementWithoutFile` and :class:`AgreementNotPublic`.
    """
    known_agreement = agreement(session, agreement_id)
    if not known_agreement.public:
        actor.sign_in()
    if not known_agreement.shows_text_to(actor, partnerships_of(session, actor)):
        raise AgreementNotPublic(reason=known_agreement.exception_reason)
    if known_agreement.file is None:
        raise AgreementWithoutFile
    return known_agreement.file


def agreement_timeline(session: Session, agreement_id: UUID, reader: Actor) -> list[Envelope]:
    """Everything that happened to an agreement, oldest first; raises ``UnknownAggregate``."""
    return visible_timeline(session, reading.timeline(session, Agreement, agreement_id), reader)
