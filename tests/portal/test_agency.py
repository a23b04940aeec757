"""The pages of those who look after an agency: who sees what, and what the forms do."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Page
from starlette.applications import Starlette
from starlette.routing import Route

from services.portal.api import pages
from tests.identity.world import GOOD, Office
from tests.portal.desk import Desk, text_of
from tests.portal.reader import Reader
from tests.portal.test_pages import is_sound
from tests.support.browser import browser
from tests.support.known import heard_of
from tests.support.wait import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")
LINK = re.compile(r"/sign-in/link#([\w-]+)")
ID = str(UUID(int=1))


async def invited(desk: Desk, name: str, *roles: str) -> str:
    """A new account; its id."""
    made = await desk.office.invited(name, *roles)
    found: str = made["account"]["id"]
    return found


async def account_of(desk: Desk, account: str) -> dict[str, object]:
    found = await desk.office.get(f"/accounts/{account}", by=desk.office.administrator)
    body: dict[str, object] = found.body
    return body


@pytest.mark.parametrize(
    ("by", "statuses"),
    [
        ("", (303, 303, 303, 303, 303, 303, 303)),
        ("eko", (403, 403, 404, 403, 200, 403, 403)),
        ("dewi", (403, 403, 404, 403, 200, 403, 403)),
        ("citra", (200, 200, 200, 200, 200, 200, 403)),
        ("ani", (200, 200, 200, 200, 200, 200, 200)),
        ("omar", (303, 403, 404, 200, 200, 403, 403)),
    ],
)
async def test_each_page_is_for_those_whose_role_lets_them(
    desk: Desk, by: str, statuses: tuple[int, ...]
) -> None:
    one = f"/agency/accounts/{await invited(desk, f'dilihat.{by}')}"
    shown = ("", "/accounts", "/audit", "/tokens", "/erasures", "/accounts/new")
    first, second, *others = (f"/agency{path}" for path in shown)
    paths = (first, second, one, *others)
    assert tuple([(await desk.open(path, by)).status for path in paths]) == statuses
    home = (await desk.open("/", by)).text
    assert ('href="/agency' in home) is (by in ("ani", "citra", "omar")), "links lead where one may go"
    if by == "citra":
        for path in (paths[0], paths[1], one, paths[5]):
            main = (await desk.open(path, by)).text.partition("<main")[2]
            assert 'method="post"' not in main, f"{path} offers an auditor what is not for auditors"
    if by == "eko":
        refused = text_of(await desk.open("/agency/accounts", by))
        assert "This needs the role administrator." in refused


async def test_an_account_is_opened_and_its_link_shown_once_lets_its_owner_in(desk: Desk) -> None:
    typed: dict[str, Any] = {
        "display_name": "Fitri Handayani",
        "user_name": "fitri",
        "email": "",
        "roles": ["secretary", "publisher"],
    }
    made = await desk.send("/agency/accounts/new", **typed)
    assert (made.status, made.headers["Cache-Control"]) == (200, "no-store, private")
    found = LINK.search(made.text)
    assert found is not None
    assert f"{desk.office.system.url}/sign-in/link#{found[1]}" in made.text
    reader = Reader(desk.office.system)
    used = await reader.send("/sign-in/link", secret=found[1], password=GOOD, repeated=GOOD)
    assert used.status == 303
    assert (await reader.sign_in("fitri")).status == 303
    assert "publisher, secretary" in text_of(await reader.open("/account"))
    listed = await desk.open("/agency/accounts?q=handayani")
    assert "Fitri Handayani" in listed.text
    account = re.search(r"/agency/accounts/([0-9a-f-]{36})", listed.text)
    assert account is not None
    assert LINK.search((await desk.open(f"/agency/accounts/{account[1]}")).text) is None


@pytest.mark.parametrize(
    ("typed", "status", "field", "said"),
    [
        ({"user_name": "eko"}, 409, "user_name", "The user name eko is taken."),
        ({"user_name": "<b> name"}, 422, "user_name", "This is not a valid user name."),
        ({"email": "no address"}, 422, "email", "This is not an e-mail address."),
        ({"display_name": "x"}, 422, "display_name", "A name has 2 to 200 characters."),
        ({"roles": ["representative"]}, 422, "roles", "this account has none"),
        ({"roles": ["operator"]}, 403, "roles", "The role operator cannot be granted"),
        ({"roles": ["chief"]}, 422, "roles", "Some values are missing"),
        ({"organisation_id": "nonsense"}, 422, "", ""),
    ],
)
async def test_what_is_wrong_with_a_new_account_stands_at_its_field_and_what_was_typed_stays(
    desk: Desk, typed: dict[str, Any], status: int, field: str, said: str
) -> None:
    usual: dict[str, Any] = {
        "display_name": "Gita <i>",
        "user_name": "gita",
        "email": "",
        "roles": ["publisher"],
    }
    wrong = await desk.send("/agency/accounts/new", **(usual | typed))
    assert wrong.status == status
    assert said in text_of(wrong)
    if field:
        assert f'id="wrong-{field}"' in wrong.text
    kept = str((usual | typed)["display_name"]).replace("<", "&lt;").replace(">", "&gt;")
    assert f'value="{kept}"' in wrong.text
    assert not LINK.search(wrong.text)
    assert not (await desk.office.get("/accounts?q=gita", by=desk.office.administrator)).body["items"]


async def test_an_account_is_opened_for_a_person_of_the_registry_and_an_organisation(desk: Desk) -> None:
    here = desk.office.system
    body = {"name": "Hadi <Santoso>", "email": "hadi@example.org"}
    person = await here.call("POST", "/api/partners/v1/persons", body, token=here.token("coordinator"))
    await heard_of(here, person.body["id"])
    found = await desk.open("/agency/accounts/new?find=forum")
    assert f"?organisation={desk.village}&amp;lang=en" in found.text
    assert f"?person={person.body['id']}" in (await desk.open("/agency/accounts/new?find=SANTOSO")).text
    chosen = await desk.open(f"/agency/accounts/new?organisation={desk.village}&person={person.body['id']}")
    assert "Hadi &lt;Santoso&gt;" in chosen.text
    assert 'value="hadi@example.org"' in chosen.text
    made = await desk.send(
        "/agency/accounts/new",
        display_name="Hadi Santoso",
        user_name="hadi",
        organisation_id=desk.village,
        person_id=person.body["id"],
        roles=["representative"],
    )
    assert made.status == 200
    listed = await desk.office.get("/accounts?q=hadi", by=desk.office.administrator)
    (account,) = listed.body["items"]
    assert (account["person_id"], account["organisation_id"]) == (person.body["id"], desk.village)
    assert "Forum Desa Contoh" in text_of(await desk.open(f"/agency/accounts/{account['id']}"))
    for odd in ("organisation=nonsense", f"person={ID}", "find=%00", "organisation=../../x"):
        assert (await desk.open(f"/agency/accounts/new?{odd}")).status == 200, odd


async def test_roles_come_and_go_and_a_refusal_is_told_where_it_was_asked(desk: Desk) -> None:
    account = await invited(desk, "indra", "publisher")
    page = f"/agency/accounts/{account}"
    granted = await desk.send(f"{page}/roles", role="secretary")
    assert (granted.status, granted.headers["Location"]) == (303, f"{page}?done=granted&lang=en")
    assert (await account_of(desk, account))["roles"] == ["publisher", "secretary"]
    again = await desk.send(f"{page}/roles", role="secretary")
    assert again.status == 409
    section = again.text.partition('id="roles"')[2].partition("</section>")[0]
    assert "The account already has the role secretary." in section
    assert (await desk.send(f"{page}/roles/withdraw", role="publisher")).status == 303
    assert (await account_of(desk, account))["roles"] == ["secretary"]
    assert (await desk.send(f"{page}/roles", role="nonsense")).status == 422
    assert (await desk.send(f"{page}/roles", by="citra", role="publisher")).status == 403
    assert (await desk.send(f"{page}/roles", by="dewi", role="publisher")).status == 403
    assert (await account_of(desk, account))["roles"] == ["secretary"]
    assert (await desk.send(f"/agency/accounts/{ID}/roles", role="publisher")).status == 404
    assert (await desk.open(f"/agency/accounts/{ID}")).status == 404


async def test_an_account_is_locked_unlocked_and_closed(desk: Desk) -> None:
    account = await desk.office.account("joko")
    page, theirs = f"/agency/accounts/{account}", Reader(desk.office.system)
    assert (await theirs.sign_in("joko")).status == 303
    assert (await desk.send(f"{page}/lock", reason="")).status == 422
    assert (await desk.send(f"{page}/lock", reason="Telepon hilang")).status == 303
    assert (await theirs.open("/account")).status == 303, "the session has ended"
    shown = await desk.open(page)
    assert ">locked<" in shown.text
    assert "/unlock?" in shown.text
    assert "/lock?" not in shown.text.replace("/unlock?", "")
    twice = await desk.send(f"{page}/lock", reason="Sekali lagi")
    assert twice.status == 409
    assert (await desk.send(f"{page}/unlock")).status == 303
    assert (await theirs.sign_in("joko")).status == 303
    assert (await desk.send(f"{page}/sessions/end")).status == 303
    assert (await theirs.open("/account")).status == 303
    link = await desk.send(f"{page}/link")
    assert link.status == 200
    assert LINK.search(link.text)
    assert (await desk.send(f"{page}/totp/drop")).status == 409
    assert (await desk.send(f"{page}/close")).status == 303
    closed = (await desk.open(page)).text.partition("<main")[2]
    assert 'method="post"' not in closed
    assert (await desk.send(f"{page}/link")).status == 409


async def test_an_administrator_does_not_shut_out_oneself(desk: Desk) -> None:
    me = await desk.office.get("/accounts?q=ani", by=desk.office.administrator)
    page = f"/agency/accounts/{me.body['items'][0]['id']}"
    shown = await desk.open(page)
    assert "another administrator must manage it" in shown.text
    for path, typed in (
        ("lock", {"reason": "cuti"}),
        ("close", {}),
        ("roles/withdraw", {"role": "administrator"}),
        ("link", {}),
    ):
        assert f'action="{page}/{path}' not in shown.text
        refused = await desk.send(f"{page}/{path}", **typed)
        assert refused.status == 409, path
        assert "This is your own account." in refused.text


async def test_accounts_are_found_and_listed_page_by_page(desk: Desk) -> None:
    for number in range(30):
        await desk.office.invited(f"banyak.{number:02}", "secretary")
    first = await desk.open("/agency/accounts?q=banyak&role=secretary")
    assert first.text.count("belum") == 0
    assert len(set(re.findall(r"banyak\.\d\d", first.text))) == 25
    more = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert more is not None
    second = await desk.open(more[1].replace("&amp;", "&"))
    assert len(set(re.findall(r"banyak\.\d\d", first.text + second.text))) == 30
    assert "No accounts found." in (await desk.open("/agency/accounts?q=banyak&state=closed")).text
    assert (await desk.open("/agency/accounts?state=nonsense")).status == 422
    assert (await desk.open("/agency/accounts?cursor=nonsense")).status == 422


async def test_a_token_is_made_shown_once_and_revoked(desk: Desk) -> None:
    day = (desk.office.clock.now() + timedelta(days=30)).date().isoformat()
    typed: dict[str, Any] = {"name": "Laporan", "roles": ["coordinator"], "ends_on": day, "reads_only": "yes"}
    made = await desk.send("/agency/tokens", by="dewi", **typed)
    assert (made.status, made.headers["Cache-Control"]) == (200, "no-store, private")
    secret = re.search(r"kmt_[\w-]{43}", made.text)
    assert secret is not None
    access = await desk.office.post("/access", {"secret": secret[0]})
    assert access.body["roles"] == ["automated", "coordinator", "read-only"]
    theirs = await desk.open("/agency/tokens", by="dewi")
    assert "Laporan" in theirs.text
    assert secret[0] not in theirs.text
    listed = await desk.open("/agency/tokens")
    assert "Orang dewi" in listed.text, "administrators see whose the agency's tokens are"
    assert "Laporan" not in (await desk.open("/agency/tokens", by="eko")).text
    revoke = re.search(r'action="(/agency/tokens/[0-9a-f-]+/revoke)\?', listed.text)
    assert revoke is not None
    assert (await desk.send(revoke[1], by="eko")).status == 404, "nobody else's are there"
    assert (await desk.send(revoke[1])).status == 303
    assert (await desk.office.post("/access", {"secret": secret[0]})).status == 401
    for wrong, field in (
        ({"ends_on": "someday"}, "ends_on"),
        ({"ends_on": "9999-12-31"}, "ends_on"),
        ({"ends_on": "2999-01-01"}, "ends_on"),
        ({"roles": ["administrator"]}, "roles"),
        ({"name": ""}, "name"),
    ):
        refused = await desk.send("/agency/tokens", by="dewi", **(typed | wrong))
        assert refused.status in (403, 422), wrong
        assert f'id="wrong-{field}"' in refused.text, wrong


async def test_a_person_is_found_and_erased_in_every_service(desk: Desk) -> None:
    account = await invited(desk, "hilang")
    person = str((await account_of(desk, account))["person_id"])
    assert f"person={person}" in (await desk.open(f"/agency/accounts/{account}")).text
    assert "Orang hilang" in text_of(await desk.open("/agency/erasures?find=hilang"))
    asked = await desk.open(f"/agency/erasures?person={person}")
    assert "Orang hilang" in text_of(asked)
    assert "cannot be undone" in text_of(asked)
    wrong = await desk.send("/agency/erasures", person=person, why="because")
    assert wrong.status == 422
    assert "Orang hilang" in text_of(wrong), "what was refused changes nothing, and the form is still there"
    ordered = await desk.send("/agency/erasures", person=person, why="asked")
    assert ordered.status == 303

    async def is_carried_out() -> bool:
        said = text_of(await desk.open("/agency/erasures?done=ordered"))
        assert "The erasure has been ordered" in said
        assert person[:8] in said
        # Identity and the registry run here, the other services do not.
        return "2 of 5 services hold no more personal data" in said

    await eventually(is_carried_out)
    assert "hilang" not in text_of(await desk.open("/agency/erasures?find=hilang")).lower().replace(
        "orang", ""
    )
    again = await desk.send("/agency/erasures", person=person, why="asked")
    assert again.status == 409
    assert (await desk.send("/agency/erasures", person="../x", why="asked")).status in (404, 422)
    assert (await desk.send("/agency/erasures", by="citra", person=person, why="asked")).status == 403


async def test_the_agency_is_amended(desk: Desk) -> None:
    sent = await desk.send("/agency", name="Polresta Contoh Kota", organisation_id=desk.village)
    assert sent.status == 303
    shown = await desk.open("/agency?done=amended")
    assert "Polresta Contoh Kota" in text_of(shown)
    assert "Forum Desa Contoh" in text_of(shown)
    assert "The agency has been updated." in text_of(shown)
    assert (await desk.send("/agency", name="x", organisation_id="")).status == 422
    assert (await desk.send("/agency", by="citra", name="Lain", organisation_id="")).status == 403
    assert "Polresta Contoh Kota" in (await desk.open("/agency", by="citra")).text


async def test_no_form_is_taken_from_another_site(desk: Desk) -> None:
    runtime = next(runtime for runtime in desk.office.system.runtimes if runtime.service.name == "portal")
    app = pages(runtime).app
    assert isinstance(app, Starlette)
    posts = [
        re.sub(r"\{\w+:uuid\}", ID, route.path)
        for route in app.routes
        if isinstance(route, Route) and "POST" in (route.methods or ())
    ]
    assert len(posts) >= 20
    reader = await desk.reader("ani")
    before = await account_of(
        desk, (await desk.office.get("/accounts", by=desk.office.administrator)).body["items"][0]["id"]
    )
    for path in posts:
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {}):
            assert (await reader.send(path, headers, user_name="eve", display_name="Eve")).status == 403, path
    after = await account_of(desk, str(before["id"]))
    assert after == before


@pytest.mark.browser
@pytest.mark.timeout(240)
@pytest.mark.parametrize("width", [390, 1280])
async def test_an_administrator_opens_an_account_and_its_owner_comes_in(desk: Desk, width: int) -> None:
    office: Office = desk.office
    name = f"kartika{width}"
    async with browser() as chromium:
        context = await chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if width == 390 else "light"
        )
        page = await context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await signed_in(page, office.system.url, "ani")
        await page.click("header >> text=Agency")
        await page.click("nav >> text=Accounts")
        await page.click("text=Open an account")
        await page.fill("#display_name", "Kartika Sari")
        await page.fill("#user_name", name)
        await page.check("input[value=secretary]")
        await is_sound(page, "/agency/accounts/new", "en")
        await page.click("main >> text=Open the account")
        link = await page.locator("code.once").inner_text()
        await is_sound(page, "the link", "en")
        other = await (await chromium.new_context(viewport={"width": width, "height": 900})).new_page()
        await other.goto(link)
        await other.fill("#password", GOOD)
        await other.fill("#repeated", GOOD)
        await other.click("main form button")
        await other.wait_for_url("**/sign-in?done=link*")
        await signed_in(other, office.system.url, name)
        await page.click("text=Go to the account")
        await page.select_option("#role", "publisher")
        await page.click("main >> text=Grant")
        await page.wait_for_selector("text=The role has been granted.")
        await page.fill("#reason", "Cuti panjang")
        await page.click("main button:text-is('Lock')")
        await page.wait_for_selector("h1 + .state.locked")
        await is_sound(page, "the account", "en")
        await other.goto(f"{office.system.url}/account?lang=en")
        await other.wait_for_url("**/sign-in*")
        assert complaints == [], "no error, and nothing that the content security policy refused"


@pytest.mark.browser
@pytest.mark.timeout(240)
@pytest.mark.parametrize("width", [390, 1280])
async def test_every_page_of_the_agency_fits_speaks_both_languages_and_complains_of_nothing(
    desk: Desk, width: int
) -> None:
    await eventually(lambda: logged(desk), message="the log has something to show")
    dewi = (await desk.office.get("/accounts?q=dewi", by=desk.office.administrator)).body["items"][0]
    account, person = dewi["id"], dewi["person_id"]
    shown = {
        "/agency?find=forum": ("Nama singkat", "Short name"),
        "/agency/accounts": ("Orang dewi", "Orang dewi"),
        f"/agency/accounts/new?organisation={desk.village}": ("Nama pengguna", "User name"),
        f"/agency/accounts/{account}": ("Peran", "Roles"),
        "/agency/tokens": ("Token API", "API tokens"),
        f"/agency/erasures?find=dewi&person={person}": ("Orang dewi", "Orang dewi"),
        "/agency/audit": ("membuka akun untuk", "opened an account for"),
        "/account": ("Token API", "API tokens"),
    }
    async with browser() as chromium:
        context = await chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if width == 390 else "light"
        )
        page = await context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(f"{page.url}: {message.text}"))
        await signed_in(page, desk.office.system.url, "ani")
        for path, words in shown.items():
            for language, word in zip(("id", "en"), words, strict=True):
                at = f"{path}{'&' if '?' in path else '?'}lang={language}"
                answer = await page.goto(desk.office.system.url + at)
                assert answer is not None
                assert answer.status == 200, at
                await page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
                assert word in await page.locator("main").inner_text(), at
                await is_sound(page, at, language)
        assert complaints == []


async def logged(desk: Desk) -> bool:
    found = await desk.office.get("/audit?kind=account-opened", by=desk.office.administrator)
    return bool(found.body["items"])


async def signed_in(page: Page, url: str, name: str) -> None:
    """Sign in on a page."""
    await page.goto(f"{url}/sign-in?lang=en")
    await page.fill("#user_name", name)
    await page.fill("#password", GOOD)
    await page.click("main button")
    await page.wait_for_selector("header .who")
