"""Every operation, asked by every role from every side: the outcome is what the table of permissions says.

Each request is sensible (real ids, a body that was accepted before) and only tried (``Dry-Run``), so that
what refuses it is a permission. Whoever has every role and every relation is the measure of being let in.
A list refuses nobody whose role may read it, but holds nothing that is not theirs to see.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest
import requests
import schemathesis
from schemathesis import GenerationMode

from demo import files
from services.cli.registry import service
from shared.clock import MovableClock
from shared.http.app import permissions_of
from shared.identity.actor import Actor
from shared.identity.permissions import GRANTED, Permission, Relation, Role, roles_of
from shared.identity.signing import SigningKey
from tests.http.seeded import Seeded, seed
from tests.http.sensible import Operation, Request, World, coverage, label_of
from tests.http.test_fuzzing import ALIKE, SERVICES
from tests.support.postgres import Postgres
from tests.support.system import system

REFUSED = {401, 403, 404}
OURS, THEIRS, ELSEWHERE = "polresta-contoh", "kecamatan-contoh", "polresta-lain"
PERSONAL = {Relation.OWN, Relation.BOARD}
"""What ties a person to one thing is tried apart, in each service's own tests."""
NARROWER = {
    "POST /api/partners/v1/meetings/{meeting_id}/minutes/approve": "by members of the board who were present",
    "POST /api/partners/v1/commitments/{commitment_id}/confirm": "by another party than its owner",
    "POST /api/programs/v1/problems/{problem_id}/carry-out": "by the party whose option was chosen",
    "POST /api/programs/v1/programs/{program_id}/stages/{stage_id}/submit": "with evidence of one's own",
    "POST /api/programs/v1/programs/{program_id}/stages/{stage_id}/accept": "by another party",
    "POST /api/programs/v1/programs/{program_id}/stages/{stage_id}/return": "by another party",
    "POST /api/programs/v1/activities/{activity_id}/retract": "by the party that recorded it",
    "POST /api/programs/v1/contributions/{contribution_id}/verify": "by another party than the giver",
    "POST /api/programs/v1/contributions/{contribution_id}/dispute": "by another party than the giver",
    "POST /api/programs/v1/contributions/{contribution_id}/correct": "by the giver",
    "DELETE /api/notifications/v1/subscriptions/{subscription_id}": "by its owner",
}
"""Where a rule of the model asks for more than the table: which party, or which person, it has to be."""
INSTEAD: dict[str, dict[str, Any]] = {
    # Other channels than e-mail have rows of their own.
    "POST /api/products/v1/products/{product_id}/files": {"file": files.pdf("Petunjuk", "Bersama")},
    "POST /api/notifications/v1/subscriptions": {"channel": "email", "address": "b@desa.example"},
}


@dataclass(frozen=True)
class Standing:
    """Where somebody stands who asks: in which agency, for which organisation, in which relations."""

    name: str
    agency: str
    organisation: UUID
    relations: frozenset[Relation]


class Answer(NamedTuple):
    """What came back."""

    status: int
    body: bytes

    @property
    def is_empty(self) -> bool:
        """Whether it is a list of nothing."""
        return self.status == HTTPStatus.OK and self.body in (b"[]", b'{"items":[],"next":null}')


@dataclass
class Matrix:
    """Asks everything in every way and keeps what came out otherwise than the table says."""

    seeded: Seeded
    cases: Counter[str] = field(default_factory=Counter)
    apart: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        police, village = self.seeded.parties
        self.world = World(self.seeded)
        self.session = requests.Session()
        self.session.trust_env = False
        party = {Relation.PARTY, Relation.SIGNATORY}
        self.standings = (
            Standing("own agency", OURS, police, frozenset({*party, Relation.LEAD, Relation.OWN_AGENCY})),
            Standing("partner agency", THEIRS, village, frozenset(party)),
            Standing("stranger agency", ELSEWHERE, uuid4(), frozenset()),
        )

    def operations(self, name: str) -> Iterator[tuple[Operation, Permission]]:
        """Each operation of a service with what the table says of it."""
        schema = self.session.get(f"{self.seeded.here.url}/api/{name}/v1/openapi.json", timeout=30).json()
        table = permissions_of(service(name))
        for one in schemathesis.openapi.from_dict(schema).get_all_operations():
            operation: Operation = one.ok()  # type: ignore[union-attr]
            if name != ALIKE and "{letter_id}" in operation.path:
                continue  # the notifications alone have dead letters in this world; the rows are the same
            yield operation, table[operation.definition.raw["operationId"].split("_v1_")[0]]

    def token(self, standing: Standing, *roles: str, **how: Any) -> str:
        """A token of somebody who stands there in these roles."""
        actor = Actor("matrix", standing.agency, standing.organisation, frozenset(roles))
        key: SigningKey = how.pop("key", self.seeded.here.key)
        return key.mint(actor, **{"clock": self.seeded.clock} | how)

    def ask(self, case: Request, token: str | None) -> Answer:
        """Try it."""
        sent = case.as_transport_kwargs(base_url=f"{self.seeded.here.url}{case.operation.schema.base_path}")
        sent["headers"]["Dry-Run"] = "true"
        if token:
            sent["headers"]["Authorization"] = f"Bearer {token}"
        answer = self.session.request(**sent, allow_redirects=False)
        return Answer(answer.status_code, answer.content)

    def examine(self, operation: Operation, permission: Permission) -> None:
        """One operation in every way."""
        case = self._sensible(operation)
        label = label_of(operation)
        first = self.ask(case, self.token(self.standings[0], *GRANTED))
        inside = first.status
        if label not in NARROWER and (inside in REFUSED or b"/problems/invalid-request" in first.body):
            self.undecided.append(f"{label}: {inside} {first.body[:400]!r}")
        for standing in self.standings:
            for role in GRANTED:
                told = self.ask(case, self.token(standing, role))
                allowed = _allowed(permission, standing, role, bool(case.path_parameters))
                if allowed is None:
                    self.apart[label] += 1
                elif told.is_empty and not allowed and _of_role(permission, role):
                    continue
                else:
                    self._judge(f"{label} as {role} of {standing.name}", told.status, allowed)
        self._judge(f"{label} without a token", self.ask(case, None).status, permission.is_public)
        self.cases[label] = len(self.standings) * len(GRANTED) + 2

    def refuse_bad_tokens(self, operation: Operation, bad: dict[str, str]) -> None:
        """A token that is no good opens nothing, not even what is public."""
        case = self._sensible(operation)
        for name, token in bad.items():
            status = self.ask(case, token).status
            self.cases[label_of(operation)] += 1
            if status != HTTPStatus.UNAUTHORIZED:
                self.wrong.append(f"{label_of(operation)} with a token that is {name}: {status}")

    def _sensible(self, operation: Operation) -> Request:
        case = next(coverage(operation, GenerationMode.POSITIVE))
        needed = {one.name for one in operation.query if one.is_required}
        case.query = {name: value for name, value in case.query.items() if name in needed}
        self.world.make_sensible(case, 1)
        if "number" in case.path_parameters:
            case.path_parameters["number"] = "1"
        accepted = INSTEAD.get(label_of(operation)) or self.world.accepted(operation)
        if accepted is not None:
            case.body = accepted
        return case

    def _judge(self, what: str, status: int, allowed: bool) -> None:
        if (status not in REFUSED) != allowed and not (allowed and what.partition(" as ")[0] in NARROWER):
            self.wrong.append(f"{what}: {status}, though it is {'' if allowed else 'not '}allowed")


def _of_role(permission: Permission, role: str) -> bool:
    return any(grant.role in (role, Role.ANYBODY, Role.PUBLIC) for grant in permission.grants)


def _allowed(permission: Permission, standing: Standing, role: str, about_one: bool) -> bool | None:
    """What the table says; None where it depends on whose the one thing is, or on a seat."""
    actor = Actor("matrix", standing.agency, None, frozenset({role}))
    mine = {grant.relation for grant in permission.grants if grant.role in roles_of(actor)}
    if mine & {Relation.ANY, *standing.relations} or (Relation.OWN in mine and not about_one):
        return True
    return None if mine & PERSONAL else False


def bad_tokens(matrix: Matrix, folder: Path) -> dict[str, str]:
    """Tokens with every role that are no good."""
    here, standing = matrix.seeded.here, matrix.standings[0]
    long_ago = MovableClock(here.clock.now() - timedelta(hours=1))
    foreign = SigningKey.create_or_load(folder / "foreign" / "signing.json")
    good = matrix.token(standing, *GRANTED)
    return {
        "expired": matrix.token(standing, *GRANTED, clock=long_ago),
        "of another issuer": matrix.token(standing, *GRANTED, key=foreign),
        "cut off": good[:-4],
        "no token at all": "x",
    }


def examine_all(matrix: Matrix, folder: Path) -> None:
    """The whole matrix."""
    bad = bad_tokens(matrix, folder)
    for name in SERVICES:
        for operation, permission in matrix.operations(name):
            matrix.examine(operation, permission)
            matrix.refuse_bad_tokens(operation, bad)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_the_outcome_is_what_the_table_says(
    database: str, tmp_path: Path, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    clock, url = MovableClock(), ""
    if database == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create_databases(SERVICES)
    async with system(tmp_path, [service(name) for name in SERVICES], url, clock=clock) as here:
        matrix = Matrix(await seed(here, clock))
        await asyncio.to_thread(examine_all, matrix, tmp_path)
    with capsys.disabled():
        print(
            f"\n{matrix.cases.total()} cases of {len(matrix.cases)} operations; {matrix.apart.total()} apart"
        )
    assert not matrix.wrong + matrix.undecided, "\n".join([*matrix.wrong, "", *matrix.undecided])


@pytest.mark.parametrize("name", SERVICES)
def test_every_operation_has_a_row_and_every_role_is_one(name: str) -> None:
    for permission in permissions_of(service(name)).values():
        assert permission.grants
        assert {grant.role for grant in permission.grants} <= set(Role)
