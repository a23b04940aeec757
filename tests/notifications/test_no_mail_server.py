"""Without a mail server mail waits, and says why; with one it goes out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from services.notifications.model import NO_MAIL_SERVER
from services.notifications.service import service as notifications
from services.partners.service import service as partners
from tests.support.metrics import scrape, value
from tests.support.postgres import Postgres
from tests.support.smtp import SmtpSink
from tests.support.system import System, system
from tests.support.wait import eventually

BASE = "/api/notifications/v1"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_mail_waits_until_a_server_is_set(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = ""
    if kind == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create_databases(["partners", "notifications"])
    both = [partners, notifications]
    async with system(tmp_path, both, url) as here:
        for body in ({"channel": "email", "address": "warga@example.org"}, {"channel": "inbox"}):
            made = await here.call("POST", f"{BASE}/subscriptions", body, token=here.token("coordinator"))
            assert made.status == 201
        await here.signed_partnership()
        await eventually(lambda: _sent(here, "inbox"))  # no other channel waits with it
        (mail,) = await eventually(lambda: _waiting(here))
        assert (mail["state"], mail["attempts"]) == ("planned", 0)
        ready = (await here.call("GET", "/readyz")).body
        assert ready["ready"], ready
        told = {check["name"]: check["detail"] for check in ready["checks"]}
        assert told["mail"] == f"{NO_MAIL_SERVER}: 1 messages wait"
        text = await scrape(here.session, here.url)
        assert value(text, "kemitraan_deliveries_waiting", channel="email") == 1
    with SmtpSink() as smtp:
        async with system(tmp_path, both, url, smtp_url=smtp.url) as here:
            await eventually(lambda: smtp.messages_to("warga@example.org"))
            (sent,) = await eventually(lambda: _sent(here, "email"))
            assert sent["last_error"] == ""
            checks = (await here.call("GET", "/readyz")).body["checks"]
            assert "mail" not in {check["name"] for check in checks}


async def _deliveries(here: System) -> list[dict[str, Any]]:
    answer = await here.call("GET", f"{BASE}/deliveries", token=here.token("coordinator"))
    items: list[dict[str, Any]] = answer.body["items"]
    return items


async def _sent(here: System, channel: str) -> list[dict[str, Any]]:
    listed = await _deliveries(here)
    return [sent for sent in listed if (sent["channel"], sent["state"]) == (channel, "delivered")]


async def _waiting(here: System) -> list[dict[str, Any]]:
    return [mail for mail in await _deliveries(here) if mail["last_error"] == NO_MAIL_SERVER]
