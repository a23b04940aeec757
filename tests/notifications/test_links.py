"""What people open out of a message, or on the page of a partnership: it asks first, in their language."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from services.notifications.service import service as notifications
from services.partners.service import service as partners
from services.portal.service import service as portal
from tests.portal.reader import Reader
from tests.support.smtp import SmtpSink
from tests.support.system import System, system
from tests.support.wait import eventually

BASE = "/api/notifications/v1"
pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Place:
    """A running system, its mail server, and a signed partnership."""

    here: System
    smtp: SmtpSink
    partnership: str
    parties: tuple[UUID, UUID]

    @property
    def reader(self) -> Reader:
        """A browser of nobody."""
        return Reader(self.here)

    async def mail_to(self, address: str, number: int = 1) -> Any:
        """The newest of so many messages to an address, once they are there."""
        return (
            await eventually(
                lambda: (len(self.smtp.messages_to(address)) >= number) and self.smtp.messages_to(address)
            )
        )[-1]

    async def follow(self, address: str, locale: str = "id") -> Any:
        """Ask on the page of the partnership; returns the message that asks back."""
        asked = await self.reader.send(
            f"/partnerships/{self.partnership}/follow", address=address, locale=locale
        )
        assert asked.status == 303, asked.text
        return await self.mail_to(address)

    async def state(self, token: str) -> str:
        """Where the subscription of a link stands."""
        answer = await self.here.call("GET", f"{BASE}/links?token={token}")
        return str(answer.body["state"])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """The registry, the notifications and the portal."""
    folder: Path = tmp_path_factory.mktemp("links")
    with SmtpSink() as smtp:
        async with system(folder, [partners, notifications, portal], smtp_url=smtp.url) as here:
            partnership, *parties = await here.signed_partnership()
            yield Place(here, smtp, str(partnership), (parties[0], parties[1]))


def links_in(mail: Any) -> list[str]:
    """Every address that a message prints or links to, in its text, its HTML and its headers."""
    text = mail.get_body(("plain",)).get_content() + mail["List-Unsubscribe"]
    found = re.findall(r"https?://[^\s<>\"]+", text)
    return found + [
        match.replace("&amp;", "&")
        for match in re.findall(r'href="([^"]+)"', mail.get_body(("html",)).get_content())
    ]


def token_in(mail: Any) -> str:
    """The token of the first link."""
    found = re.search(r"token=([\w-]+)", mail.get_body(("plain",)).get_content())
    assert found
    return found[1]


async def test_every_address_that_a_message_prints_shows_a_page_and_changes_nothing(place: Place) -> None:
    asking = await place.follow("pemindai@example.org")
    await visit_all(place, asking)
    token = token_in(asking)
    assert await place.state(token) == "pending"
    await place.here.call("POST", f"{BASE}/confirmations", {"token": token})
    base = f"/api/partners/v1/partnerships/{place.partnership}"
    charter = {"vision": "Aman", "mission": "Bersama", "means": ["act"]}
    await place.here.call(
        "POST", f"{base}/charter", charter, token=place.here.representative(place.parties[0])
    )
    for party in place.parties:
        body, by = {"charter_version": 2}, place.here.representative(party)
        assert (await place.here.call("POST", f"{base}/signatures", body, token=by)).status == 201
    await visit_all(place, await place.mail_to("pemindai@example.org", 2))
    assert await place.state(token) == "active"


async def visit_all(place: Place, mail: Any) -> None:
    """As a scanner does it, and then as a person."""
    for link in links_in(mail):
        for method in ("HEAD", "GET"):
            async with place.here.session.request(method, link, headers={"Accept-Language": "en"}) as answer:
                text = await answer.text()
            if method == "GET":
                assert (answer.status, answer.content_type) == (200, "text/html"), link
                assert '<html lang="id">' in text, "in the language of the subscription"


async def test_a_person_follows_a_partnership_confirms_and_ends_it(place: Place) -> None:
    page = await place.reader.open(f"/partnerships/{place.partnership}")
    assert f"/partnerships/{place.partnership}/follow" in page.text
    form = await place.reader.open(f"/partnerships/{place.partnership}/follow?lang=id")
    assert "Ikuti kemitraan ini" in form.text
    mail = await place.follow("warga@example.org")
    token = token_in(mail)
    shown = await place.reader.open(f"/subscriptions/confirm?token={token}")
    assert (shown.status, shown.text.count('<button class="button main">')) == (200, 1)
    assert "w…@example.org" in shown.text
    assert "Aman bersama" in shown.text
    answered = await place.reader.send("/subscriptions/confirm", token=token)
    assert answered.status == 303
    assert await place.state(token) == "active"
    end = re.search(r"token=([\w-]+)", mail["List-Unsubscribe"])
    assert end
    assert (await place.reader.send("/subscriptions/confirm", token=end[1])).status == 404
    asks = await place.reader.open(f"/subscriptions/end?token={end[1]}")
    assert 'value="topic"' in asks.text
    assert 'value="everything"' in asks.text
    assert await place.state(token) == "active"
    assert (await place.reader.send("/subscriptions/end", token=end[1], until="topic")).status == 303
    assert await place.state(token) == "ended"


async def test_everything_to_an_address_ends_at_once(place: Place) -> None:
    first = await place.follow("semua@example.org")
    body = {"channel": "email", "address": "semua@example.org"}
    assert (await place.here.call("POST", f"{BASE}/subscriptions", body)).status == 201
    second = await place.mail_to("semua@example.org", 2)
    end = re.search(r"token=([\w-]+)", first["List-Unsubscribe"])
    assert end
    assert (await place.reader.send("/subscriptions/end", token=end[1], until="everything")).status == 303
    assert [await place.state(token_in(end)) for end in (first, second)] == ["ended", "ended"]


async def test_what_cannot_be_is_said_on_the_page(place: Place) -> None:
    wrong = await place.reader.send(f"/partnerships/{place.partnership}/follow?lang=id", address="warga")
    assert (wrong.status, "Ini bukan alamat surel" in wrong.text) == (422, True)
    for act in ("confirm", "end"):
        unknown = await place.reader.open(f"/subscriptions/{act}?token=nobody-has-this")
        assert (unknown.status, "not valid" in unknown.text) == (404, True)
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert (await place.reader.send("/subscriptions/confirm", foreign, token="x" * 32)).status == 403
    missing = await place.reader.open("/partnerships/01a22942-fcf8-7154-a759-3f28ae6ba19e/follow")
    assert missing.status == 404


async def test_a_partnership_that_is_not_signed_is_not_called_by_its_title(place: Place) -> None:
    here = place.here
    parties = [
        {"organisation_id": str(party), "role": role, "contributes": "patrols", "gains": "trust"}
        for party, role in zip(place.parties, ("lead", "member"), strict=True)
    ]
    body = {"title": "Masih rahasia", "area": "35.15", "problem": "street racing", "parties": parties}
    formed = await here.call("POST", "/api/partners/v1/partnerships", body, token=here.token("coordinator"))
    assert formed.status == 201, formed.body
    signed, *_ = await here.signed_partnership()  # what is told of it comes after what was formed before

    async def link_to(partnership: str, address: str) -> str:
        asked = {"channel": "email", "address": address, "scope": "partnership", "value": partnership}
        assert (await here.call("POST", f"{BASE}/subscriptions", asked)).status == 201
        return f"{BASE}/links?token={token_in(await place.mail_to(address))}"

    known, secret = (
        await link_to(str(signed), "tahu@example.org"),
        await link_to(formed.body["id"], "ingin-tahu@example.org"),
    )

    async def is_called() -> bool:
        return bool((await here.call("GET", known)).body["topic"] == "Aman bersama")

    await eventually(is_called)
    assert (await here.call("GET", secret)).body["topic"] == formed.body["id"]
