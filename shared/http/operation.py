"""Operation: an HTTP operation with its label, permission and command."""

from __future__ import annotations

from dataclasses import dataclass

from shared.command import Command
from shared.identity.permissions import Permission


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """An HTTP operation.

    ``name`` is its ``operationId``. ``label`` is a message id that says what is done, as it follows “wanted
    to”: “sign a charter”. ``command`` is the model of body and path, None if a handler reads its request
    itself. ``creates`` says whether something is created, so that an Idempotency-Key applies.
    ``body_needed`` is False if the body may be left out, because every field is optional.
    """

    name: str
    label: str
    permission: Permission
    command: type[Command] | None = None
    creates: bool = False
    body_needed: bool = True
