"""Request context: turns a request into a command with its actor, and the outcome into a response."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import cached_property
from typing import Annotated, Any, Protocol, TypeVar

import orjson
from fastapi import Depends, Request
from pydantic import BaseModel
from sqlalchemy.orm import Session
from starlette.responses import Response

from shared.database.transaction import Context, Transaction
from shared.http import idempotency
from shared.http.known_parameters import KnownParameters
from shared.http.operation import Operation
from shared.http.request_headers import header
from shared.http.serving import ServiceContext
from shared.identity.actor import ANONYMOUS, Actor
from shared.identity.permissions import READ_ONLY, OnlyReads
from shared.observability import metrics
from shared.observability.tracing import readable, span
from shared.refusal import Refusal

T = TypeVar("T")
C = TypeVar("C")


class Versioned(Protocol):
    """The result of a use case, whose version becomes the ETag."""

    @property
    def version(self) -> int:
        """Increased with each change."""
        ...


V = TypeVar("V", bound=Versioned)
_ETAG = re.compile(r'(?:W/)?"(\d{1,18})"')


class IfMatchUnreadable(Refusal):
    """The header If-Match is not an entity tag of this system."""

    kind = "invalid"
    message = "The header If-Match (%(value)s) is not an entity tag of this resource."
    remedy = "Send the ETag exactly as in the resource's last response."


class DryRunUnreadable(Refusal):
    """The header Dry-Run is neither true nor false."""

    kind = "invalid"
    message = "The header Dry-Run (%(value)s) is neither true nor false; nothing was done."
    remedy = "Send “Dry-Run: true” to try without changing anything, or leave the header out."


class DryRunImpossible(Refusal):
    """Some operations cannot be tried without doing them."""

    kind = "invalid"
    message = "A dry run is not possible: this has effects that cannot be undone. Nothing was done."
    remedy = "Leave the header Dry-Run out to do it."


class AuthorizationUnreadable(Refusal):
    """The header Authorization is not a bearer token."""

    kind = "unauthenticated"
    message = "The header Authorization does not contain a bearer token."
    remedy = "Send a token as “Authorization: Bearer <token>”."


class Door:
    """A request's way into the service. Doors translate; they decide nothing."""

    def __init__(self, request: Request, runtime: ServiceContext, context: Context) -> None:
        self.request = request
        self.runtime = runtime
        self.context = context

    @property
    def operation(self) -> Operation:
        """The requested operation."""
        operation: Operation = self.request.scope["route"].operation
        return operation

    @property
    def actor(self) -> Actor:
        """The caller; ``ANONYMOUS`` without a token."""
        return self.context.actor

    @cached_property
    def is_dry(self) -> bool:
        """Whether the caller requests a dry run."""
        sent = header(self.request.scope, b"dry-run")
        if sent is None:
            return False
        given = sent.strip().lower()
        if given not in ("true", "false"):
            raise DryRunUnreadable(value=given[:80])
        return given == "true"

    def refuse_dry_run(self) -> None:
        """Refuse a dry run of effects outside the transaction, such as storing a file."""
        if self.is_dry:
            raise DryRunImpossible

    async def read(self, query: Callable[..., T], *args: Any) -> T:
        """Run a query on a snapshot of what the actor may see."""

        def run(session: Session) -> T:
            return query(session, *args)

        return await self.runtime.database.read(run, self.actor)

    async def ask(self, question: Callable[[Transaction, C], object], command: C) -> None:
        """Check a permission first, before ten megabytes are stored for nothing."""

        def run(tx: Transaction) -> None:
            question(tx, command)

        await self.runtime.database.write(self.context, run)

    async def do(
        self,
        use_case: Callable[[Transaction, C], V],
        command: C,
        view: Callable[[V], BaseModel],
        status: int = 200,
    ) -> Response:
        """Run a use case and respond with its view and ETag."""

        def run(tx: Transaction) -> tuple[bytes, int]:
            return _shown(use_case(tx, command), view)

        body, version = await self._write(run)
        return _answer(body, version, status)

    async def create(
        self,
        use_case: Callable[[Transaction, C], V],
        command: C,
        view: Callable[[V], BaseModel],
    ) -> Response:
        """The same for a creation (201): with an Idempotency-Key it can be repeated safely."""
        key = header(self.request.scope, b"idempotency-key")
        if key is None or self.is_dry:
            body, version = await self._write(lambda tx: _shown(use_case(tx, command), view))
            return _answer(body, version, 201) if self.is_dry else self._made(body, version)
        scope = self.request.scope
        request = f"{scope['method']} {scope['path']}"
        print_of = idempotency.fingerprint_of(key, request, command)

        def run(tx: Transaction) -> tuple[bytes, int, bool]:
            kept = idempotency.claim(tx, key, print_of)
            if kept is not None:
                tx.repeat()
                return kept.body, kept.version, True
            result = use_case(tx, command)
            shown = view(result)
            idempotency.keep(tx, key, print_of, idempotency.to_keep(shown), result.version)
            return _body(shown), result.version, False

        body, version, replayed = await self._write(run)
        answer = self._made(body, version)
        if replayed:
            answer.headers["Idempotency-Replayed"] = "true"
        return answer

    def _made(self, body: bytes, version: int) -> Response:
        """201, with the address of the new resource if it has one."""
        answer = _answer(body, version, 201)
        template: str | None = self.request.app.state.locations.get(self.operation)
        if template is not None:
            named = {"id": orjson.loads(body)["id"]} | self.request.path_params
            root = self.request.scope.get("root_path", "")
            answer.headers["Location"] = root + template.format_map(named)
        return answer

    async def _write(self, run: Callable[[Transaction], T]) -> T:
        service, name = self.runtime.service.name, self.operation.name
        begun = time.perf_counter()
        try:
            with span(name):
                result = await self._run(run)
        except Refusal as refusal:
            metrics.COMMANDS.labels(service, name, "refused", refusal.code).inc()
            raise
        if self.is_dry:
            return result
        accepted, seconds = metrics.of_command(service, name)
        accepted.inc()
        seconds.observe(time.perf_counter() - begun)
        return result

    async def _run(self, run: Callable[[Transaction], T]) -> T:
        """Run it; with ``Dry-Run: true`` everything is done, constraints included, and rolled back."""
        write = self.runtime.database.write
        if not self.is_dry:
            return await write(self.context.traced(), run)

        def dry(tx: Transaction) -> None:
            result = run(tx)
            tx.seal()
            tx.session.flush()
            raise _RolledBack(result)

        try:
            await write(self.context.traced(), dry)
        except _RolledBack as done:
            result: T = done.result
            return result
        raise AssertionError("a dry run ends by rolling back")


class _RolledBack(Exception):
    def __init__(self, result: Any) -> None:
        self.result = result


def _shown(result: V, view: Callable[[V], BaseModel]) -> tuple[bytes, int]:
    """The view as it will be after the commit, made inside the transaction."""
    return _body(view(result)), result.version


def _body(shown: BaseModel) -> bytes:
    return shown.model_dump_json(by_alias=True).encode()


def _answer(body: bytes, version: int, status: int) -> Response:
    return Response(body, status, {"ETag": etag(version)}, media_type="application/json")


def etag(version: int) -> str:
    """The entity tag of an aggregate's version (RFC 9110)."""
    return f'"{version}"'


async def door(request: Request) -> Door:
    """The dependency behind :data:`DoorDep`: it checks that the caller's role may do the operation.

    It runs before the body is read, so that an unauthorised caller learns nothing about the body.
    """
    route = request.scope["route"]
    opened = await admit(request, route.operation)
    known: KnownParameters = route.known
    known.require(request)
    await known.require_form(request)
    return opened


async def nobodys_door(request: Request) -> Door:
    """The dependency behind :data:`NobodysDoorDep`: its handler reads the header Authorization itself."""
    route = request.scope["route"]
    opened = _opened(request, route.operation, ANONYMOUS)
    known: KnownParameters = route.known
    known.require(request)
    await known.require_form(request)
    return opened


DoorDep = Annotated[Door, Depends(door)]
NobodysDoorDep = Annotated[Door, Depends(nobodys_door)]


async def admit(request: Request, operation: Operation) -> Door:
    """Authenticate the caller, and check that their role may do the operation."""
    return _opened(request, operation, await _actor(request, request.app.state.runtime))


def _opened(request: Request, operation: Operation, actor: Actor) -> Door:
    runtime: ServiceContext = request.app.state.runtime
    ids: dict[str, str] = request.scope["ids"]
    scope = request.scope
    context = request.scope["context"] = Context(
        actor=actor,
        correlation_id=ids["correlation_id"],
        causation_id=ids["request_id"],
        traceparent=readable(header(scope, b"traceparent")),
        expected_version=_expected(header(scope, b"if-match")),
        permission=operation.permission,
    )
    _require_role(request, runtime.service.name, operation, actor)
    return Door(request, runtime, context)


def _require_role(request: Request, service: str, operation: Operation, actor: Actor) -> None:
    """Refuse an actor without a role for this; a refused command is counted like any other."""
    reads = request.method in ("GET", "HEAD")
    try:
        operation.permission.require_role(actor)
        if actor.has(READ_ONLY) and not reads:
            raise OnlyReads
    except Refusal as refusal:
        if not reads:
            metrics.COMMANDS.labels(service, operation.name, "refused", refusal.code).inc()
        raise


async def _actor(request: Request, runtime: ServiceContext) -> Actor:
    given = header(request.scope, b"authorization")
    if given is None:
        return ANONYMOUS
    scheme, _, token = given.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise AuthorizationUnreadable
    return await runtime.verifier.verify(token.strip(), runtime.clock.now())


def _expected(if_match: str | None) -> int | None:
    if if_match is None or if_match == "*":
        return None
    match = _ETAG.fullmatch(if_match.strip())
    if match is None:
        raise IfMatchUnreadable(value=if_match[:80])
    return int(match[1])
