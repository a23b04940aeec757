"""Who loses the lock of the dispatcher sends nothing twice, alone or beside a second instance."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from services.registry import service
from tests.shared.test_worker import end_holders
from tests.support.postgres import Postgres
from tests.support.system import System, system
from tests.support.wait import eventually
from tests.support.webhook import WebhookReceiver

BASE = "/api/notifications/v1"


async def states(here: System) -> list[str]:
    """What became of each delivery."""
    listed = await here.call("GET", f"{BASE}/deliveries", token=here.token("coordinator"))
    return [item["state"] for item in listed.body["items"]]


@pytest.mark.slow
@pytest.mark.parametrize("instances", [1, 2])
async def test_what_is_in_the_air_when_the_lock_is_lost_arrives_once(
    tmp_path: Path, postgres: Postgres, webhook: WebhookReceiver, instances: int
) -> None:
    url = postgres.create_database(of="notifications")
    async with AsyncExitStack() as stack:
        running = [
            await stack.enter_async_context(system(tmp_path / f"{number}", [service("notifications")], url))
            for number in range(instances)
        ]
        here = running[0]
        body = {"channel": "webhook", "address": webhook.url, "scope": "all"}
        made = await here.call("POST", f"{BASE}/subscriptions", body, token=here.token("coordinator"))
        assert made.status == 201, made.body
        test = f"{BASE}/subscriptions/{made.body['id']}/test"
        webhook.delay = 4.0
        for number in range(2):
            before = len(webhook.received)
            sent = await here.call("POST", test, token=here.token("coordinator"))
            assert sent.status == 201, sent.body
            await eventually(lambda before=before: len(webhook.received) > before, timeout=20)  # type: ignore[misc]
            assert end_holders(url) >= 3
            await eventually(lambda number=number: _delivered(here, number + 1), timeout=60)  # type: ignore[misc]
        await asyncio.sleep(2)
        assert len(webhook.received) == len(await states(here)), [arrive.json for arrive in webhook.received]


async def _delivered(here: System, wanted: int) -> bool:
    return (await states(here)).count("delivered") >= wanted
