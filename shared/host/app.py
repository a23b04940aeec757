"""ASGI application of a service."""

from __future__ import annotations

from collections import Counter
from importlib.metadata import version

from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from shared.host import archives, documents, operations, personal_data
from shared.host.runtime import ServiceRuntime
from shared.host.service import Service
from shared.http import audit, openapi, operation_list, problems, rate_limits, vocabulary
from shared.http.application import Application
from shared.http.cors import CorsMiddleware
from shared.http.locations import Locations
from shared.http.middleware import RequestContextMiddleware
from shared.http.rate_limits import RateLimitMiddleware, TooManyRequests
from shared.refusal import Refusal

EVERYWHERE = (
    operation_list.operations,
    vocabulary.operations,
    operations.operations,
    archives.operations,
    personal_data.operations,
)
"""The operations of every service with data."""

ABOUT = (
    "Reading public data needs no account; everything else needs a bearer token. Lists are paged: `next` is "
    "the `cursor` of the following page. The response to a write has an `ETag`; sent back as `If-Match` it "
    "prevents two people from overwriting each other's changes. An `Idempotency-Key` makes it safe to repeat "
    "a creation. Refusals are returned as problems (RFC 9457) in the reader's language."
)
CONTACT = {"name": "The operator of this installation"}


def describe(service: Service) -> Application:
    """The routes of a service, not yet running (this is what OpenAPI is generated from)."""
    app = Application(
        title=f"Kemitraan: {service.title}",
        version=version("kemitraan"),
        description=ABOUT,
        contact=CONTACT,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        docs_url=None,
        redoc_url=None,
        openapi_url=None,  # we serve it ourselves, generated off the event loop
        servers=[{"url": f"/api/{service.name}"}],
        separate_input_output_schemas=False,
        # We have our own spans and metrics, with the correlation id and the service's name.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        # Added directly: an included router would be matched a second time on every request.
        routes=routes_of(service),
        webhooks=service.webhooks,
    )
    problems.install(app)
    openapi.declare(app, service.name)
    return app


def routes_of(service: Service) -> list[BaseRoute]:
    """The routes of a service's own operations, and of those that every service with data offers."""
    kept = EVERYWHERE if service.metadata is not None else ()
    routes = [route for part in (*service.operations, *kept) for route in part.routes]
    names = Counter(route.operation.name for route in routes)
    if twice := sorted(name for name, times in names.items() if times > 1):
        raise TypeError(f"the service {service.name} declares twice: {', '.join(twice)}")
    return [*routes]


def create_app(service: Service, runtime: ServiceRuntime) -> Application:
    """The running application of a service."""
    app = describe(service)
    app.state.runtime = runtime
    app.state.locations = Locations(app)
    documents.serve(app, service)
    app.add_exception_handler(Refusal, audit.audited_refusal)
    app.add_exception_handler(TooManyRequests, rate_limits.refused)

    def guard(inner: ASGIApp) -> ASGIApp:
        counted = RateLimitMiddleware(CorsMiddleware(inner), runtime.limits, runtime.verifier, runtime.clock)
        return RequestContextMiddleware(counted, service.name, runtime.new_id)

    app.guard = guard
    return app
