"""Evidence: files identified by SHA-256."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(eq=False)
class Evidence:
    """A file that a party uploaded; ``stage_id`` is set once it was submitted with a stage.

    ``size`` is in bytes, ``sha256`` in hexadecimal; ``key`` is its key in the file store, ``uploaded_by``
    the opaque id of the uploader.
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
