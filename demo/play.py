"""Plays the story: each step, the events that it caused, and how long until the last notice arrived."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import aiohttp
from aiohttp import web
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from demo import files, story
from demo.client import PATIENCE, Client, DemoFailed, Mint

EMAIL = "warga@example.org"
SIGNERS = sum(role != "observer" for *_, role in story.ORGANISATIONS)
STEPS = 7 + len(story.ORGANISATIONS) + SIGNERS + 4 * len(story.STAGES) + 4 * len(story.PRODUCTS)


@dataclass
class Report:
    """What the demonstration did and measured."""

    partnership: UUID | None = None
    organisations: dict[str, UUID] = field(default_factory=dict)
    program: UUID | None = None
    products: list[UUID] = field(default_factory=list)
    # correlation id of a command that causes a notice → (what it was, when it was answered)
    told: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    deliveries: dict[str, int] = field(default_factory=dict)
    hooks: list[dict[str, str]] = field(default_factory=list)
    took: float = 0.0


class Demo:
    """One run of the story."""

    def __init__(self, client: Client, mail: Path, console: Console, progress: Progress) -> None:
        self.client = client
        self.mail = mail
        self.console = console
        self.progress = progress
        self.task = progress.add_task("Jalan Aman Sidoarjo", total=STEPS)
        self.report = Report()

    def step(self, text: str) -> None:
        """Show a step."""
        self.progress.console.print(f"  [green]✓[/] {text}", highlight=False)
        self.progress.advance(self.task)

    async def run(self, hook_url: str) -> None:
        """The whole story."""
        await self.subscribe_resident()
        await self.register()
        await self.form_and_sign(hook_url)
        await self.work()
        await self.publish()
        await self.await_deliveries()

    async def register(self) -> None:
        """Organisations enter the registry."""
        for key, name, kind, _ in story.ORGANISATIONS:
            body = {"name": name, "kind": kind, "area": story.AREA}
            made = await self.client.post("partners", "organisations", body, role="coordinator")
            self.report.organisations[key] = UUID(made["id"])
            self.step(f"organisation-registered · {name}")

    async def subscribe_resident(self) -> None:
        """A resident subscribes by e-mail and confirms by the link in the message."""
        before = len(list(self.mail.glob("*.eml")))
        body = {"channel": "email", "address": EMAIL, "locale": "id"}
        await self.client.post("notifications", "subscriptions", body)
        self.step("a resident asks for news by e-mail")
        message = await self._new_mail(before)
        text = message.get_body(("plain",))
        link = re.search(r"token=([\w-]+)", text.get_content() if text else "")
        if link is None:
            raise DemoFailed("the confirmation message holds no link")
        await self.client.post("notifications", "confirmations", {"token": link[1]})
        self.step("the resident confirms by the link in the message")

    async def form_and_sign(self, hook_url: str) -> None:
        """Parties form a partnership; each signs the charter."""
        parties = [
            {
                "organisation_id": str(self.report.organisations[key]),
                "role": role,
                "contributes": story.TERMS[key][0],
                "gains": story.TERMS[key][1],
            }
            for key, _, _, role in story.ORGANISATIONS
        ]
        body = story.PARTNERSHIP | {"parties": parties}
        formed = await self.client.post("partners", "partnerships", body, role="coordinator")
        partnership = formed["id"]
        self.report.partnership = UUID(partnership)
        self.step(f"partnership-formed · {formed['title']}")
        hook = {"channel": "webhook", "address": hook_url, "scope": "partnership", "value": partnership}
        await self.client.post("notifications", "subscriptions", hook, role="coordinator")
        await self.client.post("notifications", "subscriptions", {"channel": "inbox"}, role="coordinator")
        self.step("an agency's own system subscribes by webhook, a coordinator in the inbox")
        path = f"partners/{partnership}"
        await self._as("police", "partners", f"partnerships/{partnership}/charter", story.CHARTER)
        self.step("charter-proposed · " + story.CHARTER["vision"])
        signers = [key for key, _, _, role in story.ORGANISATIONS if role != "observer"]
        for key in signers:
            told = "partnership-signed" if key == signers[-1] else ""
            await self._as(
                key, "partners", f"partnerships/{partnership}/signatures", {"charter_version": 1}, told=told
            )
            self.step(f"charter-endorsed · {path.partition('/')[0]}: {key}")
        self.progress.console.print("  [bold green]● partnership-signed[/]")

    async def work(self) -> None:
        """A programme in stages, each with evidence, each accepted by another party."""
        stages = [
            {"title": title, "responsible": str(self.report.organisations[who])}
            for title, who, _, _ in story.STAGES
        ]
        body = story.PROGRAM | {"partnership_id": str(self.report.partnership), "stages": stages}
        program = await self.client.post("programs", "programs", body, role="coordinator")
        self.report.program = UUID(program["id"])
        self.step(f"programme-approved · {program['title']}")
        for stage, (title, who, evidence, accepts) in zip(program["stages"], story.STAGES, strict=True):
            base = f"programs/{program['id']}/stages/{stage['id']}"
            await self._as(who, "programs", f"{base}/start")
            self.step(f"stage-started · {title}")
            uploaded = await self._as(who, "programs", "evidence", lambda e=evidence: self._evidence(*e))
            self.step(f"evidence {evidence[0]} · SHA-256 {uploaded['sha256'][:12]}…")
            await self._as(who, "programs", f"{base}/submit", {"evidence": [uploaded["id"]]})
            self.step(f"stage-submitted · by {who}")
            await self._as(accepts, "programs", f"{base}/accept", told="stage-completed")
            self.step(f"stage-completed · accepted by {accepts}")

    async def publish(self) -> None:
        """Products of every kind, approved by two parties."""
        for title, kind, phase, drafts, approves, filename, lines in story.PRODUCTS:
            facts = {"title": title, "kind": kind, "phase": phase}

            def form(facts: dict[str, str] = facts, name: str = filename, text: Any = lines) -> Any:
                data = aiohttp.FormData(facts | {"partnership_id": str(self.report.partnership)})
                content = files.pdf(facts["title"], *text)
                data.add_field("file", content, filename=name, content_type="application/pdf")
                return data

            product = await self._as(drafts, "products", "products", form)
            self.report.products.append(UUID(product["id"]))
            self.step(f"product-drafted · {title}")
            for party in (drafts, approves):
                await self._as(party, "products", f"products/{product['id']}/approve")
                self.step(f"product-approved · by {party}")
            await self._as(drafts, "products", f"products/{product['id']}/publish", told="product-published")
            self.step(f"product-published · {title}")

    async def await_deliveries(self) -> None:
        """Wait until every notice has arrived everywhere, and measure how long that took."""
        until = time.monotonic() + PATIENCE
        waiting = dict(self.report.told)
        while waiting:
            for correlation in list(waiting):
                path = f"deliveries?correlation_id={correlation}"
                found = (await self.client.get("notifications", path, "coordinator"))["items"]
                if len(found) == 3 and all(one["state"] == "delivered" for one in found):
                    self._measure(waiting.pop(correlation), correlation, found)
            if waiting and time.monotonic() > until:
                raise DemoFailed(f"not delivered in {PATIENCE:.0f} s: {sorted(waiting.values())}")
            await asyncio.sleep(0.05)
        self.step("every notice was delivered")

    def _measure(self, what: str, correlation: str, found: list[dict[str, Any]]) -> None:
        planned = min(datetime.fromisoformat(one["planned_at"]) for one in found)
        begun = self._begun[correlation]
        last = max(datetime.fromisoformat(one["settled_at"]) for one in found)
        seconds = (last - min(begun, planned)).total_seconds()
        self.report.seconds[what] = max(seconds, self.report.seconds.get(what, 0.0))
        self.report.deliveries[what] = self.report.deliveries.get(what, 0) + len(found)

    async def _as(self, key: str, service: str, path: str, body: Any = None, *, told: str = "") -> Any:
        correlation = str(uuid4())
        if told:
            self.report.told[correlation] = told
            self._begun[correlation] = datetime.now().astimezone()
        organisation = self.report.organisations[key]
        return await self.client.post(
            service, path, body, role="representative", organisation=organisation, correlation=correlation
        )

    @property
    def _begun(self) -> dict[str, datetime]:
        if not hasattr(self, "_begun_at"):
            self._begun_at: dict[str, datetime] = {}
        return self._begun_at

    def _evidence(self, name: str, media_type: str, content: bytes) -> aiohttp.FormData:
        data = aiohttp.FormData({"partnership_id": str(self.report.partnership)})
        data.add_field("file", content, filename=name, content_type=media_type)
        return data

    async def _new_mail(self, before: int) -> EmailMessage:
        until = time.monotonic() + PATIENCE
        while True:
            found = sorted(self.mail.glob("*.eml"))
            if len(found) > before:
                message = BytesParser(policy=policy.default).parsebytes(found[-1].read_bytes())
                if isinstance(message, EmailMessage):
                    return message
            if time.monotonic() > until:
                raise DemoFailed("the confirmation message did not arrive")
            await asyncio.sleep(0.05)


@asynccontextmanager
async def _webhook(report: list[dict[str, str]]) -> AsyncIterator[str]:
    """The endpoint of an agency's own system, on loopback."""

    async def receive(request: web.Request) -> web.Response:
        body = await request.json()
        report.append({"id": request.headers["webhook-id"], "type": body["type"]})
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/hook", receive)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server = site._server
    port = server.sockets[0].getsockname()[1] if server is not None else 0  # type: ignore[attr-defined]
    try:
        yield f"http://127.0.0.1:{port}/hook"
    finally:
        await runner.cleanup()


async def play(urls: Callable[[str], str], mint: Mint, mail: Path, console: Console) -> Report:
    """Play the whole partnership and return what happened; raises :class:`DemoFailed`."""
    begun = time.monotonic()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        async with aiohttp.ClientSession() as session:
            demo = Demo(Client(urls, mint, session), mail, console, progress)
            async with _webhook(demo.report.hooks) as hook_url:
                await demo.run(hook_url)
    demo.report.took = time.monotonic() - begun
    console.print(summary(demo.report, urls))
    return demo.report


def summary(report: Report, urls: Callable[[str], str]) -> Table:
    """What happened, how long until the last notice, where to look."""
    table = Table(title="Jalan Aman Sidoarjo", title_justify="left")
    table.add_column("event")
    table.add_column("notices delivered", justify="right")
    table.add_column("command → last notice", justify="right")
    table.add_column("where to look")
    places = {
        "partnership-signed": f"{urls('partners')}/api/partners/v1/partnerships",
        "stage-completed": f"{urls('programs')}/api/programs/v1/programs",
        "product-published": f"{urls('products')}/api/products/v1/products",
    }
    for what, place in places.items():
        seconds = f"{report.seconds[what] * 1000:.0f} ms"
        table.add_row(what, str(report.deliveries[what]), seconds, place)
    table.caption = f"played in {report.took:.1f} s · the page: {urls('portal')}/"
    return table
