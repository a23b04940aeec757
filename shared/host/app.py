"""The HTTP application of one service."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version

from fastapi import FastAPI

from shared.archive import api as archive_api
from shared.host import documents, operations
from shared.host.runtime import ServiceRuntime
from shared.host.service import Service
from shared.http import audit, limits, openapi, problems
from shared.http.cors import Openly
from shared.http.limits import Limited, TooManyRequests
from shared.http.locations import locations
from shared.http.middleware import RequestScope
from shared.http.unknown_parameters import known
from shared.identity.permissions import Permission
from shared.privacy import api as privacy_api
from shared.refusal import Refusal

KEPT: Mapping[str, Permission] = {
    **operations.PERMISSIONS,
    **archive_api.PERMISSIONS,
    **privacy_api.PERMISSIONS,
}
"""Who may do what in every service with data."""

ABOUT = (
    "Reading what is public needs no account; everything else a bearer token. Lists come in pages: `next` "
    "is the `cursor` of the following one. A write answers with an `ETag`; sent back as `If-Match` it keeps "
    "two people from overwriting each other. An `Idempotency-Key` makes a creation safe to send again. "
    "What is refused is told as a problem (RFC 9457) in the reader's language."
)
CONTACT = {"name": "Whoever runs this installation"}


def describe(service: Service) -> FastAPI:
    """The routes of a service, not yet running (this is what OpenAPI is generated from)."""
    kept = [*operations.router.routes, *archive_api.router.routes, *privacy_api.router.routes]
    app = FastAPI(
        title=f"Kemitraan: {service.title}",
        version=version("kemitraan"),
        description=ABOUT,
        contact=CONTACT,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        docs_url=None,
        redoc_url=None,
        openapi_url=None,  # it is served by ours, which makes it off the event loop
        servers=[{"url": f"/api/{service.name}"}],
        separate_input_output_schemas=False,
        # Spans and metrics are ours: they carry the correlation id and the service's name.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        # Taken over as they are: an included router is matched a second time on every request.
        routes=[*service.router.routes, *(kept if service.metadata is not None else ())],
        webhooks=service.webhooks,
    )
    problems.install(app)
    openapi.declare(app, permissions_of(service), service.name)
    return app


def permissions_of(service: Service) -> Mapping[str, Permission]:
    """Who may do what in a service: its own table, and that of what every service with data offers."""
    return {**service.permissions, **(KEPT if service.metadata is not None else {})}


def create_app(service: Service, runtime: ServiceRuntime) -> FastAPI:
    """The running application of a service."""
    app = describe(service)
    app.state.runtime = runtime
    app.state.permissions = permissions_of(service)
    app.state.locations = locations(app)
    app.state.known = known(app)
    documents.serve(app, service)
    app.add_exception_handler(Refusal, audit.refused)
    app.add_exception_handler(TooManyRequests, limits.refused)
    app.add_middleware(Openly, permissions=app.state.permissions)
    app.add_middleware(Limited, limits=runtime.limits, verifier=runtime.verifier, clock=runtime.clock)
    app.add_middleware(RequestScope, service=service.name, new_id=runtime.new_id)
    return app
