"""Registry of services."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import typer

from shared.i18n.terminal import _
from shared.service_names import ALL

if TYPE_CHECKING:
    from shared.host.service import Service

NAMES = ALL


def service(name: str) -> Service:
    """One service by its name; an unknown name ends the command with a clear message."""
    if name not in NAMES:
        text = _(
            "there is no service %(name)s; choose one of %(services)s",
            name=repr(name),
            services=", ".join(NAMES),
        )
        raise typer.BadParameter(text)
    declared: Service = import_module(f"services.{name}.service").service
    return declared


def chosen(names: list[str] | None) -> list[Service]:
    """The named services, or all of them."""
    return [service(name) for name in names or NAMES]
