"""What was tried and held: keys of strangers, cookies at the APIs, tokens with odd headers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from services.notifications.service import service as notifications
from shared.clock import MovableClock
from shared.identity.signing import EdDsaOnly
from tests.identity.world import BASE, Office
from tests.support.system import system

SUBSCRIPTIONS = "/api/notifications/v1/subscriptions"


async def test_strangers_share_no_idempotency_keys(tmp_path: Path) -> None:
    async with system(tmp_path, [notifications], clock=MovableClock()) as here:
        asked: list[Any] = []
        for address in ("satu@example.org", "dua@example.org", "satu@example.org"):
            body = {"scope": "all", "channel": "email", "address": address}
            asked.append(await here.call("POST", SUBSCRIPTIONS, body, Idempotency_Key="kunci"))
        assert [answer.status for answer in asked] == [201, 201, 201], [answer.body for answer in asked]
        assert asked[0].body["id"] == asked[2].body["id"] != asked[1].body["id"]
        assert "Idempotency-Replayed" not in asked[1].headers


@pytest.mark.parametrize("name", ["kemitraan", "__Host-kemitraan"])
async def test_no_api_looks_at_the_cookie(quick: Office, name: str) -> None:
    await quick.account("ani", "administrator")
    entry = await quick.entered("ani")
    for secret in (entry["session"], entry["access_token"]):
        answer = await quick.system.call("GET", f"{BASE}/me", Cookie=f"{name}={secret}")
        assert (answer.status, answer.body["type"]) == (401, "/problems/sign-in-first")


async def test_a_token_of_a_foreign_key_opens_nothing_whatever_its_header_says(quick: Office) -> None:
    token = await quick.person("ani", "administrator")
    public = OKPKey.import_key(quick.system.key.public())
    claims = jwt.decode(token, public, registry=EdDsaOnly()).claims
    foreign = OKPKey.generate_key("Ed25519")
    for more in ({}, {"jwk": foreign.as_dict(private=False)}, {"jku": "https://elsewhere.example/jwks.json"}):
        forged = jwt.encode(
            {"alg": "EdDSA", "kid": quick.system.key.kid, **more}, claims, foreign, registry=EdDsaOnly()
        )
        answer = await quick.get("/me", by=forged)
        assert answer.status == 401, more
    head, payload, signature = token.split(".")
    for junk in (f"{head}.{payload}.", f"{head}.{payload}x.{signature}", f"{head}..{signature}", "a.b.c"):
        assert (await quick.get("/me", by=junk)).status == 401
