"""Every operation of identity lets in the roles of its row, and no others."""

from __future__ import annotations

import re
from uuid import UUID

from services.identity.service import service
from shared.identity.actor import Actor
from shared.identity.permissions import GRANTED, roles_of
from tests.identity.world import AGENCY, BASE, Office
from tests.support.operations import own_routes

NOBODY = {"/problems/sign-in-first", "/problems/role-missing"}
ID = str(UUID(int=1))


async def test_each_role_is_let_in_where_the_table_says_so(quick: Office) -> None:
    wrong = []
    for route in own_routes(service).values():
        path = BASE + re.sub(r"\{\w+\}", ID, route.path).removeprefix("/v1")
        path += "?form=csv" if path.endswith("/export") else ""  # JSON Lines are no JSON
        permission = route.operation.permission
        method = min(route.methods or ())
        for role in (None, *GRANTED):
            actor = Actor("p-1", AGENCY, roles=frozenset({role} if role else ()))
            token = quick.system.key.mint(actor, clock=quick.clock) if role else None
            answer = await quick.system.call(method, path, None if method == "GET" else {}, token=token)
            kind = answer.body.get("type", "") if answer.status >= 400 else ""
            held = roles_of(actor) if role else {"public"}
            may = any(grant.role in held for grant in permission.grants)
            if (kind in NOBODY) == may:
                wrong.append(f"{method} {path} as {role}: {answer.status} {kind}")
    assert not wrong, "\n".join(wrong)
