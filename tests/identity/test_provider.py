"""Signing in through a real OpenID Connect provider, and everything that can be wrong with its answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from services.identity.service import service
from shared.clock import MovableClock
from shared.contracts import identity as events
from shared.identity.actor import Actor
from tests.identity.world import BASE, Office, founded
from tests.support.provider import CLIENT, SECRET, Provider
from tests.support.system import Answer, System, system


@dataclass
class Browser:
    """A browser that follows what it is told, one step at a time."""

    system: System
    cookie: str = ""

    async def leave(self, back_to: str = "") -> str:
        """Begin; returns the address at the provider."""
        answer = await self.open(f"/provider/start{back_to}")
        assert answer.status == 303, answer.body
        name, _, rest = answer.headers["Set-Cookie"].partition("=")
        assert name == "kemitraan-visit"
        assert "HttpOnly" in rest
        assert "SameSite=lax" in rest
        self.cookie = rest.partition(";")[0]
        return answer.headers["Location"]

    async def at_provider(self, url: str) -> dict[str, str]:
        """Be let through by the provider; returns what it sends back."""
        async with self.system.session.get(url, allow_redirects=False) as answer:
            assert answer.status == 302, await answer.text()
            return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))

    async def come_back(self, given: dict[str, str]) -> Answer:
        """Bring back what the provider sent."""
        query = "&".join(f"{name}={value}" for name, value in given.items())
        return await self.open(f"/provider/callback?{query}")

    async def enter(self, arrived: Answer) -> Answer:
        """Go on to where one is sent, and in."""
        assert arrived.status == 303, arrived.body
        code = dict(parse_qsl(urlsplit(arrived.headers["Location"]).query))["code"]
        body = {"code": code, "browser": self.cookie}
        return await self.system.call("POST", f"{BASE}/provider/entries", body)

    async def open(self, path: str) -> Answer:
        """Open an address, following nothing."""
        cookie = {"Cookie": f"kemitraan-visit={self.cookie}"} if self.cookie else {}
        url = f"{self.system.url}{BASE}{path}"
        async with self.system.session.get(url, headers=cookie, allow_redirects=False) as answer:
            is_json = "json" in answer.content_type
            return Answer(answer.status, answer.headers, await answer.json() if is_json else None)


@asynccontextmanager
async def at(folder: Path, provider: Provider, clock: MovableClock, **more: str) -> AsyncIterator[Office]:
    """Identity that sends people to the provider."""
    chosen: dict[str, Any] = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT}
    chosen |= {"oidc_client_secret": SECRET} | more
    async with system(folder, [service], clock=clock, **chosen) as running:
        yield await founded(running)


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    async with Provider() as running:
        yield running


@pytest.fixture
async def office(tmp_path: Path, provider: Provider) -> AsyncIterator[Office]:
    """Identity with a provider; its clock begins at the present, which tokens tell of."""
    from shared.clock import SystemClock

    async with at(tmp_path, provider, MovableClock(SystemClock().now())) as running:
        yield running


async def problem_of(browser: Browser, url: str, **changed: str) -> str:
    """What is wrong with what the provider sent back."""
    answer = await browser.come_back(await browser.at_provider(url) | changed)
    assert answer.status >= 400
    name: str = answer.body["type"].removeprefix("/problems/")
    return name


async def test_somebody_comes_in_by_a_verified_address_and_then_by_the_subject(
    office: Office, provider: Provider
) -> None:
    await office.invited("ani", "coordinator", email="Ani@example.org")
    browser = Browser(office.system)
    url = await browser.leave("?back_to=/masuk")
    arrived = await browser.come_back(await browser.at_provider(url))
    assert arrived.headers["Location"].startswith("/masuk?code=")
    entry = (await browser.enter(arrived)).body
    assert entry["roles"] == ["coordinator"]
    me: Any = (await office.get("/me", by=entry["access_token"])).body
    assert me["user_name"] == "ani"
    assert (await browser.enter(arrived)).status == 422  # a code opens once

    provider.user.email = "another@example.org"
    url = await browser.leave()
    again = await browser.enter(await browser.come_back(await browser.at_provider(url)))
    assert again.status == 201, again.body
    assert again.body["session"] != entry["session"]
    (first, *_), (asked, *_) = await office.events(), provider.asked
    assert isinstance(first, events.AgencyFounded)
    assert asked["code_challenge_method"] == "S256"
    assert {"state", "nonce", "code_challenge"} <= asked.keys()


async def test_nobody_gets_an_account_by_coming(office: Office, provider: Provider) -> None:
    browser = Browser(office.system)
    assert await problem_of(browser, await browser.leave()) == "sign-in-refused"
    await office.invited("ani", email="ani@example.org")
    provider.user.email_verified = False
    assert await problem_of(browser, await browser.leave()) == "sign-in-refused"
    provider.user.email_verified = True
    account = (await office.invited("budi", email="budi@example.org"))["account"]["id"]
    provider.user.email, provider.user.subject = "budi@example.org", "sub-budi"
    await browser.enter(await browser.come_back(await browser.at_provider(await browser.leave())))
    await office.made(f"/accounts/{account}/lock", {"reason": "cuti"}, by=office.administrator)
    assert await problem_of(browser, await browser.leave()) == "sign-in-refused"
    whys = [one.why for one in await office.events() if isinstance(one, events.SignInRefused)]
    assert whys == ["unmatched", "unmatched", "locked"]


async def test_what_comes_back_belongs_to_the_browser_that_left(office: Office) -> None:
    await office.invited("ani", email="ani@example.org")
    here, there = Browser(office.system), Browser(office.system)
    url = await here.leave()
    await there.leave()
    sent = await here.at_provider(url)
    for browser, given in (
        (there, sent),
        (Browser(office.system), sent),
        (here, sent | {"state": "x" * 43}),
        (here, {"code": sent["code"]}),
    ):
        answer = await browser.come_back(given)
        assert (answer.status, answer.body["type"]) == (422, "/problems/visit-unknown")
    arrived = await here.come_back(sent)
    assert (await there.enter(arrived)).status == 422
    again = await here.come_back(sent)
    assert (again.status, again.body["type"]) == (422, "/problems/visit-unknown")  # a state fits once
    assert (await here.enter(arrived)).status == 201
    late = await here.leave()
    office.move(timedelta(minutes=10))
    assert await problem_of(here, late) == "visit-unknown"


async def test_a_token_is_taken_only_if_all_of_it_is_right(office: Office, provider: Provider) -> None:
    await office.invited("ani", email="ani@example.org")
    browser = Browser(office.system)
    for wrong in (
        {"nonce": "another"},
        {"iss": "https://elsewhere.example"},
        {"aud": ["another"]},
        {"aud": [CLIENT, "another"]},
        {"azp": "another"},
        {"exp": 1},
        {"iat": 4102444800},
        {"at_hash": "wrong"},
    ):
        provider.claims = wrong
        assert await problem_of(browser, await browser.leave()) == "provider-refused", wrong
    provider.claims = {}
    arrived = await browser.come_back(await browser.at_provider(await browser.leave()))
    assert (await browser.enter(arrived)).status == 201


async def test_the_answer_of_another_provider_is_not_taken(office: Office, provider: Provider) -> None:
    browser = Browser(office.system)
    url = await browser.leave()
    assert await problem_of(browser, url, iss="https://elsewhere.example") == "provider-refused"
    url = await browser.leave()
    answer = await browser.come_back({"state": (await browser.at_provider(url))["state"], "error": "denied"})
    assert (answer.status, answer.body["type"]) == (401, "/problems/provider-refused")


async def test_a_code_is_redeemed_only_with_the_verifier_of_its_challenge(
    office: Office, provider: Provider
) -> None:
    await office.invited("ani", email="ani@example.org")
    browser = Browser(office.system)
    # Somebody took the challenge out on the way, or put another one in: the provider refuses our verifier.
    for changed in ({"code_challenge": "", "code_challenge_method": ""}, {"code_challenge": "x" * 43}):
        url = await browser.leave()
        sent = await browser.at_provider(url)
        for name, value in changed.items():
            setattr(provider.codes[sent["code"]], name, value)
        answer = await browser.come_back(sent)
        assert (answer.status, answer.body["type"]) == (401, "/problems/provider-refused")


async def test_keys_that_rotate_are_followed_and_a_strangers_are_not(
    office: Office, provider: Provider
) -> None:
    await office.invited("ani", email="ani@example.org")
    browser = Browser(office.system)

    async def comes_in() -> int:
        answer = await browser.come_back(await browser.at_provider(await browser.leave()))
        return answer.status

    assert await comes_in() == 303
    provider.rotate()
    office.move(timedelta(seconds=5))
    assert await comes_in() == 303
    shown, provider.key = provider.key, type(provider.key).generate_key(2048, auto_kid=True)
    signing, provider.key = provider.key, shown
    provider.claims = {}
    assert await comes_in() == 303
    assert provider.readings["keys"] == 2
    assert provider.readings["description"] == 1
    # The kid of a published key on what another key has signed.
    forged = type(shown).import_key({**signing.as_dict(private=True), "kid": str(shown.kid)})
    provider.key = forged
    assert await comes_in() == 401


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://elsewhere.example"},
        {"code_challenge_methods_supported": ["plain"]},
        {"token_endpoint": None},
    ],
)
async def test_a_provider_that_is_not_what_it_should_be_is_not_used(
    tmp_path: Path, provider: Provider, described: dict[str, Any]
) -> None:
    provider.described = described
    async with at(tmp_path, provider, MovableClock()) as office:
        answer = await Browser(office.system).open("/provider/start")
        assert (answer.status, answer.body["type"]) == (409, "/problems/provider-silent")


async def test_without_a_provider_there_is_no_way_to_one(tmp_path: Path) -> None:
    async with system(tmp_path, [service]) as here:
        answer = await Browser(here).open("/provider/start")
        assert (answer.status, answer.body["type"]) == (404, "/problems/no-provider")
        assert (await here.call("GET", f"{BASE}/ways")).body == {"password": True, "provider": False}
        for bad in ("//evil.example", "https://evil.example", "/\\evil.example", "/a?b"):
            assert (await Browser(here).open(f"/provider/start?back_to={bad}")).status == 422


async def test_an_account_with_ones_address_elsewhere_keeps_nobody_out(
    office: Office, provider: Provider
) -> None:
    await office.invited("ani", "coordinator", email="ani@example.org")
    await office.made("/agencies", {"slug": "polresta-lain", "name": "Lain"}, by=office.operator)
    actor = Actor("host", "polresta-lain", roles=frozenset({"administrator"}))
    hostile = office.system.key.mint(actor, clock=office.clock)
    body = {"user_name": "palsu", "display_name": "Palsu", "email": "ANI@example.org"}
    await office.made("/accounts", body, by=hostile)
    browser = Browser(office.system)
    asked = await browser.come_back(await browser.at_provider(await browser.leave("?back_to=/masuk")))
    assert asked.headers["Location"] == "/masuk?agencies=polresta-contoh%2C+polresta-lain"
    chosen = await browser.leave("?back_to=/masuk&agency=polresta-contoh")
    entry = (await browser.enter(await browser.come_back(await browser.at_provider(chosen)))).body
    assert (entry["agency"], entry["roles"]) == ("polresta-contoh", ["coordinator"])
    again = await browser.come_back(await browser.at_provider(await browser.leave()))
    assert (await browser.enter(again)).body["agency"] == "polresta-contoh", (
        "known by the subject from now on"
    )
