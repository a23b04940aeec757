"""What is published about evidence."""

from __future__ import annotations

from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.i18n import N_


class EvidenceUploaded(
    Event,
    publisher="programs",
    aggregate="evidence_id",
    label=N_("Evidence uploaded"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A party uploaded a file as evidence: ``size`` in bytes, ``sha256`` in hexadecimal."""

    evidence_id: UUID
    partnership_id: UUID
    organisation_id: UUID
    sha256: str
    size: int
    media_type: str
