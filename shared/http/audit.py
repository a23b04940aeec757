"""Audit of requests: records refusals and exports as audit events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import structlog
from fastapi import Request
from starlette.responses import Response

from shared.contracts.audit import ACTS
from shared.contracts.event import Event
from shared.database.transaction import Context, Transaction
from shared.http import problems
from shared.http.door import Door
from shared.http.serving import ServiceContext
from shared.identity.permissions import PUBLIC, Permission
from shared.rates import Rate
from shared.refusal import Refusal

log = structlog.get_logger(__name__)
TOLD = Rate(most=30, seconds=60)
"""How many refusals of one actor are recorded, so that brute force does not fill the stream."""


async def audited_refusal(request: Request, refusal: Exception) -> Response:
    """Respond with a problem; if a signed-in actor is forbidden something, that is recorded first."""
    context: Context | None = request.scope.get("context")
    if context is not None and isinstance(refusal, Refusal) and refusal.kind == "forbidden":
        await _tell_of_refusal(request, context, refusal)
    return await problems.refusal_problem(request, refusal)


async def record_export(door: Door, form: str) -> None:
    """Record that data of the actor's agency is exported."""
    contract = ACTS[door.runtime.service.name].exported
    operation = _operation(door.request)

    def happened(act_id: UUID) -> Event:
        return contract(act_id=act_id, operation=operation, form=form)  # type: ignore[return-value]

    await _record(door.runtime, door.context, happened)


async def _tell_of_refusal(request: Request, context: Context, refusal: Refusal) -> None:
    runtime: ServiceContext = request.app.state.runtime
    acts, actor = ACTS.get(runtime.service.name), context.actor
    if acts is None or actor.is_anonymous:
        return
    if runtime.limits.counts.hit(TOLD, "audit", f"{actor.agency} {actor.person}").wait:
        return
    operation = _operation(request)

    def happened(act_id: UUID) -> Event:
        return acts.refused(act_id=act_id, operation=operation, refusal=refusal.code)  # type: ignore[return-value]

    try:
        await _record(runtime, context, happened)
    except Exception:
        # The refusal is returned even if recording it fails.
        log.exception("a refusal could not be recorded", operation=operation)


async def _record(runtime: ServiceContext, context: Context, happened: Callable[[UUID], Event]) -> None:
    """Record it in a transaction of its own: the act itself may have been rolled back."""
    free = replace(context.traced(), permission=Permission(PUBLIC), expected_version=None)

    def record(tx: Transaction) -> None:
        tx.audit(happened(tx.new_id()))

    await runtime.database.write(free, record)


def _operation(request: Request) -> str:
    name: str = request.scope["route"].operation.name
    return name
