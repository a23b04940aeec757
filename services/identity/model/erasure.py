"""Erasures: orders to keep nothing personal of somebody, and how far each service has got."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.vocabulary import WhyErased
from shared.refusal import Refusal


class ErasedAlready(Refusal):
    """A person is erased once."""

    kind = "conflict"
    message = "The erasure %(erasure)s of this person was ordered already."
    remedy = "Look at it to see how far it has got."


@dataclass(eq=False)
class Erasure:
    """That a person is erased in an agency; ``ordered_by`` is an opaque id, that of the person if alone."""

    id: UUID
    agency: str
    person_id: UUID
    why: WhyErased
    ordered_at: datetime
    ordered_by: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """That a service keeps nothing personal any longer; ``rows`` held something before."""

    service: str
    rows: int
    finished_at: datetime
