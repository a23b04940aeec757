"""Registry of services."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import typer

from shared.service_names import ALL

if TYPE_CHECKING:
    from shared.host.service import Service

NAMES = ALL


def service(name: str) -> Service:
    """One service by its name; ends the command with a clear message when there is none."""
    if name not in NAMES:
        raise typer.BadParameter(f"there is no service {name!r}; there are {', '.join(NAMES)}")
    declared: Service = import_module(f"services.{name}.service").service
    return declared


def chosen(names: list[str] | None) -> list[Service]:
    """The named services, or all of them."""
    return [service(name) for name in names or NAMES]
