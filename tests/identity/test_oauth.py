"""The token endpoint: what any OAuth 2.0 library does with an API token, and what it is told otherwise."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from authlib.integrations.requests_client import OAuth2Session

from services.identity.service import service as identity
from services.partners.service import service as partners
from shared.clock import MovableClock
from tests.identity.world import BASE, Office, founded
from tests.support.system import system
from tests.support.wait import eventually

PERSONS = "/api/partners/v1/persons"


async def token(office: Office, *roles: str) -> tuple[str, Any]:
    """The access token of somebody, and an API token that he or she made."""
    ani = await office.person("ani", *roles)
    ends_at = (office.clock.now() + timedelta(days=30)).isoformat()
    body = {"name": "Papan data", "roles": roles, "ends_at": ends_at}
    return ani, await office.made("/api-tokens", body, by=ani)


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
async def test_a_library_signs_in_with_one_fixed_setting(tmp_path: Path, method: str) -> None:
    async with system(tmp_path, [identity, partners], clock=MovableClock()) as here:
        office = await founded(here)
        ani, made = await token(office, "coordinator")
        client = OAuth2Session(made["id"], made["secret"], token_endpoint_auth_method=method)
        client.trust_env = False

        def exchanged() -> Any:
            return client.fetch_token(f"{here.url}{BASE}/oauth/token", grant_type="client_credentials")

        answer = await asyncio.to_thread(exchanged)
        assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 600)
        access = answer["access_token"]
        assert (await here.call("GET", PERSONS, token=access)).status == 200
        shown = await here.call("GET", PERSONS, token=made["secret"])
        assert (shown.status, shown.body["type"]) == (401, "/problems/api-token-unexchanged")
        assert "/api/identity/v1/oauth/token" in shown.body["remedy"]
        await office.made(f"/api-tokens/{made['id']}/revoke", by=ani)

        async def refused() -> bool:
            return (await here.call("GET", PERSONS, token=access)).status == 401

        await eventually(refused, message="what was given is withdrawn with the API token")


async def asked(office: Office, **form: str) -> tuple[int, Any]:
    """What the endpoint answers to a form."""
    url = f"{office.system.url}{BASE}/oauth/token"
    async with office.system.session.post(url, data=form) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.content_type == "application/json"
        return answer.status, await answer.json()


async def test_what_is_refused_is_told_as_libraries_read_it(quick: Office) -> None:
    ani, made = await token(quick)
    session = (await quick.entered("ani"))["session"]
    good = {"grant_type": "client_credentials", "client_id": made["id"], "client_secret": made["secret"]}
    assert (await asked(quick, **good))[0] == 200
    for wrong, status, error in (
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"client_id": "ani"}, 401, "invalid_client"),
        ({"client_id": "\u00e9"}, 401, "invalid_client"),
        ({"client_secret": "kmt_" + "x" * 43}, 401, "invalid_client"),
        ({"client_secret": session}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
    ):
        assert await asked(quick, **good | wrong) == (status, {"error": error}), wrong
    await quick.made(f"/api-tokens/{made['id']}/revoke", by=ani)
    assert await asked(quick, **good) == (401, {"error": "invalid_client"})


@pytest.mark.parametrize("header", ["Basic", "Basic !", "Basic /w==", "Basic YQ==", "Bearer x"])
async def test_an_odd_header_is_no_client(quick: Office, header: str) -> None:
    url = f"{quick.system.url}{BASE}/oauth/token"
    sent = {"grant_type": "client_credentials"}
    async with quick.system.session.post(url, data=sent, headers={"Authorization": header}) as answer:
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")
