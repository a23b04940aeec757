"""Webhooks go to public endpoints alone: asked when they are subscribed to, and again at each delivery."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.notifications.service import service as notifications
from services.partners.service import service as partners
from tests.support.names import Names, told
from tests.support.system import System, system
from tests.support.wait import eventually
from tests.support.webhook import WebhookReceiver

BASE = "/api/notifications/v1"
PUBLIC = "93.184.215.14"


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """A name server of the test's own."""
    return told(monkeypatch)


@pytest.fixture
async def here(tmp_path: Path, names: Names) -> AsyncIterator[System]:
    """A system that allows nothing beside the public network."""
    async with system(tmp_path, [partners, notifications], webhook_allow="") as running:
        yield running


async def subscribe(here: System, address: str, token: str | None = None) -> Any:
    """Subscribe a webhook to everything."""
    body = {"channel": "webhook", "address": address}
    return await here.call("POST", f"{BASE}/subscriptions", body, token=token or here.token("coordinator"))


async def settled(here: System, state: str) -> dict[str, Any]:
    """The only delivery, once it is in a state."""

    async def found() -> Any:
        listed = await here.call("GET", f"{BASE}/deliveries", token=here.token("coordinator"))
        return next((item for item in listed.body["items"] if item["state"] == state), None)

    delivery: dict[str, Any] = await eventually(found)
    return delivery


@pytest.mark.parametrize(
    ("address", "code", "named"),
    [
        ("http://169.254.169.254/latest/", "host-not-public", "169.254.169.254"),
        ("http://inside.example.org/", "host-not-public", "inside.example.org"),
        ("http://nobody.example.org/", "host-unknown", "nobody.example.org"),
        ("http://2130706433/", "host-not-plain", "2130706433"),
        ("http://user@hooks.example.org/", "url-has-credentials", "kata sandi"),
        ("http://hooks.example.org:22/", "port-not-used", "22"),
        ("ftp://hooks.example.org/", "url-not-plain", "ftp://hooks.example.org/"),
    ],
)
async def test_a_subscription_says_what_is_wrong_with_its_address(
    here: System, names: Names, address: str, code: str, named: str
) -> None:
    names.tell("inside.example.org", ["10.0.0.7"])
    refused = await subscribe(here, address)
    assert (refused.status, refused.body["type"]) == (422, f"/problems/{code}")
    assert named in refused.body["detail"]
    assert "10.0.0.7" not in str(refused.body), "where inside a name leads is not told"
    listed = await here.call("GET", f"{BASE}/subscriptions", token=here.token("coordinator"))
    assert listed.body["items"] == []


async def test_nothing_is_looked_up_for_those_who_may_not_subscribe(here: System, names: Names) -> None:
    names.tell("hooks.example.org", [PUBLIC])
    refused = await subscribe(here, "https://hooks.example.org/", here.token("resident"))
    assert refused.status == 403
    assert names.asked == []


async def test_a_name_that_leads_inside_after_all_fails_visibly_and_for_good(
    here: System, names: Names, webhook: WebhookReceiver
) -> None:
    names.tell("hooks.example.org", [PUBLIC], ["127.0.0.1"])
    made = await subscribe(here, f"http://hooks.example.org:{webhook.port}/")
    assert made.status == 201, made.body
    await here.signed_partnership()
    dead = await settled(here, "dead")
    assert dead["attempts"] == 1
    assert dead["last_error"] == "The host hooks.example.org is not on the public network."
    assert webhook.received == []


async def test_a_name_that_nobody_knows_any_longer_is_tried_again(here: System, names: Names) -> None:
    names.tell("hooks.example.org", [PUBLIC])
    assert (await subscribe(here, "https://hooks.example.org/")).status == 201
    del names.answers["hooks.example.org"]
    await here.signed_partnership()
    waiting = await settled(here, "retry")
    assert waiting["last_error"] == "ClientConnectorDNSError"


async def test_a_redirect_is_not_followed(tmp_path: Path, names: Names, webhook: WebhookReceiver) -> None:
    async with (
        WebhookReceiver() as inside,
        system(tmp_path, [partners, notifications], webhook_allow="127.0.0.1") as here,
    ):
        webhook.status, webhook.location = 307, inside.url
        assert (await subscribe(here, webhook.url)).status == 201
        await here.signed_partnership()
        waiting = await settled(here, "retry")
        assert waiting["last_error"] == "the endpoint answered 307"
        assert (len(webhook.received), inside.received) == (1, [])
