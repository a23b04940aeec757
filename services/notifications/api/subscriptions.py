"""Subscribing, and what its owner may do with a subscription, over HTTP."""

from __future__ import annotations

from uuid import UUID

from fastapi import Depends
from starlette.responses import Response

from services.notifications import queries
from services.notifications.api.fields import DeliveryOut, SubscriptionIn, SubscriptionMade, SubscriptionOut
from services.notifications.commands import subscriptions as commands
from services.notifications.permissions import OWNER_OF_A_WEBHOOK, WEBHOOK
from shared.http.door import DoorDep
from shared.http.limits import public_writes
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import PUBLIC, Relation, Role, may

operations = Operations("subscriptions")


@operations.post(
    "/subscriptions",
    may=PUBLIC,
    label=N_("subscribe to notices by e-mail"),
    status_code=201,
    response_model=SubscriptionMade,
    dependencies=[Depends(public_writes)],
)
async def subscribe(body: SubscriptionIn, door: DoorDep) -> Response:
    """Subscribe. E-mail needs no account but a confirmation; webhooks need the role coordinator.

    Who names an address that has subscribed already is answered in the same way, and its owner is asked
    again: at most once an hour for the same topic, and five times a day in all. A webhook's address is a
    public endpoint, written plainly; it is checked now and before each delivery.
    """
    if body.channel == "webhook" and body.address:
        WEBHOOK.require_role(door.actor)  # before anything is looked up for nobody
        await door.runtime.outgoing.check(body.address)
    agency = body.value if body.scope == "agency" else door.actor.agency
    command = commands.Subscribe(body.scope, body.value, body.channel, body.address, body.locale, agency)
    return await door.create(commands.subscribe, command, SubscriptionMade.of)


@operations.get("/subscriptions", may=may(Role.ANYBODY, of=Relation.OWN), label=N_("see subscriptions"))
async def list_subscriptions(door: DoorDep, paging: PageDep) -> Page[SubscriptionOut]:
    """One's own subscriptions, in the order in which they were made."""
    mine = await door.read(queries.subscriptions_of, door.actor, paging.after, paging.limit + 1)
    return paging.page(mine, SubscriptionOut.of, lambda subscription: subscription.id)


@operations.delete(
    "/subscriptions/{subscription_id}",
    may=may(Role.ANYBODY, of=Relation.OWN),
    label=N_("end a subscription"),
    response_model=SubscriptionOut,
)
async def end_subscription(subscription_id: UUID, door: DoorDep) -> Response:
    """End one's own subscription."""
    command = commands.OfSubscription(subscription_id)
    return await door.do(commands.end_subscription, command, SubscriptionOut.of)


@operations.post(
    "/subscriptions/{subscription_id}/secret",
    may=OWNER_OF_A_WEBHOOK,
    label=N_("give a webhook a new secret"),
    response_model=SubscriptionMade,
)
async def rotate_secret(subscription_id: UUID, door: DoorDep) -> Response:
    """Sign one's own webhook with a new secret; for a day also with the one before."""
    command = commands.OfSubscription(subscription_id)
    return await door.do(commands.rotate_secret, command, SubscriptionMade.of)


@operations.post(
    "/subscriptions/{subscription_id}/test",
    may=OWNER_OF_A_WEBHOOK,
    label=N_("send a test notice"),
    status_code=201,
    response_model=DeliveryOut,
)
async def send_test(subscription_id: UUID, door: DoorDep) -> Response:
    """Send a test to one's own webhook; a suspended one that takes it is told everything again."""
    command = commands.OfSubscription(subscription_id)
    return await door.do(commands.send_test, command, DeliveryOut.of, 201)
