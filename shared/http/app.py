"""The HTTP application of one service."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING

from fastapi import FastAPI

from shared.http import archives, limits, operations, personal, problems, witness
from shared.http.limits import Limited, TooManyRequests
from shared.http.middleware import RequestScope
from shared.identity.permissions import Permission
from shared.refusal import Refusal

if TYPE_CHECKING:
    from shared.host.runtime import ServiceRuntime
    from shared.host.service import Service

KEPT: Mapping[str, Permission] = {
    **operations.PERMISSIONS,
    **archives.PERMISSIONS,
    **personal.PERMISSIONS,
}
"""Who may do what in every service with data."""


def describe(service: Service) -> FastAPI:
    """The routes of a service, not yet running (this is what OpenAPI is generated from)."""
    kept = [*operations.router.routes, *archives.router.routes, *personal.router.routes]
    app = FastAPI(
        title=f"Kemitraan: {service.title}",
        version=version("kemitraan"),
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
        servers=[{"url": f"/api/{service.name}"}],
        separate_input_output_schemas=False,
        # Spans and metrics are ours: they carry the correlation id and the service's name.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        # Taken over as they are: an included router is matched a second time on every request.
        routes=[*service.router.routes, *(kept if service.metadata is not None else ())],
        webhooks=service.webhooks,
    )
    problems.install(app)
    problems.declare(app)
    return app


def permissions_of(service: Service) -> Mapping[str, Permission]:
    """Who may do what in a service: its own table, and that of what every service with data offers."""
    return {**service.permissions, **(KEPT if service.metadata is not None else {})}


def create_app(service: Service, runtime: ServiceRuntime) -> FastAPI:
    """The running application of a service."""
    app = describe(service)
    app.state.runtime = runtime
    app.state.permissions = permissions_of(service)
    app.add_exception_handler(Refusal, witness.refused)
    app.add_exception_handler(TooManyRequests, limits.refused)
    app.add_middleware(Limited, runtime=runtime)
    app.add_middleware(RequestScope, service=service.name, new_id=runtime.new_id)
    return app
