"""Who asks too often waits: by address, by account, and sooner where anybody may write."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from services.notifications.service import service as notifications
from services.partners.service import service as partners
from services.portal.service import service as portal
from shared.host import probes
from shared.http.rate_limits import RateLimit, RateLimits, TooManyRequests
from shared.settings import SettingsError, load_settings
from tests.support.metrics import scrape, value
from tests.support.system import Answer, System, system

LIST = "/api/partners/v1/partnerships"
STRICT: dict[str, Any] = {
    "limit_exempt": "none",
    "limit_address": "5/minute",
    "limit_account": "8/minute",
    "limit_public_writes": "2/minute",
}


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[System]:
    """A system behind a proxy on loopback, with narrow limits."""
    services = [partners, notifications, portal]
    async with system(tmp_path, services, trusted_proxies="127.0.0.1", **STRICT) as running:
        yield running


async def ask(here: System, address: str, path: str = LIST, token: str | None = None, **more: Any) -> Answer:
    """A request of somebody at an address, as the proxy passes it on."""
    return await here.call(more.pop("method", "GET"), path, token=token, X_Forwarded_For=address, **more)


async def test_an_address_that_asks_too_often_is_told_to_wait(here: System) -> None:
    before = await scrape(here.session, here.url)
    answers = [await ask(here, "192.0.2.1") for _ in range(6)]
    assert [answer.status for answer in answers] == [200] * 5 + [429]
    assert answers[0].headers["RateLimit-Policy"] == '"address";q=5;w=60'
    assert answers[0].headers["RateLimit"].startswith('"address";r=4;t=')
    refused = answers[-1]
    assert refused.body["type"] == "/problems/too-many-requests"
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert 1 <= int(refused.headers["Retry-After"]) <= 12
    assert refused.headers["RateLimit"].startswith('"address";r=0;t=')
    assert refused.body["correlationId"]
    assert (await ask(here, "192.0.2.2")).status == 200, "another address is not concerned"
    after = await scrape(here.session, here.url)
    name = "kemitraan_http_requests_limited_total"
    assert value(after, name, limit="address") - value(before, name, limit="address") == 1


async def test_an_ipv6_user_has_one_limit_for_a_whole_network(here: System) -> None:
    statuses = [(await ask(here, f"2001:db8:1:2::{number:x}")).status for number in range(1, 7)]
    assert statuses == [200] * 5 + [429]
    assert (await ask(here, "2001:db8:1:3::1")).status == 200


async def test_an_account_is_counted_wherever_it_comes_from(here: System) -> None:
    token, other = here.token("coordinator"), here.token("coordinator", person="p-2")
    statuses = [(await ask(here, f"192.0.2.{number}", token=token)).status for number in range(9)]
    assert statuses == [200] * 8 + [429]
    anew = here.token("coordinator", "auditor")
    assert (await ask(here, "192.0.2.99", token=anew)).status == 429, "a new token is no new account"
    assert (await ask(here, "192.0.2.99", token=other)).status == 200
    assert (await ask(here, "192.0.2.99")).status == 200


async def test_tokens_that_are_tried_out_count_for_the_address(here: System) -> None:
    statuses = [(await ask(here, "192.0.2.7", token=f"guess{number}")).status for number in range(6)]
    assert statuses == [401] * 5 + [429]


async def test_what_anybody_may_write_has_a_narrower_limit(here: System) -> None:
    base = "/api/notifications/v1"
    body = {"channel": "email", "address": "warga@example.org"}
    doors: list[tuple[str, str, Any]] = [
        ("POST", f"{base}/subscriptions", body),
        ("POST", f"{base}/confirmations", {"token": "nobody-has-this"}),
        ("POST", f"{base}/unsubscribe?token=nobody-has-this", None),
    ]
    for number, (method, path, sent) in enumerate(doors):
        address = f"192.0.2.{number}"
        statuses = [(await ask(here, address, path, method=method, body=sent)).status for _ in range(3)]
        assert statuses[-1] == 429, path
        assert 429 not in statuses[:-1], path
    mixed = [(await ask(here, "192.0.2.50", path, method=how, body=sent)).status for how, path, sent in doors]
    assert mixed[-1] == 429, "the doors are counted together"


async def test_pages_are_counted_and_probes_are_not(here: System) -> None:
    pages = [(await ask(here, "192.0.2.3", "/static/portal.css")).status for _ in range(6)]
    assert pages == [200] * 5 + [429]
    assert {(await ask(here, "192.0.2.3", "/healthz")).status for _ in range(9)} == {200}


async def test_an_address_that_a_stranger_claims_is_not_believed(tmp_path: Path) -> None:
    async with system(tmp_path, [partners], **STRICT) as here:
        statuses = [(await ask(here, f"192.0.2.{number}")).status for number in range(6)]
        assert statuses == [200] * 5 + [429]


async def test_a_chain_of_proxies_is_believed_to_the_first_that_is_not_ours(here: System) -> None:
    """What a visitor writes into the header himself stands before what our proxy adds."""
    statuses = [(await ask(here, f"10.0.0.{number}, 192.0.2.8")).status for number in range(6)]
    assert statuses == [200] * 5 + [429]


async def test_the_machine_itself_is_not_counted_unless_it_is_asked_for(tmp_path: Path) -> None:
    narrow: dict[str, Any] = {
        "limit_address": "1/minute",
        "limit_account": "1/minute",
        "limit_public_writes": "1/minute",
    }
    async with system(tmp_path, [partners], **narrow) as here:
        assert {(await here.call("GET", LIST)).status for _ in range(5)} == {200}


async def test_what_a_proxy_passes_on_is_never_exempt(tmp_path: Path) -> None:
    """Neither a private address in the header, nor the proxy's own, lets anybody off."""
    private = STRICT | {"limit_exempt": "127.0.0.0/8,10.0.0.0/8,192.168.0.0/16"}
    async with system(tmp_path, [partners], trusted_proxies="127.0.0.1", **private) as here:
        for address in ("192.168.1.50", "127.0.0.1"):
            statuses = [(await ask(here, address)).status for _ in range(6)]
            assert statuses == [200] * 5 + [429], address
        assert {(await here.call("GET", LIST)).status for _ in range(9)} == {200}, "the machine itself is"


async def test_who_comes_through_a_proxy_without_a_name_counts_as_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    narrow = STRICT | {"limit_exempt": "127.0.0.0/8"}
    async with system(tmp_path, [partners], **narrow) as here:
        assert "proxy" not in await checked(here)
        statuses = [(await ask(here, f"203.0.113.{number}")).status for number in range(6)]
        assert statuses == [200] * 5 + [429]
        assert here.runtimes[0].limits.unnamed_proxies == {"127.0.0.1"}
        told = (await checked(here))["proxy"]
        assert told["ok"] is True
        assert "KEMITRAAN_TRUSTED_PROXIES" in told["detail"]
    assert capsys.readouterr().out.count("a proxy that is not named") <= 1


async def checked(here: System) -> dict[str, Any]:
    """What status shows, by the name of the check."""
    return {check["name"]: check for check in (await here.call("GET", "/readyz")).body["checks"]}


@pytest.mark.parametrize("path", ["/readyz", "/metrics"])
async def test_what_those_who_run_the_system_ask_is_not_for_visitors(tmp_path: Path, path: str) -> None:
    async with system(tmp_path, [partners], trusted_proxies="127.0.0.1") as here:
        assert (await here.call("GET", path)).status in (200, 503)
        assert (await ask(here, "192.168.1.50", path)).status == 404, "through a proxy"
    async with system(tmp_path / "other", [partners], probes_from="192.0.2.0/24") as elsewhere:
        assert (await elsewhere.call("GET", path)).status == 404, "from elsewhere"


async def test_metrics_ask_for_a_token_where_one_is_set(tmp_path: Path) -> None:
    given: dict[str, Any] = {"metrics_token": "k0123456789abcdef", "probes_from": "none"}
    async with system(tmp_path, [partners], trusted_proxies="127.0.0.1", **given) as here:
        for wrong in (None, "k0123456789abcde0", "é", here.token("operator")):
            refused = await ask(here, "192.0.2.1", "/metrics", token=wrong)
            assert (refused.status, refused.headers["WWW-Authenticate"]) == (401, 'Bearer realm="metrics"')
        assert (await ask(here, "192.0.2.1", "/metrics", token="k0123456789abcdef")).status == 200
        assert (await here.call("GET", "/metrics", token="k0123456789abcdef")).status == 200
        assert (await here.call("GET", "/readyz")).status == 404


@pytest.mark.parametrize("wrong", ["short", "with a space in its midst", "accents-are-not-ascii-é"])
def test_a_token_of_metrics_that_is_none_is_refused_and_not_shown(wrong: str) -> None:
    with pytest.raises(SettingsError, match="KEMITRAAN_METRICS_TOKEN") as refused:
        load_settings(metrics_token=wrong)
    assert wrong not in str(refused.value)


async def test_metrics_are_limited_by_address_as_all_else(here: System) -> None:
    statuses = [(await here.call("GET", "/metrics")).status for _ in range(6)]
    assert statuses == [200] * 5 + [429]


async def test_a_costly_answer_is_found_out_once_for_all_who_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    async def find_out() -> int:
        asked.append(len(asked))
        await asyncio.sleep(0)
        return len(asked)

    monkeypatch.setattr(probes, "FRESH_SECONDS", 3600.0)
    kept = probes.CachedResult(find_out)
    assert await asyncio.gather(*(kept.get() for _ in range(9))) == [1] * 9
    monkeypatch.setattr(probes, "FRESH_SECONDS", 0.0)
    assert await kept.get() == 2


class Counting:
    """What a request reaches its service by."""

    def __init__(self, exempt: str) -> None:
        self.state = self
        self.runtime = self
        self.limits = RateLimits(load_settings(limit_exempt=exempt))

    def request(self, host: str) -> Request:
        """A request from an address."""
        return Request({"type": "http", "client": (host, 1), "app": self, "headers": []})


async def test_a_door_can_have_a_limit_of_its_own_by_address_and_by_account() -> None:
    door = RateLimit("sign-in", per_address="2/minute", per_account="3/hour")
    app = Counting("127.0.0.1")
    for _ in range(2):
        await door(app.request("192.0.2.1"))
    with pytest.raises(TooManyRequests) as refused:
        await door(app.request("192.0.2.1"))
    assert refused.value.headers["RateLimit-Policy"] == '"sign-in";q=2;w=60'
    for name in ("Ani", "ani ", "ANI"):
        door.attempt(app.request("127.0.0.1"), name)
    with pytest.raises(TooManyRequests) as refused:
        door.attempt(app.request("192.0.2.9"), "ani")
    assert refused.value.headers["Retry-After"] == "1200"
    door.attempt(app.request("192.0.2.9"), "budi")
    for _ in range(9):
        await door(app.request("127.0.0.1"))
