"""HTTP API of notifications."""

from fastapi import APIRouter

from services.notifications.adapters.webhook import WebhookNotice
from services.notifications.api import deliveries, links, subscriptions

OPERATIONS = (
    subscriptions.operations,
    links.operations,
    deliveries.operations,
)
webhooks = APIRouter()


@webhooks.post("notice", tags=["webhooks"], status_code=204)
def notice(body: WebhookNotice) -> None:
    """What is sent to an endpoint, signed according to Standard Webhooks.

    The headers are webhook-id, webhook-timestamp and webhook-signature (with two signatures for a day after
    the secret was changed). Answer 2xx within ten seconds. 410 ends the subscription; 429 and 503 are
    obeyed with Retry-After; everything else is retried for about three days. After five days of failures
    nothing more is sent until a test succeeds.
    """
