"""What is not public is looked for in whatever tells anybody anything: the list follows from the routes."""

from __future__ import annotations

import asyncio
import io
import itertools
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest
from pypdf import PdfReader
from starlette.routing import Route

from demo import files
from services.portal.api import pages
from services.registry import NAMES, service
from shared.clock import MovableClock
from shared.contracts.audience import Audience
from shared.identity.actor import Actor
from tests.http.seeded import CHAIR, Seeded, seed
from tests.portal.test_crawlers import SHOWN_TO_ALL
from tests.support.operations import routes_by_name
from tests.support.smtp import SmtpSink
from tests.support.system import System, system
from tests.support.wait import eventually
from tests.support.webhook import WebhookReceiver

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
SHOWN = "Terbukauntuksemua"
"""Stands in what is public: whoever tells of nothing else tells of this."""
HIDDEN = {
    Audience.PUBLIC: "Belumditandatangani",
    Audience.PARTNERSHIP: "Hanyaparapihak",
    Audience.AGENCY: "Hanyainstansi",
    Audience.AUDIT: "Hanyapemeriksa",
    Audience.INTERNAL: "Hanyalayanan",
}
"""Stands in facts of each audience: of a public one, as long as what it is about is not public yet."""
MARKS = tuple(mark.encode() for mark in HIDDEN.values())
ALSO = {
    "/v1/search": [f"?q={word}" for word in (*HIDDEN.values(), SHOWN)],
    "/v1/partnerships": ["", *(f"?q={word}" for word in HIDDEN.values())],
    "/v1/programs": ["", *(f"?q={word}" for word in HIDDEN.values())],
    "/v1/problems": ["", *(f"?q={word}" for word in HIDDEN.values())],
    "/v1/products": ["", "?state=withdrawn", "?state=expired"],
    "/v1/iati.xml": ["", "?partnership_id={partnership_id}"],
    "/v1/feed.atom": ["", "?language=en"],
    "/v1/links": ["?token=x"],
    "/v1/areas": ["?q=Sidoarjo"],
    "/v1/templates/{template_id}/plan": ["?start=2026-02-01"],
    "/products": ["", *(f"?q={word}" for word in HIDDEN.values())],
    "/search": [f"?q={word}" for word in (*HIDDEN.values(), SHOWN)],
}
"""How else something is asked."""
NOTHING_TO_TELL = {
    "notifications /v1/links": "of a link in a message, to whoever has it",
    "notifications /v1/confirm": "leads to a page",
    "notifications /v1/unsubscribe": "leads to a page",
    "identity /v1/provider/start": "leads to the provider",
    "identity /v1/provider/callback": "comes from the provider",
    "products /v1/products/{product_id}/file": "leads to the main file",
    "portal /evidence/{id:uuid}/file": "for those who may have it",
    "portal /agreements/{id:uuid}/file": "for those who may have it, or where it is public",
    "portal /products/{id:uuid}/files/{file:uuid}": "of what is published",
    "portal /sitemap-{number:int}.xml": "where one file is not enough",
    "portal /.well-known/security.txt": "where a contact is set",
    "portal /developers": "leads to the reference",
    "portal /api": "leads to the reference",
    "portal /api/": "leads to the reference",
    "portal /schemas": "leads to the reference",
    "portal /api/{service}": "describes an API",
    "portal /docs/{service}": "describes an API",
    "portal /docs/events/{type}": "describes an event",
    "portal /problems/{code}": "says what a refusal means",
    "portal /schemas/{name}": "describes an event",
    "portal /feed": "asked by itself: it never ends",
    "partners /v1/agreements/{agreement_id}/file": "only where the agreement is public and has one",
}
"""Outlets that need not answer with 200 here, and why."""
SECTIONS = {
    "partnerships": "partnership_id",
    "programs": "program_id",
    "problems": "problem_id",
    "products": "product_id",
    "agreements": "agreement_id",
    "evidence": "evidence_id",
    "meetings": "meeting_id",
    "activities": "activity_id",
}
OTHER_IDS = {"number": "number", "code": "code", "file": "file_id"}


@dataclass
class Told:
    """A system in which much is hidden, and what left it by mail and webhook."""

    seeded: Seeded
    smtp: SmtpSink
    hook: WebhookReceiver

    @property
    def here(self) -> System:
        """The system."""
        return self.seeded.here


@pytest.fixture
async def told(tmp_path: Path, smtp: SmtpSink, webhook: WebhookReceiver) -> AsyncIterator[Told]:
    """Everything is told to a stranger's webhook and to a stranger's mailbox, from the beginning on."""
    clock = MovableClock()
    async with AsyncExitStack() as stack:
        services = [service(name) for name in NAMES]
        here = await stack.enter_async_context(system(tmp_path, services, clock=clock, smtp_url=smtp.url))
        base = "/api/notifications/v1"
        stranger = here.token("coordinator", agency="polresta-lain", person=str(uuid4()))
        body = {"scope": "all", "channel": "webhook", "address": webhook.url}
        assert (await here.call("POST", f"{base}/subscriptions", body, token=stranger)).status == 201
        body = {"scope": "all", "channel": "email", "address": "warga@contoh.id"}
        assert (await here.call("POST", f"{base}/subscriptions", body)).status == 201
        await eventually(lambda: smtp.messages_to("warga@contoh.id"))
        plain: Any = smtp.messages_to("warga@contoh.id")[0].get_body(("plain",))
        link = re.search(r"token=([\w-]+)", plain.get_content())
        assert link
        await here.call("POST", f"{base}/confirmations", {"token": link[1]})
        seeded = await seed(here, clock)
        await hide(seeded)
        yield Told(seeded, smtp, webhook)


async def hide(seeded: Seeded) -> None:
    """Have facts of every audience happen, and at last one that everybody may know."""
    partnership, (police, village) = seeded.ids["partnership_id"][1], seeded.parties
    base = f"partners/v1/partnerships/{partnership}"
    word = HIDDEN[Audience.PARTNERSHIP]
    contact: dict[str, Any] = {"kind": "visit", "on": seeded.today, "subject": word}
    officer = await _member(seeded, "Budi", police, "anggota")
    contact["attended_by"] = [officer, seeded.ids["person_id"][1]]
    made = await seeded.made(f"{base}/contacts", contact | {"organisations": [str(police), str(village)]})
    seeded.keep(contact_id=made["id"])
    await _draft(seeded, partnership, word)
    await _meeting(seeded, word)
    agreement = {
        "partnership_id": partnership,
        "kind": "pks",
        "number": "PKS/9/2026",
        "title": "Perjanjian",
        "signed_on": seeded.day(-20),
        "in_force_from": seeded.day(-10),
        "in_force_until": seeded.day(100),
        "signatories": [str(police), str(village)],
        "public": False,
        "exception_class": "personal_data",
        "exception_reason": "Data pribadi korban.",
    }
    made = await seeded.made("partners/v1/agreements", agreement, by=police)
    await seeded.made(f"partners/v1/agreements/{made['id']}/confirmations", None, by=village)
    await _handed_in(seeded, f"partners/v1/agreements/{made['id']}/file", {}, word, by=police)
    seeded.keep(agreement_id=made["id"])
    fields = {"partnership_id": partnership}
    made = await _handed_in(seeded, "programs/v1/evidence", fields, word, by=police)
    seeded.keep(evidence_id=made["id"])
    report = {
        "partnership_id": partnership,
        "text": f"{word} di pasar",
        "place": word,
        "contact": f"{word}@contoh.id",
    }
    await seeded.made("programs/v1/reports", report)
    word = HIDDEN[Audience.PUBLIC]
    terms = {"contributes": word, "gains": word}
    parties = [
        {"organisation_id": str(item), "role": role, **terms}
        for item, role in ((police, "lead"), (village, "member"))
    ]
    body = {"title": word, "area": "35.15", "problem": word, "parties": parties}
    formed = await seeded.made("partners/v1/partnerships", body)
    charter = {"vision": word, "mission": word, "means": ["educate"]}
    await seeded.made(f"partners/v1/partnerships/{formed['id']}/charter", charter, by=police)
    seeded.keep(partnership_id=formed["id"])
    word = HIDDEN[Audience.AGENCY]
    await _member(seeded, word, village, word)
    await _account(seeded, HIDDEN[Audience.AUDIT], HIDDEN[Audience.INTERNAL])
    commitment = {"partnership_id": partnership, "title": SHOWN, "mandate": "ease", "due_on": seeded.day(9)}
    await seeded.made("partners/v1/commitments", commitment, by=police)
    await _draft(seeded, partnership, SHOWN, publish=True)


async def _member(seeded: Seeded, name: str, organisation: UUID, role: str) -> str:
    person = await seeded.made("partners/v1/persons", {"name": name})
    membership = {"organisation_id": str(organisation), "role": role, "since": seeded.day(-30)}
    await seeded.made("partners/v1/memberships", membership | {"person_id": person["id"]})
    return str(person["id"])


async def _draft(seeded: Seeded, partnership: str, word: str, *, publish: bool = False) -> None:
    police, village = seeded.parties
    text = {"language": "id", "title": word, "summary": word, "body": f"# {word}\n\n{word}"}
    body = {
        "partnership_id": partnership,
        "kind": "guidance",
        "phases": ["prevention"],
        "audiences": ["residents"],
        "media": ["print", "electronic"],
        "texts": [text],
    }
    product = await seeded.made("products/v1/products", body, by=police)
    path = f"products/v1/products/{product['id']}"
    made = await _handed_in(seeded, f"{path}/files", {"language": "id"}, word, by=police)
    await seeded.made(f"{path}/submit", by=police)
    if publish:
        for party in (police, village):
            await seeded.made(f"{path}/approve", by=party)
        await seeded.made(f"{path}/publish", by=police)
    else:
        await seeded.made(f"{path}/request-changes", {"reason": word}, by=village)
    version = made["versions"][0]
    seeded.keep(product_id=product["id"], file_id=version["files"][0]["id"], code=version["code"])


async def _meeting(seeded: Seeded, word: str) -> None:
    """Held, with a decision, and with minutes that nobody has approved."""
    body: dict[str, Any] = {
        "board_id": seeded.ids["board_id"][1],
        "title": "Rapat",
        "scheduled_at": (seeded.clock.now() + timedelta(hours=1)).isoformat(),
        "place": "Balai desa",
        "agenda": ["Lampu"],
    }
    seeded.chair = seeded.ids["person_id"][1]
    meeting = await seeded.made("partners/v1/meetings", body, by=CHAIR)
    seeded.clock.move(timedelta(hours=2))
    path = f"partners/v1/meetings/{meeting['id']}"
    people = [seeded.ids[name][1] for name in ("person_id", "colleague_id")]
    held = {"held_at": seeded.clock.now().isoformat(), "present": people}
    await seeded.made(f"{path}/hold", held, by=CHAIR)
    for kind in ("decision", "information"):
        outcome = {"kind": kind, "mandate": "ease", "text": word}
        await seeded.made(f"{path}/outcomes", outcome, by=CHAIR)
    await seeded.made(f"{path}/minutes", {"text": word}, by=CHAIR, method="PUT")
    seeded.keep(meeting_id=meeting["id"])


async def _handed_in(seeded: Seeded, path: str, fields: dict[str, str], word: str, *, by: UUID) -> Any:
    form = aiohttp.FormData(fields, quote_fields=False)
    content = files.pdf(word, word)
    form.add_field("file", content, filename=f"{word}.pdf", content_type="application/pdf")
    return await seeded.made(path, form, by=by)


async def _account(seeded: Seeded, word: str, internal: str) -> None:
    """An account with a password, that is locked for a reason."""

    async def asked(path: str, body: Any, token: str | None = None) -> Any:
        answer = await seeded.here.call("POST", f"/api/identity/v1/{path}", body, token=token)
        assert answer.status in (200, 201, 204), (path, answer.body)
        return answer.body

    operator = seeded.here.token("administrator", "operator", person="host")
    await asked("agencies", {"slug": "polresta-contoh", "name": word}, operator)
    body = {"user_name": "ditanya", "display_name": word, "roles": ["resident"]}
    made = await asked("accounts", body, operator)
    password = {"password": f"{internal} kuda hijau menari"}
    await asked("links/use", {"secret": made["secret"]} | password)
    await asked("sessions", {"user_name": "ditanya"} | password)
    await asked(f"accounts/{made['account']['id']}/lock", {"reason": word}, operator)


# --- the outlets ---------------------------------------------------------------------------------------


def outlets(here: System) -> Iterator[tuple[str, str]]:
    """Everything that is read without an account: of each service, and of the portal."""
    for name in NAMES:
        if name != "portal":
            for route in routes_by_name(service(name)).values():
                if "GET" in (route.methods or ()) and route.operation.permission.is_public:
                    yield name, route.path
    portal = next(runtime for runtime in here.runtimes if runtime.service.name == "portal")
    for shown in pages(portal).app.routes:  # type: ignore[attr-defined]
        if isinstance(shown, Route) and "GET" in (shown.methods or ()):
            yield "portal", shown.path


def addresses(seeded: Seeded, name: str, path: str) -> Iterator[str]:
    """Where an outlet is asked: with everything that there is, hidden or not."""
    at = path if name == "portal" else f"/api/{name}{path}"
    kind = re.search(r"(\w+)/{id", path)
    section = SECTIONS.get(kind[1], "") if kind and name == "portal" else ""
    for query in ALSO.get(path, [""]):
        asked = at + query
        names = re.findall(r"{(\w+)[^}]*}", asked)
        known = [OTHER_IDS.get(name, section if name == "id" else name) for name in names]
        for chosen in itertools.product(*(seeded.ids.get(name) or [str(uuid4())] for name in known)):
            address = asked
            for value in chosen:
                address = re.sub(r"{[^}]*}", value, address, count=1)
            yield address


def _text_of(media_type: str, body: bytes) -> bytes:
    """What is said: the text of a PDF is compressed."""
    if media_type != "application/pdf":
        return body
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages).encode()


async def stream(here: System, until: str) -> bytes:
    """What the live feed tells from its beginning on."""
    heard = b""
    async with here.session.get(f"{here.url}/feed") as answer, asyncio.timeout(60):
        async for line in answer.content:
            heard += line
            if until.encode() in heard:
                return heard
    raise AssertionError("the feed ended")


async def test_nothing_that_is_not_public_is_told_by_anything(told: Told) -> None:
    here, seeded = told.here, told.seeded
    agency = Actor(str(uuid4()), "polresta-lain", uuid4(), frozenset({"coordinator", "auditor", "resident"}))
    stranger = here.key.mint(agency, clock=seeded.clock)
    silent, leaks, shows = set[str](), list[str](), set[str]()
    for name, path in outlets(here):
        outlet = f"{name} {path}"
        if outlet == "portal /feed":
            continue
        statuses = set[int]()
        for address in addresses(seeded, name, path):
            for token in (None,) if name == "portal" else (None, stranger):
                headers = {"Authorization": f"Bearer {token}"} if token else {}
                async with here.session.get(
                    here.url + address, headers=headers, allow_redirects=False
                ) as answer:
                    statuses.add(answer.status)
                    said = _text_of(answer.content_type, await answer.read())
                    said += "\n".join(answer.headers.values()).encode()
                # What was asked for may be repeated: a search says what it looked for.
                asked = address.partition("q=")[2].encode()
                leaks += [f"{address}: {mark!r}" for mark in MARKS if mark in said and mark != asked]
                if SHOWN.encode() in said and "q=" not in address:
                    shows.add(outlet)
        expected = name != "portal" or path in SHOWN_TO_ALL
        if expected and 200 not in statuses and outlet not in NOTHING_TO_TELL:
            silent.add(f"{outlet}: {sorted(statuses)}")
    assert not leaks
    assert not silent, "each outlet is asked for something that it tells, or says why it tells nothing"
    assert {
        "products /v1/feed.atom",
        "products /v1/catalog.jsonld",
        "products /v1/products",
        "products /v1/products/{product_id}/timeline",
        "products /v1/products/{product_id}/page.html",
        "partners /v1/commitments",
        "partners /v1/partnerships/{partnership_id}/calendar.ics",
        "portal /",
        "portal /products",
        "portal /products/{id:uuid}",
        "portal /partnerships/{id:uuid}",
        "portal /p/{code}",
    } <= shows, "what is public is told there"


async def test_nothing_that_is_not_public_is_sent_to_a_stranger(told: Told) -> None:
    def reached() -> bool:
        mails = b"".join(bytes(mail) for mail in told.smtp.messages_to("warga@contoh.id"))
        hooks = b"".join(item.body for item in told.hook.received)
        return SHOWN.encode() in mails and SHOWN.encode() in hooks

    heard = await stream(told.here, SHOWN)
    await eventually(reached, 60, "what is public is told to whoever asked for it")
    mails = [
        part.get_content().encode()
        for mail in told.smtp.messages
        for part in mail.walk()
        if part.get_content_maintype() == "text"
    ]
    subjects = [str(mail["Subject"]).encode() for mail in told.smtp.messages]
    sent = [heard, *mails, *subjects, *(item.body for item in told.hook.received)]
    assert not [mark for mark in MARKS if any(mark in item for item in sent)]
