"""Evidence: files identified by SHA-256."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(eq=False)
class Evidence:
    """A file that a party uploaded; ``stage_id`` once it was submitted with a stage.

    ``size`` is in bytes, ``sha256`` in hexadecimal; ``key`` is where the content is kept, ``uploaded_by`` the
    opaque id of who handed it in.
    """

    id: UUID
    agency: str
    partnership_id: UUID
    organisation_id: UUID
    filename: str
    media_type: str
    size: int
    sha256: str
    key: str
    uploaded_at: datetime
    stage_id: UUID | None = None
    uploaded_by: str = ""
    version: int = 0
