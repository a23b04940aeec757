"""Subscriptions API."""

from __future__ import annotations

from uuid import UUID

from fastapi import Depends
from starlette.responses import Response

from services.notifications import queries
from services.notifications.api.fields import DeliveryOut, SubscriptionMade, SubscriptionOut
from services.notifications.commands import subscriptions as commands
from services.notifications.model import Subscription
from services.notifications.permissions import OWNER_OF_A_WEBHOOK, WEBHOOK
from shared.http.door import Door, DoorDep
from shared.http.paging import Page, PageDep
from shared.http.rate_limits import public_writes
from shared.http.routes import Operations, View
from shared.i18n import N_
from shared.identity.permissions import PUBLIC, Relation, Role, may

operations = Operations("subscriptions")


MADE: View[Subscription] = View(SubscriptionMade, lambda _: SubscriptionMade.of)


async def check_endpoint(door: Door, command: commands.Subscribe) -> None:
    """Refuse a webhook whose address is not allowed; no name is looked up for a caller without permission."""
    if command.channel == "webhook" and command.address:
        WEBHOOK.require_role(door.actor)
        await door.runtime.outgoing.check(command.address)


operations.create(
    "/subscriptions",
    commands.subscribe,
    may=PUBLIC,
    label=N_("subscribe to notices by e-mail"),
    shows=MADE,
    first=check_endpoint,
    dependencies=[Depends(public_writes)],
)


@operations.get("/subscriptions", may=may(Role.ANYBODY, of=Relation.OWN), label=N_("list subscriptions"))
async def list_subscriptions(door: DoorDep, paging: PageDep) -> Page[SubscriptionOut]:
    """List your own subscriptions, in the order in which they were created."""
    mine = await door.read(queries.subscriptions_of, door.actor, paging.after, paging.limit + 1)
    return paging.page(mine, SubscriptionOut.of, lambda subscription: subscription.id)


operations.do(
    "/subscriptions/{subscription_id}",
    commands.end_subscription,
    may=may(Role.ANYBODY, of=Relation.OWN),
    label=N_("end a subscription"),
    shows=SubscriptionOut,
    methods=["DELETE"],
)
operations.do(
    "/subscriptions/{subscription_id}/secret",
    commands.rotate_secret,
    may=OWNER_OF_A_WEBHOOK,
    label=N_("give a webhook a new secret"),
    shows=MADE,
)


@operations.post(
    "/subscriptions/{subscription_id}/test",
    may=OWNER_OF_A_WEBHOOK,
    label=N_("send a test notice"),
    status_code=201,
    response_model=DeliveryOut,
)
async def send_test(subscription_id: UUID, door: DoorDep) -> Response:
    """Send a test to your own webhook; if a suspended one accepts it, it is active again."""
    command = commands.SendTest(subscription_id=subscription_id)
    return await door.do(commands.send_test, command, DeliveryOut.of, 201)
