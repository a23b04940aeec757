"""What a subscription may say, on either database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from services.notifications.service import service
from tests.support.postgres import Postgres
from tests.support.system import System, system

BASE = "/api/notifications/v1"
EMAIL = {"channel": "email", "address": "warga@desa.example"}


@pytest.fixture(params=["sqlite", "postgresql"])
async def here(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[System]:
    """The notifications alone."""
    url = ""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create_database(of="notifications")
    async with system(tmp_path, [service], url) as running:
        yield running


async def test_a_partnership_is_named_as_its_events_name_it(here: System) -> None:
    about = uuid4()
    body = EMAIL | {"scope": "partnership", "value": str(about).upper()}
    made = await here.call("POST", f"{BASE}/subscriptions", body)
    assert (made.status, made.body["value"]) == (201, str(about))
    body = EMAIL | {"scope": "partnership", "value": "Aman bersama"}
    refused = await here.call("POST", f"{BASE}/subscriptions", body)
    assert (refused.status, refused.body["type"]) == (422, "/problems/invalid-request")


async def test_text_that_no_database_keeps_is_refused(here: System) -> None:
    coordinator = here.token("coordinator")
    for method, path, body in (
        ("POST", "/subscriptions", EMAIL | {"scope": "agency", "value": "a\0b"}),
        ("POST", "/subscriptions", {"channel": "inbox", "address": "a\0b"}),
        ("POST", "/subscriptions", {"channel": "inbox", "address": "a\ud800b"}),
        ("POST", "/confirmations", {"token": "a\0bcdefghijk"}),
        ("GET", "/confirm?token=a%00bcdefghijk", None),
        ("POST", "/unsubscribe?token=a%00bcdefghijk", None),
        ("GET", "/deliveries?correlation_id=a%00b", None),
    ):
        answer = await here.call(method, f"{BASE}{path}", body, token=coordinator)
        assert (answer.status, answer.body["type"]) == (422, "/problems/invalid-request"), path
