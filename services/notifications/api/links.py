"""Confirmation and unsubscribe links of messages."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends, Query
from starlette.responses import RedirectResponse, Response

from services.notifications import queries
from services.notifications.api.fields import LinkOut, StateOut, Token, masked
from services.notifications.commands import subscriptions as commands
from services.notifications.model import UnsubscribeUnknown
from shared.http.door import Door, DoorDep
from shared.http.known_parameters import TAKES_MORE
from shared.http.rate_limits import public_writes
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import PUBLIC

operations = Operations("links")
Message = Annotated[UUID | None, Query(description="The delivery that contained the link.")]
SEE_OTHER = 303


@operations.get("/links", may=PUBLIC)
async def show_link(token: Token, door: DoorDep) -> LinkOut:
    """Show what a link in a message is about; nothing is changed."""
    link = await door.read(queries.link, token)
    if link is None:
        raise UnsubscribeUnknown
    subscription, topic = link
    return LinkOut(
        state=subscription.state,
        scope=subscription.scope,
        value=subscription.value,
        topic=topic,
        address=masked(subscription.address),
        locale=subscription.locale,
    )


operations.do(
    "/confirmations",
    commands.confirm,
    may=PUBLIC,
    label=N_("confirm a subscription"),
    shows=StateOut,
    dependencies=[Depends(public_writes)],
)


@operations.get(
    "/confirm", may=PUBLIC, status_code=SEE_OTHER, response_class=RedirectResponse, openapi_extra=TAKES_MORE
)
async def confirm_by_link(token: Token, door: DoorDep) -> RedirectResponse:
    """Redirect to the page that asks whether to confirm; nothing is changed."""
    return await _page(door, "confirm", token=token)


@operations.get(
    "/unsubscribe",
    may=PUBLIC,
    status_code=SEE_OTHER,
    response_class=RedirectResponse,
    openapi_extra=TAKES_MORE,
)
async def unsubscribe_by_link(token: Token, door: DoorDep, message: Message = None) -> RedirectResponse:
    """Redirect to the page that asks what to end; nothing is changed."""
    return await _page(door, "end", token=token, **({"message": str(message)} if message else {}))


@operations.post(
    "/unsubscribe",
    may=PUBLIC,
    label=N_("unsubscribe through a link"),
    response_model=StateOut,
    dependencies=[Depends(public_writes)],
    openapi_extra=TAKES_MORE,
)
async def unsubscribe(
    token: Token, door: DoorDep, message: Message = None, until: commands.Until = "message"
) -> Response:
    """End a subscription with one click (RFC 8058).

    With ``message`` every topic by which that message came ends; ``until`` limits it to the link's topic,
    or extends it to everything sent to the address.
    """
    command = commands.Unsubscribe(token=token, until=until, message=message)
    return await door.do(commands.unsubscribe, command, StateOut.of)


async def _page(door: Door, act: str, **query: str) -> RedirectResponse:
    """The page of the portal, in the language of the subscription."""
    link = await door.read(queries.link, query["token"])
    if link is not None:
        query["lang"] = link[0].locale
    base = door.runtime.settings.public_url.rstrip("/")
    return RedirectResponse(f"{base}/subscriptions/{act}?{urlencode(query)}", SEE_OTHER)
