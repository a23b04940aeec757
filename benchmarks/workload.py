"""Benchmark workloads and their set-up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from shared.identity.actor import Actor

AGENCY = "polresta-contoh"
PROGRAM, PARTNERSHIP, ORGANISATION, PERSON = (
    uuid5(NAMESPACE_URL, f"benchmark/{name}") for name in ("program", "partnership", "organisation", "person")
)
ACTOR = Actor(
    person=str(PERSON),
    agency=AGENCY,
    organisation=ORGANISATION,
    roles=frozenset({"coordinator", "representative"}),
)


@dataclass(frozen=True)
class Workload:
    """``body`` is what the request of that number posts to ``path``; ``service`` is ours that answers it."""

    name: str
    service: str
    path: str
    body: Callable[[int], Any]
    has_key: bool

    def headers(self) -> dict[str, str]:
        """The headers of one request, beside the token."""
        return {"Idempotency-Key": uuid4().hex} if self.has_key else {}


def _contribution(number: int) -> dict[str, Any]:
    return {
        "program_id": str(PROGRAM),
        "kind": "time",
        "amount": 1 + number % 8,
        "unit": "hour",
        "value": 1000,
        "on": datetime.now(UTC).date().isoformat(),
        "note": f"patrol {number}",
    }


THINGS = Workload("things", "bench", "/things", lambda number: {"name": f"thing {number}"}, has_key=False)
"""The least that a command can be: one row, one event."""
COMMAND = Workload("command", "programs", "/contributions", _contribution, has_key=True)
"""A real command: a party records what it contributed, with an Idempotency-Key."""
WORKLOADS = (THINGS, COMMAND)
