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
from services.registry import service
from shared.clock import MovableClock
from shared.identity.actor import Actor
from shared.identity.permissions import AUTOMATED, GRANTED, Permission, Relation, Role, roles_of
from shared.identity.signing import SigningKey
from tests.http.accounts import ASKER, revoked, seed_accounts
from tests.http.seeded import Seeded, seed
from tests.http.sensible import Operation, Request, World, coverage, label_of
from tests.http.test_fuzzing import ALIKE, PATIENCE, SERVICES
from tests.support.operations import permissions_of
from tests.support.postgres import Postgres
from tests.support.system import system

REFUSED = {401, 403, 404}
OURS, THEIRS, ELSEWHERE = "polresta-contoh", "kecamatan-contoh", "polresta-lain"
MEASUREMENT = "/api/programs/v1/indicators/{indicator_id}/measurements/{measurement_id}"
ACTIVITY = "/api/programs/v1/activities/{activity_id}"
NARROWER = {
    f"POST {ACTIVITY}/confirm": "by another party than the one that acted",
    f"POST {ACTIVITY}/dispute": "by another party than the one that acted",
    "POST /api/partners/v1/commitments/{commitment_id}/confirm": "by another party than its owner",
    "POST /api/programs/v1/problems/{problem_id}/carry-out": "by the party whose option was chosen",
    "POST /api/programs/v1/programs/{program_id}/stages/{stage_id}/submit": "with evidence of one's own",
    "POST /api/programs/v1/programs/{program_id}/stages/{stage_id}/accept": "by another party",
    "POST /api/programs/v1/programs/{program_id}/stages/{stage_id}/return": "by another party",
    "POST /api/programs/v1/programs/{program_id}/revise": "by the party that proposed it",
    "POST /api/programs/v1/programs/{program_id}/withdraw": "by the party that proposed it",
    "POST /api/programs/v1/programs/{program_id}/changes/{change_id}/withdraw": "by its proposer",
    "POST /api/programs/v1/activities/{activity_id}/retract": "by the party that recorded it",
    "POST /api/programs/v1/contributions/{contribution_id}/verify": "by another party than the giver",
    "POST /api/programs/v1/contributions/{contribution_id}/dispute": "by another party than the giver",
    "POST /api/programs/v1/contributions/{contribution_id}/correct": "by the giver",
    f"POST {MEASUREMENT}/verify": "by another party than the one that measured",
    f"POST {MEASUREMENT}/dispute": "by another party than the one that measured",
    "POST /api/products/v1/uses/{use_id}/verify": "by another party than the user",
}
"""Where a rule of the model asks for more than the table: which party, or which person, it has to be."""
OWNERS_ALONE = {
    "POST /api/partners/v1/boards/{board_id}/elections",
    "POST /api/partners/v1/boards/{board_id}/seats/{seat_id}/vacate",
    "POST /api/partners/v1/meetings",
    "POST /api/partners/v1/meetings/{meeting_id}/reschedule",
    "POST /api/partners/v1/meetings/{meeting_id}/cancel",
    "POST /api/partners/v1/meetings/{meeting_id}/hold",
    "PUT /api/partners/v1/meetings/{meeting_id}/attendance",
    "POST /api/partners/v1/meetings/{meeting_id}/outcomes",
    "POST /api/partners/v1/meetings/{meeting_id}/outcomes/{outcome_id}/correct",
    "PUT /api/partners/v1/meetings/{meeting_id}/minutes",
    "POST /api/partners/v1/meetings/{meeting_id}/minutes/approve",
    "DELETE /api/notifications/v1/subscriptions/{subscription_id}",
    "POST /api/notifications/v1/subscriptions/{subscription_id}/secret",
    "POST /api/notifications/v1/subscriptions/{subscription_id}/test",
    "POST /api/notifications/v1/deliveries/{delivery_id}/redeliver",
    "POST /api/identity/v1/me/sessions/{session_id}/end",
}
"""What certain persons alone may do, whoever else asks; they do it in the service's own tests."""
OF_THE_POLICE = {"membership_id", "commitment_id"}
"""What belongs to the organisation that stands in one's own agency."""
BY_A_SECRET = {
    f"{name.split()[0]} /api/identity/v1/{name.split()[1]}"
    for name in (
        "POST access",
        "POST oauth/token",
        "POST links/use",
        "GET provider/start",
        "GET provider/callback",
        "POST provider/entries",
    )
} | {"POST /api/notifications/v1/unsubscribe"}
"""What is open to everybody, and refused for the secret that is sent (or for want of a provider)."""
WITHOUT_A_BEARER = {"POST /api/identity/v1/oauth/token", "POST /api/programs/v1/reports"}
"""Where a bearer's token says nothing: clients (RFC 6749, 4.4), and residents who report as nobody."""
AT_THE_GATE = ("sign-in-first", "role-missing")
ONES_OWN = {f"GET /api/identity/v1/{name}" for name in ("accounts", "agency", "audit", "audit/export")} | {
    "POST /api/identity/v1/accounts",
    "POST /api/identity/v1/agency/amend",
    "POST /api/identity/v1/persons/{person_id}/erase",
    *(f"GET /api/{name}/v1/personal-data/{{person_id}}" for name in SERVICES),
}
"""What is about one's own agency, whichever that is."""
INSTEAD: dict[str, dict[str, Any]] = {
    "POST /api/partners/v1/organisations/{organisation_id}/members": {
        "name": "Orang Baru",
        "role": "anggota",
        "since": "2026-01-01",
    },
    "POST /api/partners/v1/persons/{person_id}/amend": {"name": "Orang Baru"},
    # Other channels than e-mail have rows of their own.
    "POST /api/products/v1/products/{product_id}/files": {"file": files.pdf("Petunjuk", "Bersama")},
    "POST /api/notifications/v1/subscriptions": {"channel": "email", "address": "b@desa.example"},
    "POST /api/identity/v1/accounts": {"user_name": "baru", "display_name": "Orang baru"},
    "POST /api/identity/v1/agency/amend": {"name": "Polresta Contoh Kota"},
    "POST /api/identity/v1/accounts/{account_id}/roles": {"role": "coordinator"},
    "POST /api/identity/v1/accounts/{account_id}/roles/withdraw": {"role": "coordinator"},
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

    @property
    def is_let_in(self) -> bool:
        """Whether no permission was in the way."""
        return self.status not in REFUSED

    @property
    def is_past_the_gate(self) -> bool:
        """Whether it was not refused for the role that was brought along."""
        return not any(f"/problems/{item}".encode() in self.body for item in AT_THE_GATE)


@dataclass
class Matrix:
    """Asks everything in every way and keeps what came out otherwise than the table says."""

    seeded: Seeded
    cases: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)
    revoked: str = ""
    _case: Request | None = None
    _written: requests.PreparedRequest | None = None
    _tokens: dict[tuple[Standing, tuple[str, ...]], str] = field(default_factory=dict)

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

    def token(self, standing: Standing, *roles: str) -> str:
        """A token of somebody who stands there in these roles; one for each, as signing takes time."""
        if (standing, roles) not in self._tokens:
            self._tokens[standing, roles] = self.minted(standing, *roles)
        return self._tokens[standing, roles]

    def minted(
        self,
        standing: Standing,
        *roles: str,
        key: SigningKey | None = None,
        clock: MovableClock | None = None,
    ) -> str:
        """The same with another key, or of another time."""
        actor = Actor(str(ASKER), standing.agency, standing.organisation, frozenset(roles))
        return (key or self.seeded.here.key).mint(actor, clock=clock or self.seeded.clock)

    def ask(self, case: Request, token: str | None) -> Answer:
        """Try it."""
        sent = self._prepared(case).copy()
        if token:
            sent.headers["Authorization"] = f"Bearer {token}"
        answer = self.session.send(sent, allow_redirects=False, timeout=PATIENCE)
        return Answer(answer.status_code, answer.content)

    def _prepared(self, case: Request) -> requests.PreparedRequest:
        """The request without a token; it is written out once for all who ask."""
        if self._case is not case:
            base = f"{self.seeded.here.url}{case.operation.schema.base_path}"
            sent = case.as_transport_kwargs(base_url=base)
            sent["headers"]["Dry-Run"] = "true"
            self._case, self._written = case, self.session.prepare_request(requests.Request(**sent))
        assert self._written is not None
        return self._written

    def examine(self, operation: Operation, permission: Permission) -> None:
        """One operation in every way."""
        case = self._sensible(operation)
        label = label_of(operation)
        first = self.ask(case, self.token(self.standings[0], *GRANTED))
        let_in = _passed(label, first)
        for standing in self.standings:
            for role in GRANTED:
                told = self.ask(case, self.token(standing, role))
                allowed = _allowed(permission, standing, role, case)
                if told.is_empty and not allowed and _of_role(permission, role):
                    continue
                let_in |= _passed(label, told)
                if label in ONES_OWN and standing.agency != OURS and OURS.encode() in told.body:
                    self.wrong.append(f"{label} as {role} of {standing.name}: tells what is of {OURS}")
                self._judge(f"{label} as {role} of {standing.name}", _passed(label, told), allowed)
        robot = self.ask(case, self.token(self.standings[0], *GRANTED, AUTOMATED))
        if (b"/problems/for-people-alone" in robot.body) != permission.by_people_alone:
            self.wrong.append(f"{label} with an API token: {robot.status} {robot.body[:200]!r}")
        self._judge(f"{label} without a token", _passed(label, self.ask(case, None)), permission.is_public)
        self.cases[label] = len(self.standings) * len(GRANTED) + 3
        if label not in OWNERS_ALONE and (not let_in or b"/problems/invalid-request" in first.body):
            self.undecided.append(f"{label}: {first.status} {first.body[:400]!r}")

    def refuse_bad_tokens(self, operation: Operation, bad: dict[str, str]) -> None:
        """A token that is no good opens nothing, not even what is public."""
        if label_of(operation) in WITHOUT_A_BEARER:
            return
        case = self._sensible(operation)
        for name, token in bad.items():
            status = self.ask(case, token).status
            self.cases[label_of(operation)] += 1
            if status != HTTPStatus.UNAUTHORIZED:
                self.wrong.append(f"{label_of(operation)} with a token that is {name}: {status}")

    def _sensible(self, operation: Operation) -> Request:
        case = next(coverage(operation, GenerationMode.POSITIVE))
        needed = {item.name for item in operation.query if item.is_required}
        case.query = {name: value for name, value in case.query.items() if name in needed}
        # What only narrows a request (If-Match, Idempotency-Key) is no matter of who asks.
        case.headers.clear()
        self.world.make_sensible(case, 1)
        if "number" in case.path_parameters:
            case.path_parameters["number"] = "1"
        accepted = INSTEAD.get(label_of(operation)) or self.world.accepted(operation)
        if accepted is not None:
            case.body = accepted
        return case

    def _judge(self, what: str, passed: bool, allowed: bool) -> None:
        if passed != allowed and not (allowed and what.partition(" as ")[0] in NARROWER):
            found = "let in" if passed else "refused"
            self.wrong.append(f"{what}: {found}, though it is {'' if allowed else 'not '}allowed")


def _passed(label: str, told: Answer) -> bool:
    return told.is_past_the_gate if label in BY_A_SECRET else told.is_let_in


def _of_role(permission: Permission, role: str) -> bool:
    return any(grant.role in (role, Role.ANYBODY, Role.PUBLIC) for grant in permission.grants)


def _allowed(permission: Permission, standing: Standing, role: str, case: Request) -> bool:
    """What the table says; the one thing that is asked about is somebody else's, or the organisation's."""
    actor = Actor(str(ASKER), standing.agency, None, frozenset({role}))
    mine = {grant.relation for grant in permission.grants if grant.role in roles_of(actor)}
    held = {Relation.ANY, *standing.relations}
    if not case.path_parameters or (standing.agency == OURS and OF_THE_POLICE & case.path_parameters.keys()):
        held.add(Relation.OWN)
    if case.path_parameters.get("organisation_id") == str(standing.organisation):
        held.add(Relation.OWN)
    if label_of(case.operation) in ONES_OWN:
        held.add(Relation.OWN_AGENCY)
    return not mine.isdisjoint(held)


def bad_tokens(matrix: Matrix, folder: Path) -> dict[str, str]:
    """Tokens with every role that are no good."""
    here, standing = matrix.seeded.here, matrix.standings[0]
    long_ago = MovableClock(here.clock.now() - timedelta(hours=1))
    foreign = SigningKey.create_or_load(folder / "foreign" / "signing.json")
    good = matrix.token(standing, *GRANTED)
    return {
        "expired": matrix.minted(standing, *GRANTED, clock=long_ago),
        "of another issuer": matrix.minted(standing, *GRANTED, key=foreign),
        "cut off": good[:-4],
        "revoked": matrix.revoked,
        "no token at all": "x",
    }


def examine_all(matrix: Matrix, folder: Path, *, reads_only: bool) -> None:
    """The whole matrix, or what reads: to that PostgreSQL's own policies have something to say."""
    bad = bad_tokens(matrix, folder)
    for name in SERVICES:
        for operation, permission in matrix.operations(name):
            if reads_only and operation.method != "get":
                continue
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
        places = [(standing.agency, standing.organisation) for standing in matrix.standings]
        await seed_accounts(matrix.seeded, places)
        matrix.revoked = await revoked(matrix.seeded, OURS)
        await asyncio.to_thread(examine_all, matrix, tmp_path, reads_only=bool(url))
    with capsys.disabled():
        print(f"\n{matrix.cases.total()} cases of {len(matrix.cases)} operations")
    assert not matrix.wrong + matrix.undecided, "\n".join([*matrix.wrong, "", *matrix.undecided])


@pytest.mark.parametrize("name", SERVICES)
def test_every_operation_has_a_row_and_every_role_is_one(name: str) -> None:
    for permission in permissions_of(service(name)).values():
        assert permission.grants
        assert {grant.role for grant in permission.grants} <= set(Role)
