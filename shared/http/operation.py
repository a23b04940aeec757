"""Operation: an HTTP operation with its label, permission and command."""

from __future__ import annotations

from dataclasses import dataclass

from shared.command import Command
from shared.identity.permissions import Permission


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """What can be done at one address.

    ``name`` is its ``operationId``. ``label`` is a message id that says what is done, as it follows “wanted
    to”: “sign a charter”. ``command`` is what the body and the address are read as, None where a handler
    reads its request itself. ``creates`` says whether something comes into being, so that an
    Idempotency-Key applies. ``body_needed`` is False where a request without a body says enough, because
    every field may be left out.
    """

    name: str
    label: str
    permission: Permission
    command: type[Command] | None = None
    creates: bool = False
    body_needed: bool = True
