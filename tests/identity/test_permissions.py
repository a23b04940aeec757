"""Every operation of identity lets in the roles of its row, and no others."""

from __future__ import annotations

import re
from uuid import UUID

from fastapi.routing import APIRoute

from services.identity.api import router
from services.identity.permissions import PERMISSIONS
from shared.identity.actor import Actor
from shared.identity.permissions import GRANTED, roles_of
from tests.identity.world import AGENCY, BASE, Office

NOBODY = {"/problems/sign-in-first", "/problems/role-missing"}
ID = str(UUID(int=1))


async def test_each_role_is_let_in_where_the_table_says_so(quick: Office) -> None:
    routes = [route for route in router.routes if isinstance(route, APIRoute)]
    assert {route.endpoint.__name__ for route in routes} == PERMISSIONS.keys()
    wrong = []
    for route in routes:
        path = BASE + re.sub(r"\{\w+\}", ID, route.path).removeprefix("/v1")
        path += "?form=csv" if path.endswith("/export") else ""  # JSON Lines are no JSON
        permission = PERMISSIONS[route.endpoint.__name__]
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
