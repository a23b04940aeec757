"""Erasures: orders to erase a person, with the progress of each service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.vocabulary import WhyErased
from shared.refusal import Refusal


class ErasedAlready(Refusal):
    """A person is erased once."""

    kind = "conflict"
    message = "The erasure %(erasure)s of this person has already been ordered."
    remedy = "Open that erasure to see its progress."


@dataclass(eq=False)
class Erasure:
    """The erasure of a person in an agency; ``ordered_by`` is an opaque id, perhaps that of the person."""

    id: UUID
    agency: str
    person_id: UUID
    why: WhyErased
    ordered_at: datetime
    ordered_by: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """A service that has finished an erasure; ``rows`` had personal data before."""

    service: str
    rows: int
    finished_at: datetime
