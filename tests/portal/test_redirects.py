"""A page that was asked for is come back to after signing in, and nothing outside is ever gone to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest

from services.portal.redirects import safe_address
from tests.identity.world import BETTER, GOOD, Office
from tests.portal.reader import Reader
from tests.portal.test_sign_in import running


@pytest.mark.parametrize(
    "outside",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/%2f/evil.example",
        "/x/../..//evil.example",
        "javascript:alert(1)",
        "/a\r\nSet-Cookie: x=1",
        "/a\tb",
        "/\u2028",
        "/@evil.example",
        "/:8000",
        "/sign-out",
        "/sign-in",
        "/sign-in/link",
        "/sign-in?next=/",
        "",
        "agency",
        "/" + "a" * 600,
    ],
)
def test_what_leads_outside_or_round_in_circles_is_nowhere(outside: str) -> None:
    assert safe_address(outside) == ""


@pytest.mark.parametrize(
    "inside", ["/", "/agency/audit", "/agency/audit?kind=signed-in&who=ani+w%20", "/p/AB-12", "/sign-index"]
)
def test_a_page_of_the_portal_is_kept(inside: str) -> None:
    assert safe_address(inside) == inside


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with running(tmp_path) as here:
        await here.account("ani", "auditor")
        yield here


async def test_a_deep_link_survives_signing_in_and_a_wrong_password(office: Office) -> None:
    page = "/agency/audit?kind=signed-in"
    reader = Reader(office.system)
    sent = await reader.open(page)
    assert (sent.status, sent.headers["Location"]) == (303, f"/sign-in?next={quote(page, safe='')}&lang=en")
    form = await reader.open(sent.headers["Location"])
    assert f'name="next" value="{page}"' in form.text
    wrong = await reader.send("/sign-in", user_name="ani", password=BETTER, next=page)
    assert f'name="next" value="{page}"' in wrong.text
    entered = await reader.send("/sign-in", user_name="ani", password=GOOD, next=page)
    assert (entered.status, entered.headers["Location"]) == (303, f"{page}&lang=en")
    again = await reader.open(f"/sign-in?next={quote(page)}")
    assert again.headers["Location"] == f"{page}&lang=en", "who is signed in is sent on"
    outside = await Reader(office.system).send(
        "/sign-in", user_name="ani", password=GOOD, next="//evil.example/"
    )
    assert outside.headers["Location"] == "/?lang=en"


async def test_the_way_to_sign_in_leads_back_to_the_page_where_it_stands(office: Office) -> None:
    reader = Reader(office.system)
    assert 'href="/sign-in?next=/products' in (await reader.open("/products?q=ronda")).text
    assert 'href="/sign-in?lang=en"' in (await reader.open("/")).text
    form = await reader.open("/sign-in/to/agency/audit")
    assert 'name="next" value="/agency/audit"' in form.text, "and so does the way back from a provider"
