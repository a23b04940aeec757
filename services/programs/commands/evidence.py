"""Evidence: uploaded files and their metadata."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from services.programs.model.evidence import Evidence
from services.programs.tables.evidence import evidence
from services.programs.tables.partnerships import REGISTRY
from services.programs.tables.programs import stages
from shared.contracts.programs import EvidenceUploaded
from shared.contracts.vocabulary import StageState
from shared.database.transaction import Transaction
from shared.partnership.registry_copy import Partnership
from shared.refusal import Refusal


class UnknownEvidence(Refusal):
    """Evidence is uploaded by the submitting party beforehand, and used for one stage."""

    kind = "unknown"
    message = "Your organisation has no unused evidence with the id %(id)s in this partnership."
    remedy = "Upload the file first and use the id that is returned."


@dataclass(frozen=True, slots=True)
class AddEvidence:
    """Store the metadata of an uploaded file."""

    partnership_id: UUID
    filename: str
    media_type: str
    size: int
    sha256: str
    key: str


def evidence_hashes(tx: Transaction, stage_id: UUID) -> tuple[str, ...]:
    """The hashes of the different files that were submitted with a stage, in the order of their upload."""
    query = sa.select(evidence.c.sha256).where(evidence.c.stage_id == stage_id).order_by(evidence.c.id)
    return tuple(dict.fromkeys(tx.session.scalars(query)))


def used_before(tx: Transaction, stage_id: UUID, hashes: Sequence[str]) -> set[str]:
    """Those of the files that are evidence of another completed stage, in whatever partnership."""
    query = sa.select(evidence.c.sha256).where(
        evidence.c.stage_id == stages.c.id,
        stages.c.id != stage_id,
        stages.c.state == StageState.COMPLETED,
        evidence.c.sha256.in_(hashes),
    )
    return set(tx.session.scalars(query))


def for_evidence(tx: Transaction, partnership_id: UUID) -> tuple[Partnership, UUID]:
    """The partnership, and the party that the actor may upload evidence for."""
    partnership = REGISTRY.partnership(tx.session, partnership_id)
    return partnership, REGISTRY.acting_party(tx, partnership)


def add_evidence(tx: Transaction, command: AddEvidence) -> Evidence:
    """Store an uploaded file as evidence of the actor's organisation."""
    partnership, party = for_evidence(tx, command.partnership_id)
    stored = tx.add(
        Evidence(
            id=tx.new_id(),
            agency=partnership.agency,
            partnership_id=command.partnership_id,
            organisation_id=party,
            filename=command.filename,
            media_type=command.media_type,
            size=command.size,
            sha256=command.sha256,
            key=command.key,
            uploaded_at=tx.now,
            uploaded_by=tx.actor.person,
        )
    )
    tx.record(
        EvidenceUploaded(
            evidence_id=stored.id,
            partnership_id=stored.partnership_id,
            organisation_id=party,
            sha256=stored.sha256,
            size=stored.size,
            media_type=stored.media_type,
        )
    )
    return stored
