"""What makes a made-up request sensible: ids, days and bodies of the seeded world in their places."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from typing import Any
from uuid import UUID

from schemathesis import Case, GenerationMode
from schemathesis.config import GenerationConfig
from schemathesis.schemas import APIOperation

from demo import files
from tests.http.seeded import DAY, Seeded

Operation = APIOperation[Any, Any, Any, Any]
Request = Case[Operation]

SAME = {
    "organisation_id": ("organisations", "signatories", "responsible", "rated"),
    "person_id": ("holder", "attended_by", "present", "trained", "senior", "led_by"),
    "evidence_id": ("evidence", "files"),
    "product_id": ("replaced_by", "target", "legal_umbrella"),
    "agreement_id": ("renews",),
    "program_id": ("previous_id",),
    "problem_id": ("problems",),
}
ALIASES = {alias: name for name, aliases in SAME.items() for alias in aliases}
OTHER = {"rated", "target", "replaced_by"}
"""What is never the thing itself that the request is about, or the one who sends it."""
AREAS = {"area", "areas", "locations"}
DAYS = {"since": -1, "signed_on": -1, "starts": 40, "ends": 60} | dict.fromkeys(
    ("due_on", "until", "in_force_until", "planned_end", "valid_until", "closes_at", "scheduled_at"), 9
)
"""How many days after today a day is put, by the name of its field; today else."""
HEADERS = {
    "Accept-Language": "id, en;q=0.5",
    "X-Correlation-ID": "laporan-7",
    "Idempotency-Key": "kunci",
    "If-Match": "*",
    "If-None-Match": '"0"',
    "Dry-Run": "false",
}
"""What a client of ours would put into a header, where a request has it."""


@dataclass
class World:
    """The seeded world, from which a request takes what it speaks of."""

    seeded: Seeded
    different: Iterator[int] = field(default_factory=count)

    def make_sensible(self, case: Request, number: int) -> None:
        """Let a request speak of things that there are; ``number`` chooses the younger or the older ones."""
        case.path_parameters = {
            name: self._known(case.path, name, value, number) for name, value in case.path_parameters.items()
        }
        case.query = {name: self._better(name, value, number) for name, value in case.query.items()}
        known = {name: value for name, value in HEADERS.items() if name in case.headers}
        if "Idempotency-Key" in known:
            known["Idempotency-Key"] = f"kunci-{next(self.different)}"
        case.headers.clear()  # odd ones make a request fail before it is looked at
        case.headers.update(known)
        if not isinstance(case.body, dict):
            return
        body: dict[str, Any] = {name: self._better(name, value, number) for name, value in case.body.items()}
        if "file" in body and case.media_type == "multipart/form-data":
            body["file"] = files.pdf("Bukti", f"{next(self.different)}")
            case.multipart_content_types = {"file": "application/pdf"}
        case.body = body

    def accepted(self, operation: Operation) -> Any:
        """What was sent there when the system was filled."""
        base = operation.schema.base_path.removeprefix("/api").rstrip("/")
        path = re.sub(r"\{\w+\}", "[^/]+", base + operation.path)
        wanted = re.compile(f"{operation.method.upper()} {path}")
        return next((item for sent, item in self.seeded.accepted.items() if wanted.fullmatch(sent)), None)

    def _known(self, path: str, name: str, value: Any, number: int) -> Any:
        known = self.seeded.ids.get(name)
        for begin, place in (("/v1/prints/", 2), ("/v1/projections/", 1), ("/v1/schemas/", 0)):
            if known and path.startswith(begin):
                return known[place]
        return known[number % len(known)] if known else value

    def _better(self, name: str, value: Any, number: int) -> Any:
        """The same with ids and days of this world, as far as it is an id or a day at all."""
        if isinstance(value, dict):
            return {key: self._better(key, item, number) for key, item in value.items()}
        if isinstance(value, list):
            return [self._better(name, item, number + place) for place, item in enumerate(value)]
        if not isinstance(value, str):
            return value
        if name in AREAS and re.fullmatch("0+", value):
            return self.seeded.ids["code"][0]
        known = self.seeded.ids.get(ALIASES.get(name, name))
        if known and (_is(UUID, value) or name == "token"):
            return known[(number + (name in OTHER)) % len(known)]
        if _is(date.fromisoformat, value):
            return self.seeded.day(DAYS.get(name, 0))
        if _is(datetime.fromisoformat, value):
            return (self.seeded.clock.now() + DAYS.get(name, 0) * DAY).isoformat()
        return value


def label_of(operation: Operation) -> str:
    """Method and path of an operation."""
    return f"{operation.method.upper()} {operation.schema.base_path.rstrip('/')}{operation.path}"


def coverage(operation: Operation, mode: GenerationMode) -> Iterator[Request]:
    """Requests at the boundaries of what an operation takes (or just beyond them)."""
    config = GenerationConfig()
    found: Iterator[Request] = operation.schema.iter_coverage_cases(
        operation, generation_modes=[mode], generation_config=config
    )
    return found


def _is(kind: Callable[[str], object], text: str) -> bool:
    try:
        kind(text)
    except ValueError:
        return False
    return True
