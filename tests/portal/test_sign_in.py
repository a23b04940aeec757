"""Signing in on the pages: what the cookie is, what ends it, and what is refused from elsewhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from playwright.async_api import Page

from services.portal.sessions import MOST, Visitor, Visitors
from services.registry import service
from shared.clock import MovableClock, SystemClock
from shared.settings import load_settings
from tests.identity.world import BASE, BETTER, GOOD, Office, founded
from tests.portal.reader import OURS, Reader
from tests.portal.recorder import recorded, somebody
from tests.support.browser import browser
from tests.support.provider import CLIENT, SECRET, Provider
from tests.support.system import Answer, System, system
from tests.support.wait import eventually

PARTNERSHIPS = "/api/partners/v1/partnerships"
SERVICES = ("identity", "partners", "portal")
PLAIN = "kemitraan"


@asynccontextmanager
async def running(folder: Path, **settings: Any) -> AsyncIterator[Office]:
    """Identity, the registry and the portal, with one agency."""
    clock = settings.pop("clock", None) or MovableClock()
    services = [service(name) for name in SERVICES]
    async with system(folder, services, clock=clock, **settings) as here:
        yield await founded(here)


@asynccontextmanager
async def portal(folder: Path, office: Office, public: str) -> AsyncIterator[System]:
    """A portal that people reach under another address than this one."""
    read: dict[str, Any] = {
        f"{name}_url": office.system.url for name in ("partners", "programs", "products", "identity")
    }
    async with system(folder / "portal", [service("portal")], public_url=public, **read) as here:
        yield here


async def exchanged(office: Office, secret: str) -> Answer:
    """What a service or a person gets for the secret of a session."""
    return await office.post("/access", {"secret": secret})


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """The agency, with a coordinator who has a password."""
    async with running(tmp_path) as here:
        await here.account("ani", "coordinator")
        yield here


async def unsigned(here: System) -> str:
    """A partnership that its agency alone may see; returns its id."""
    police = await here.organisation("Polresta Contoh", "police")
    village = await here.organisation("Forum Desa Contoh", "community")
    parties = [
        {"organisation_id": str(item), "role": role, "contributes": "ronda", "gains": "aman"}
        for item, role in ((police, "lead"), (village, "member"))
    ]
    body = {"title": "Belum ditandatangani", "area": "35.15", "problem": "Balap liar", "parties": parties}
    formed = await here.call("POST", PARTNERSHIPS, body, token=here.token("coordinator"))
    assert formed.status == 201, formed.body
    return str(formed.body["id"])


async def test_whoever_signs_in_sees_what_is_not_public(office: Office) -> None:
    hidden = f"/partnerships/{await unsigned(office.system)}"
    reader = Reader(office.system)
    assert (await reader.open(hidden)).status == 404
    entered = await reader.sign_in()
    assert (entered.status, entered.headers["Location"]) == (303, "/?lang=en")
    shown = await reader.open(hidden)
    assert shown.status == 200
    assert "Orang ani" in shown.text
    assert shown.headers["Cache-Control"] == "no-store, private"
    assert hidden in (await reader.open("/")).text
    public = await Reader(office.system).open("/")
    assert hidden not in public.text
    assert public.headers["Cache-Control"] == "no-cache"
    assert "Cookie" in public.headers["Vary"], "no cache between gives one reader the page of another"
    page = (await reader.open("/account")).text
    assert "coordinator" in page
    assert "this session" in page
    assert (await reader.open("/sign-in")).headers["Location"].startswith("/account")


@pytest.mark.parametrize(
    ("public", "name"), [("http://127.0.0.1:1", PLAIN), ("https://k.example", "__Host-kemitraan")]
)
async def test_the_cookie_holds_the_session_alone_and_no_script_reads_it(
    tmp_path: Path, public: str, name: str
) -> None:
    async with running(tmp_path / "identity") as office, portal(tmp_path, office, public) as here:
        await office.account("ani")
        reader = Reader(here)
        got = await reader.sign_in()
        assert got.status == 303
        morsel, known = got.cookies.values()
        assert (morsel.key, known.key) == (name, f"{name}-known")
        assert (known["httponly"], known["samesite"], known["path"]) == (True, "lax", "/")
        assert bool(known["secure"]) is public.startswith("https")
        assert bool(morsel["secure"]) is public.startswith("https")
        assert morsel["httponly"]
        assert (morsel["samesite"], morsel["path"], morsel["domain"]) == ("lax", "/", "")
        assert (morsel["max-age"], morsel["expires"]) == ("", ""), "it ends with the browser"
        assert "." not in morsel.value, "it is no access token"
        page = await reader.open("/account")
        assert "Orang ani" in page.text
        assert morsel.value not in page.text
        assert "eyJ" not in page.text, "no access token stands on a page"
        left = (await reader.send("/sign-out")).cookies[name]
        assert (left.value, left["max-age"], left["path"]) == ("", "0", "/")


async def test_a_session_that_was_there_before_signing_in_is_not_the_one_after(office: Office) -> None:
    await office.account("eve")
    planted = (await office.entered("eve"))["session"]
    for before in ("x" * 43, planted):
        reader = Reader(office.system, {PLAIN: before})
        await reader.sign_in()
        assert reader.cookies[PLAIN] != before
        assert (await exchanged(office, reader.cookies[PLAIN])).status == 200
        assert (await exchanged(office, before)).status == 401, "and opens nothing any more"
    again = Reader(office.system, dict(reader.cookies))
    await again.sign_in()
    assert again.cookies[PLAIN] != reader.cookies[PLAIN], "each sign-in begins another session"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "OURS"},
        {"Sec-Fetch-Site": "", "Origin": "OURS"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "OURS.evil.example"},
        {"Referer": "OURS/sign-in"},
        {},
    ],
)
async def test_what_another_site_sends_is_refused(office: Office, headers: dict[str, str]) -> None:
    sent = {name: value.replace("OURS", office.system.url) for name, value in headers.items()}
    reader = Reader(office.system)
    refused = await reader.send("/sign-in", sent, user_name="ani", password=GOOD)
    assert refused.status == 403
    assert PLAIN not in reader.cookies, "nobody is signed in as somebody else"
    await reader.sign_in()
    for path in ("/sign-out", "/account/sessions/end", "/account/password", "/sign-in/link", "/", "/nowhere"):
        assert (await reader.send(path, sent)).status == 403, path
    assert (await exchanged(office, reader.cookies[PLAIN])).status == 200
    indonesian = await reader.send("/sign-out", sent | {"Accept-Language": "id"})
    assert (indonesian.status, indonesian.headers["Content-Language"]) == (403, "id")


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "none"}, {"Origin": "OURS"}])
async def test_what_a_page_of_the_portal_sends_is_taken(office: Office, headers: dict[str, str]) -> None:
    sent = {name: value.replace("OURS", office.system.url) for name, value in headers.items()}
    reader = Reader(office.system)
    assert (await reader.send("/sign-in", sent, user_name="ani", password=GOOD)).status == 303


async def test_signing_out_ends_the_session_and_what_was_given_for_it(office: Office) -> None:
    reader = Reader(office.system)
    await reader.sign_in()
    secret = reader.cookies[PLAIN]
    token = (await exchanged(office, secret)).body["access_token"]
    assert (await office.get("/me", by=token)).status == 200
    await reader.send("/sign-out")
    assert PLAIN not in reader.cookies
    assert (await exchanged(office, secret)).status == 401

    async def refused_everywhere() -> bool:
        answers = [
            await office.system.call("GET", path, token=token) for path in (f"{BASE}/me", PARTNERSHIPS)
        ]
        return [answer.status for answer in answers] == [401, 401]

    await eventually(refused_everywhere)
    assert (await Reader(office.system, {PLAIN: secret}).open("/account")).status == 303


async def test_a_session_that_ended_elsewhere_signs_out_by_itself(office: Office) -> None:
    hidden = f"/partnerships/{await unsigned(office.system)}"
    reader = Reader(office.system)
    await reader.sign_in()
    assert (await reader.open(hidden)).status == 200
    token = (await office.entered("ani"))["access_token"]
    await office.made("/me/sessions/end", by=token)

    async def is_public() -> bool:
        return (await reader.open(hidden)).status == 404

    await eventually(is_public)
    assert PLAIN not in reader.cookies
    late = Reader(office.system)
    await late.sign_in()
    office.move(timedelta(hours=9))
    left = await late.open("/")
    assert left.status == 200
    assert "Sign in" in left.text
    assert PLAIN not in late.cookies


async def test_access_that_was_withdrawn_is_replaced_while_the_session_goes_on(office: Office) -> None:
    account = await office.account("budi", "coordinator", "secretary")
    reader = Reader(office.system)
    await reader.sign_in("budi")
    assert "secretary" in (await reader.open("/account")).text
    await office.made(f"/accounts/{account}/roles/withdraw", {"role": "secretary"}, by=office.administrator)
    page = await reader.open("/account")
    assert page.status == 200
    assert "secretary" not in page.text
    assert reader.cookies


async def test_what_is_wrong_is_not_told_and_what_was_typed_stays(office: Office) -> None:
    reader = Reader(office.system)
    for name in ("ani", "nobody", "<b>"):
        wrong = await reader.sign_in(name, BETTER)
        assert wrong.status == 401
        assert "The sign-in failed." in wrong.text
        assert BETTER not in wrong.text
        assert wrong.headers["Cache-Control"] == "no-store, private"
    assert 'value="&lt;b&gt;"' in wrong.text
    for _ in range(4):
        await reader.sign_in("ani", BETTER)
    waiting = await reader.sign_in("ani")
    assert waiting.status == 429
    assert "try again in 1 seconds" in waiting.text
    assert waiting.headers["Retry-After"] == "1"
    assert 'value="ani"' in waiting.text
    assert PLAIN not in reader.cookies


async def test_an_address_that_guesses_has_to_wait(tmp_path: Path) -> None:
    async with running(tmp_path, limit_exempt="none") as office:
        reader = Reader(office.system)
        for _ in range(20):
            assert (await reader.sign_in("<no name>")).status == 401
        waiting = await reader.sign_in("ani")
        assert waiting.status == 429
        assert int(waiting.headers["Retry-After"]) > 0
        assert 'value="ani"' in waiting.text


async def test_whom_the_portal_speaks_for_is_counted_by_his_own_address(tmp_path: Path) -> None:
    """Also where the machine itself is exempt, and the visitor says that his address is a private one."""
    async with running(tmp_path, trusted_proxies="127.0.0.1") as here:
        assert {await knock(here, "192.168.1.50", f"<{number}>") for number in range(20)} == {401}
        assert await knock(here, "192.168.1.50", "ani") == 429
        assert await knock(here, "192.168.1.51", "ani") == 401, "another address is not concerned"


async def knock(office: Office, address: str, name: str) -> int:
    """Try to sign in at the portal from an address, as a proxy passes it on."""
    headers = {**OURS, "X-Forwarded-For": address}
    typed = {"user_name": name, "password": GOOD, "code": ""}
    return (await Reader(office.system).send("/sign-in", headers, **typed)).status


async def test_a_link_sets_a_password_once(office: Office) -> None:
    secret = (await office.invited("budi"))["secret"]
    reader = Reader(office.system)
    for password, repeated, said in (
        (GOOD, BETTER, "not the same"),
        ("pendek", "pendek", "15"),
    ):
        wrong = await reader.send("/sign-in/link", secret=secret, password=password, repeated=repeated)
        assert wrong.status == 422
        assert said in wrong.text
        assert secret in wrong.text, "the link is still good"
    done = await reader.send("/sign-in/link", secret=secret, password=GOOD, repeated=GOOD)
    assert (done.status, done.headers["Location"]) == (303, "/sign-in?done=link&lang=en")
    assert (await reader.sign_in("budi")).status == 303
    again = await reader.send("/sign-in/link", secret=secret, password=BETTER, repeated=BETTER)
    assert again.status == 404
    assert "The link has already been used, or has expired." in again.text


async def test_a_new_password_ends_all_sessions_but_begins_one_here(office: Office) -> None:
    here, there = Reader(office.system), Reader(office.system)
    await here.sign_in()
    await there.sign_in()
    before = here.cookies[PLAIN]
    typed: dict[str, Any] = {"new_password": BETTER, "repeated": BETTER}
    wrong = await here.send("/account/password", password=BETTER, **typed)
    assert (wrong.status, "The password is wrong." in wrong.text) == (422, True)
    assert (await here.send("/account/password", password=GOOD, **typed)).status == 303
    assert here.cookies[PLAIN] != before
    assert (await here.open("/account")).status == 200
    assert (await there.open("/account")).headers["Location"] == "/sign-in?next=%2Faccount&lang=en"
    assert PLAIN not in there.cookies


async def test_sessions_are_ended_one_by_one_or_together(office: Office) -> None:
    here, there = Reader(office.system), Reader(office.system)
    await here.sign_in()
    token = (await exchanged(office, here.cookies[PLAIN])).body["access_token"]
    (mine,) = (await office.get("/me/sessions", by=token)).body["items"]
    await there.sign_in()
    assert (await there.send(f"/account/sessions/{mine['id']}/end")).status == 303
    assert (await here.open("/account")).status == 303
    assert PLAIN not in here.cookies
    assert (await there.send(f"/account/sessions/{mine['id']}/end")).status == 404
    assert (await there.send("/account/sessions/end")).status == 303
    assert PLAIN not in there.cookies


async def test_an_authenticator_is_enrolled_asked_for_and_dropped(office: Office) -> None:
    reader = Reader(office.system)
    await reader.sign_in()
    assert (await reader.send("/account/authenticator", password=BETTER)).status == 422
    page = await reader.send("/account/authenticator", password=GOOD)
    assert page.status == 200
    assert "<svg" in page.text
    assert "style=" not in page.text
    secret = page.text.partition("<code>")[2].partition("</code>")[0]
    codes = pyotp.TOTP(secret)
    wrong = await reader.send("/account/authenticator/confirm", code="000000")
    assert (wrong.status, secret in wrong.text) == (422, False)
    code = codes.at(office.clock.now())
    assert (await reader.send("/account/authenticator/confirm", code=f"{code[:3]} {code[3:]}")).status == 303
    other = Reader(office.system)
    assert (await other.sign_in()).status == 401
    office.move(timedelta(seconds=30))
    assert (await other.sign_in(code=codes.at(office.clock.now()))).status == 303
    assert (await other.send("/account/authenticator/drop", password=GOOD)).status == 303
    assert (await Reader(office.system).sign_in()).status == 303


async def test_whoever_leaves_is_erased_with_the_password_alone(office: Office) -> None:
    reader = Reader(office.system)
    await reader.sign_in()
    assert (await reader.send("/account/erase", password=BETTER)).status == 422
    assert (await reader.open("/account")).status == 200
    left = await reader.send("/account/erase", password=GOOD)
    assert (left.status, left.headers["Location"]) == (303, "/sign-in?done=erased&lang=en")
    assert PLAIN not in reader.cookies
    assert "your personal data erased" in (await reader.open(left.headers["Location"])).text
    assert (await reader.sign_in()).status == 401
    assert not (await office.get("/accounts?q=ani", by=office.administrator)).body["items"]
    await office.account("budi", "administrator")
    await reader.sign_in("budi")
    refused = await reader.send("/account/erase", password=GOOD)
    assert (refused.status, "Ask another administrator" in refused.text) == (409, True)


async def test_a_provider_lets_people_in(tmp_path: Path) -> None:
    async with Provider() as provider:
        chosen = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
        async with running(tmp_path, clock=MovableClock(SystemClock().now()), **chosen) as office:
            await office.invited("ani", email="ani@example.org")
            reader = Reader(office.system)
            path = f"{BASE}/provider/start?back_to=/sign-in"
            assert f'href="{path}"' in (await reader.open("/sign-in")).text
            away = (await reader.open(path)).headers["Location"]
            async with office.system.session.get(away, allow_redirects=False) as answer:
                back = answer.headers["Location"].removeprefix(office.system.url)
            arrived = (await reader.open(back)).headers["Location"]
            stranger = await Reader(office.system).open(arrived)
            assert (stranger.status, stranger.cookies) == (422, {}), "a code fits one browser"
            assert (await reader.open(arrived)).headers["Location"] == "/?lang=en"
            assert "Orang ani" in (await reader.open("/account")).text
            assert (await reader.open(arrived)).status == 422, "and once"


async def test_without_identity_the_pages_are_there_and_nobody_is_signed_out(tmp_path: Path) -> None:
    services = [service(name) for name in ("partners", "portal")]
    async with system(tmp_path, services) as here:
        reader = Reader(here, {PLAIN: "x" * 43})
        page = await reader.open("/")
        assert page.status == 200
        assert "identity" in page.text, "what does not answer is named"
        assert (await reader.open("/account")).status == 503
        assert (await reader.sign_in()).status == 503
        assert reader.cookies, "the session may still be good"
        assert (await reader.send("/sign-out")).status == 503
        assert PLAIN not in reader.cookies, "this browser at least is signed out"


async def test_whose_access_nobody_believes_is_signed_out_and_not_led_in_circles(tmp_path: Path) -> None:
    async with recorded(tmp_path) as (here, recorder):
        refused = (401, {"type": "/problems/token-refused", "detail": "-"})
        recorder.answers = somebody("p-1") | {
            "/v1/me/sessions": refused,
            "/v1/ways": (200, {"password": True, "provider": False}),
        }
        reader = Reader(here, {PLAIN: "x" * 43})
        left = await reader.open("/account")
        assert (left.status, left.headers["Location"]) == (303, "/sign-in?next=%2Faccount&lang=en")
        assert PLAIN not in reader.cookies
        assert (await reader.open("/sign-in")).status == 200


def test_access_is_kept_for_so_many_and_no_longer_than_it_lives(tmp_path: Path) -> None:
    clock = MovableClock()
    visitors = Visitors(load_settings(data=tmp_path), clock)
    for number in range(MOST + 10):
        until = clock.now() + timedelta(minutes=10)
        visitors.keep(Visitor(f"secret {number}", "token", until, "Ani", "s"))
    assert len(visitors.known) == MOST
    clock.move(timedelta(minutes=11))
    visitors.keep(Visitor("another", "token", clock.now() + timedelta(minutes=10), "Ani", "s"))
    assert len(visitors.known) == 1
    assert all("another" not in key for key in visitors.known)
    assert "token" not in repr(visitors.known)


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
async def test_somebody_invited_comes_in_looks_around_and_leaves(office: Office, width: int) -> None:
    hidden = await unsigned(office.system)
    secret = (await office.invited("budi", "coordinator"))["secret"]
    async with browser() as chromium:
        page = await chromium.new_page(viewport={"width": width, "height": 900})
        complaints: list[str] = []
        page.on("console", lambda one: complaints.extend([one.text] if one.type != "debug" else []))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(f"{office.system.url}/sign-in/link?lang=en#{secret}")
        await page.wait_for_url("**/sign-in/link?lang=en")
        assert not await page.locator("#secret").is_visible()
        await fits(page)
        await page.fill("#password", GOOD)
        await page.fill("#repeated", GOOD)
        await page.click("text=Set the password >> visible=true")
        await page.wait_for_selector("text=Your password is set")
        assert not [url for url in asked if secret in url.partition("#")[0]]
        await page.fill("#user_name", "budi")
        await page.fill("#password", GOOD)
        await fits(page)
        await page.click("main button")
        await page.wait_for_selector("article >> text=Belum ditandatangani")
        await fits(page)
        assert not await page.evaluate("document.cookie"), "no script reads the cookie"
        await page.goto(f"{office.system.url}/partnerships/{hidden}?lang=en")
        assert "Belum ditandatangani" in await page.locator("h1").inner_text()
        await page.click("header .who")
        await page.wait_for_selector("text=Your details")
        await fits(page)
        await page.fill("#proof", GOOD)
        await page.click("text=Enrol an authenticator >> visible=true")
        await page.wait_for_selector("svg.qr")
        await fits(page)
        code = pyotp.TOTP(await page.locator("code").inner_text()).at(office.clock.now())
        await page.fill("#code", code)
        await page.click("main button")
        await page.wait_for_selector("text=From now on you need a code")
        await page.click("text=Sign out >> nth=0")
        await page.wait_for_selector("header >> text=Sign in")
        assert await page.locator("article").count() == 0
        await page.go_back()
        assert "Orang budi" not in await page.content(), "nothing of it is kept in the browser"
        assert complaints == [], "no error, and nothing that the content security policy refused"


async def fits(page: Page) -> None:
    """Nothing sticks out of the window."""
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
