"""HTTP client for the APIs of a running system, with tokens signed by the key of this installation."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from uuid import UUID

from shared.api_client import SECONDS, ApiClient
from shared.console import reason_of
from shared.i18n.terminal import _, language
from shared.identity.actor import Actor
from shared.service_names import WITH_DATA
from shared.settings import Settings, SettingsError

if TYPE_CHECKING:
    import aiohttp

AGENCY = "polresta-delta"


def mint(settings: Settings, role: str, organisation: UUID | None = None) -> str:
    """A short-lived token for a role of the demonstration, without an account."""
    person = f"{role}-{organisation}" if organisation else role
    agency = workspace_of(organisation) if organisation else AGENCY
    return signed_token(settings, Actor(person, agency, organisation, frozenset({role})))


def workspace_of(organisation: UUID) -> str:
    """The slug of the workspace that an organisation of the demonstration has for itself."""
    return f"ruang-{organisation.hex[-12:]}"


def host_actor(*roles: str, agency: str = AGENCY, organisation: UUID | None = None) -> Actor:
    """An actor for holders of the signing key: in any role, of any agency, for any organisation."""
    return Actor("host", agency, organisation, frozenset(roles))


def signed_token(settings: Settings, actor: Actor) -> str:
    """A short-lived token for an actor."""
    from shared.identity.signing import SigningKey

    try:
        return SigningKey.create_or_load(settings.signing_key).mint(actor)
    except ValueError as error:
        raise SettingsError(f"KEMITRAAN_SIGNING_KEY: {error}") from None
    except OSError as error:
        text = _(
            "The key that signs for this command is not here: %(file)s: %(reason)s (KEMITRAAN_SIGNING_KEY). "
            "Where each service runs by itself, identity alone has it: "
            "docker compose exec identity kemitraan …",
            file=settings.signing_key,
            reason=error.strerror,
        )
        raise SettingsError(text) from None


async def ask(
    settings: Settings, method: str, service: str, path: str, body: Any, by: Actor, **more: Any
) -> Any:
    """Send one request as an actor; raises :class:`Problem` or :class:`NotAnswered`."""
    async with ApiClient.connected(settings.service_url, language()) as client:
        return await client.ask(
            service, path, method=method, body=body, token=signed_token(settings, by), **more
        )


def readiness(settings: Settings) -> dict[str, Any]:
    """The combined ``/readyz`` of all processes: ``ready`` and ``checks``."""
    import aiohttp

    places: dict[str, list[str]] = {}
    for name in WITH_DATA:
        places.setdefault(settings.service_url(name), []).append(name)
    places.setdefault(settings.portal_url, []).append("portal")

    async def ask() -> list[list[dict[str, Any]]]:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS)) as session:
            return await asyncio.gather(*(_checks(session, url, names) for url, names in places.items()))

    # A process with two addresses is listed once.
    checks_by_name = {
        (check["service"], check["name"]): check for checks in asyncio.run(ask()) for check in checks
    }
    return {
        "ready": all(check["ok"] for check in checks_by_name.values()),
        "checks": list(checks_by_name.values()),
    }


async def _checks(session: aiohttp.ClientSession, url: str, services: list[str]) -> list[dict[str, Any]]:
    from aiohttp import ClientError

    try:
        async with session.get(f"{url}/readyz") as answer:
            checks: list[dict[str, Any]] = (await answer.json(content_type=None))["checks"]
            return checks
    except (ClientError, TimeoutError, ValueError, LookupError, TypeError) as error:
        text = _("no answer at %(url)s: %(reason)s. Is it running (kemitraan up)?")
        detail = text % {"url": url, "reason": reason_of(error)}
        return [{"service": ", ".join(services), "name": "answer", "ok": False, "detail": detail}]
