"""Notices, deliveries and inbox API."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.notifications import queries
from services.notifications.api.fields import DeliveryOut, InboxOut, NoticeOut, Text
from services.notifications.commands import deliveries as commands
from services.notifications.permissions import OWNER_OF_A_WEBHOOK, STAFF_OF_THE_AGENCY
from shared.http.door import DoorDep
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import Relation, Role, may

operations = Operations("deliveries")


@operations.get("/notices", may=STAFF_OF_THE_AGENCY, label=N_("see notices"))
async def list_notices(door: DoorDep, paging: PageDep) -> Page[NoticeOut]:
    """List the notices of your agency (its administrators, coordinators and auditors)."""
    notices = await door.read(queries.list_notices, paging.after, paging.limit + 1)
    return paging.page(notices, NoticeOut.of, lambda notice: notice.id)


@operations.get("/deliveries", may=STAFF_OF_THE_AGENCY, label=N_("list deliveries of notices"))
async def list_deliveries(
    door: DoorDep,
    paging: PageDep,
    correlation_id: Annotated[Text, Query(max_length=200)] | None = None,
    notice_id: UUID | None = None,
    subscription_id: UUID | None = None,
) -> Page[DeliveryOut]:
    """List deliveries: of your agency's notices and to your own subscriptions, with masked addresses."""
    deliveries = await door.read(
        queries.list_deliveries, correlation_id, notice_id, subscription_id, paging.after, paging.limit + 1
    )
    return paging.page(deliveries, DeliveryOut.of, lambda delivery: delivery.id)


operations.do(
    "/deliveries/{delivery_id}/redeliver",
    commands.redeliver,
    may=OWNER_OF_A_WEBHOOK,
    label=N_("send a notice again"),
    shows=DeliveryOut,
)


@operations.get("/inbox", may=may(Role.ANYBODY, of=Relation.OWN), label=N_("read notices"))
async def read_inbox(door: DoorDep, paging: PageDep) -> Page[InboxOut]:
    """Read your inbox."""
    inbox = await door.read(queries.inbox_of, door.actor, paging.after, paging.limit + 1)
    return paging.page(
        inbox,
        lambda pair: InboxOut(id=pair[0].id, received_at=pair[0].received_at, notice=NoticeOut.of(pair[1])),
        lambda pair: pair[0].id,
    )
