"""The operations of a service, as tests look at them."""

from __future__ import annotations

from collections.abc import Mapping

from shared.host.app import routes_of
from shared.host.service import Service
from shared.http.routes import OperationRoute, operations_of
from shared.identity.permissions import Permission


def routes_by_name(service: Service) -> Mapping[str, OperationRoute]:
    """Each operation's route, those included that every service with data offers."""
    return {route.operation.name: route for route in operations_of(routes_of(service))}


def own_routes(service: Service) -> Mapping[str, OperationRoute]:
    """Each operation's route, of those that the service declares itself."""
    return {route.operation.name: route for part in service.operations for route in part.routes}


def permissions_of(service: Service) -> Mapping[str, Permission]:
    """Who may do what in a service."""
    return {name: route.operation.permission for name, route in routes_by_name(service).items()}
