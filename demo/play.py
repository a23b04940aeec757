"""Live demonstration: steps, their events, and the time until the last notice."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
from rich.console import Console

from demo import files, story, texts
from demo.client import PATIENCE, Client, DemoFailed, Mint
from demo.feed import FeedEvent, listening
from demo.hook import hook
from demo.report import NotifiedCommand, Report, summary
from demo.screen import Screen
from shared.api_client import ApiClient, NotAnswered
from shared.i18n import N_, Locale, translator

EMAIL = "warga@example.org"
NAMES = {key: name for key, name, *_ in story.ORGANISATIONS}
SIGNERS = [key for key, _, _, role in story.ORGANISATIONS if role != "observer"]
# The problem is registered and analysed, a root cause identified, a response chosen and begun.
STUDIED = 5 + len(story.INCIDENTS) + len(story.OPTIONS)
WORKED = len(SIGNERS) + len(story.LIFECYCLE) + 4 * len(story.STAGES) + 2 * len(story.GIVEN)
STEPS = 7 + len(NAMES) + len(SIGNERS) + STUDIED + WORKED + 6 * len(story.PRODUCTS)
CHANNELS = 3


class Demo:
    """One run of the story, act by act."""

    def __init__(self, client: Client, mail: Path, screen: Screen, resident: str = EMAIL) -> None:
        self.resident = resident
        self.client = client
        self.mail = mail
        self.screen = screen
        self.report = Report()

    async def run(self, hook_url: str) -> None:
        """The whole story."""
        await self.subscribe_resident()
        await self.register()
        await self.form(hook_url)
        await self.sign()
        await self.study()
        await self.work()
        await self.publish()
        await self.await_notices()

    async def subscribe_resident(self) -> None:
        """A resident subscribes by e-mail and confirms by the link in the message."""
        before = len(list(self.mail.glob("*.eml")))
        body = {"channel": "email", "address": self.resident, "locale": "id"}
        text = N_("A resident subscribes by e-mail")
        await self.act(text, "notifications", "subscriptions", body, silent=True)
        token = {"token": await self._confirmation(before)}
        text = N_("The resident confirms through the link in the message")
        await self.act(text, "notifications", "confirmations", token, silent=True)

    async def register(self) -> None:
        """Organisations enter the registry."""
        for key, name, kind, _ in story.ORGANISATIONS:
            body = {"name": name, "kind": kind, "area": story.AREA}
            text = N_("%(name)s is registered")
            made = await self.act(text, "partners", "organisations", body, by="coordinator")
            self.report.organisations[key] = UUID(made["id"])

    async def form(self, hook_url: str) -> None:
        """Parties form a partnership, and others subscribe to its news."""
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
        text = N_("They form the partnership “%(title)s”")
        formed = await self.act(text, "partners", "partnerships", body, by="coordinator", silent=True)
        self.report.partnership = UUID(formed["id"])
        body = {"channel": "webhook", "address": hook_url, "scope": "partnership", "value": formed["id"]}
        text = N_("An agency's own system subscribes by webhook")
        await self.act(text, "notifications", "subscriptions", body, by="coordinator", silent=True)
        text, body = N_("A coordinator subscribes to notices in the inbox"), {"channel": "inbox"}
        await self.act(text, "notifications", "subscriptions", body, by="coordinator", silent=True)

    async def sign(self) -> None:
        """The lead party proposes the charter; each bound party signs it."""
        base = f"partnerships/{self.report.partnership}"
        text = N_("%(party)s proposes the charter: %(vision)s")
        await self.act(text, "partners", f"{base}/charter", story.CHARTER, by="police", silent=True)
        for key in SIGNERS:
            told = "partners.partnership-signed" if key == SIGNERS[-1] else ""
            text, body = N_("%(party)s signs the charter"), {"charter_version": 1}
            # None of it is public before the last step.
            path, silent = f"{base}/signatures", not told
            await self.act(text, "partners", path, body, by=key, told=told, silent=silent)

    async def study(self) -> None:
        """A problem with its incidents, its root cause, and a response chosen from two."""
        text = N_("%(party)s registers the problem “%(title)s”")
        body: dict[str, Any] = story.PROBLEM | {"partnership_id": str(self.report.partnership)}
        problem = await self.act(text, "programs", "problems", body, by="police")
        self.report.problem = UUID(problem["id"])
        base = f"problems/{problem['id']}"
        today = datetime.now().astimezone().date()
        for ago, reference, note in story.INCIDENTS:
            on = (today - timedelta(days=ago)).isoformat()
            body = {"reference": reference, "on": on, "area": story.AREA, "note": note}
            text = N_("%(party)s records the incident %(reference)s")
            await self.act(text, "programs", f"{base}/incidents", body, by="police", reference=reference)
        await self.move(N_("The parties analyse the problem"), "analysis")
        text = N_("%(party)s identifies a root cause: %(cause)s")
        cause = story.CAUSE["statement"]
        await self.act(text, "programs", f"{base}/root-causes", story.CAUSE, by="school", cause=cause)
        for option in story.OPTIONS:
            text, title = N_("%(party)s proposes a response: %(option)s"), option["title"]
            shown = await self.act(text, "programs", f"{base}/options", option, by="forum", option=title)
        path, body = f"{base}/options/{shown['options'][-1]['id']}/choose", {"reason": story.CHOICE}
        text = N_("They choose the response “%(option)s”")
        await self.act(text, "programs", path, body, by="coordinator", option=title)
        await self.move(N_("The response begins"), "response")

    async def move(self, text: str, to: str) -> None:
        """Move the problem to another phase."""
        await self.act(text, "programs", f"problems/{self.report.problem}/move", {"to": to}, by="coordinator")

    async def work(self) -> None:
        """A programme in stages, each with evidence, each accepted by another party."""
        stages = [
            {"title": title, "responsible": str(self.report.organisations[who])}
            for title, who, _, _ in story.STAGES
        ]
        body = story.PROGRAM | {"partnership_id": str(self.report.partnership), "stages": stages}
        body["problems"] = [str(self.report.problem)]
        text, (proposer, *others) = N_("%(party)s proposes the programme “%(title)s”"), SIGNERS
        program = await self.act(text, "programs", "programs", body, by=proposer)
        self.report.program = UUID(program["id"])
        path, body = f"programs/{program['id']}/endorse", {"revision": program["revision"]}
        for key in others:
            await self.act(N_("%(party)s endorses the programme"), "programs", path, body, by=key)
        for stage, reason in story.LIFECYCLE:
            text, body = (
                N_("The parties agree on the stage of their life cycle: %(reason)s"),
                {"stage": stage, "reason": reason},
            )
            path = f"partnerships/{self.report.partnership}/lifecycle"
            await self.act(text, "partners", path, body, by="coordinator", reason=reason)
        for number, planned in enumerate(program["stages"]):
            await self.do(number, planned["id"])

    async def do(self, number: int, stage: str) -> None:
        """A stage from its start to its acceptance, with the parties' contributions."""
        title, who, evidence, accepts = story.STAGES[number]
        base = f"programs/{self.report.program}/stages/{stage}"
        text = N_("%(party)s starts the stage “%(stage)s”")
        await self.act(text, "programs", f"{base}/start", by=who, stage=title)
        for place, giver, verifier, given in story.GIVEN:
            if place == number:
                await self.give(stage, giver, verifier, given)
        text = N_("%(party)s uploads %(file)s (SHA-256 %(sha256).12s…)")
        form = self._form(*evidence, partnership_id=str(self.report.partnership))
        kept = await self.act(text, "programs", "evidence", form, by=who, silent=True, file=evidence[0])
        text, body = N_("%(party)s submits the stage with its evidence"), {"evidence": [kept["id"]]}
        await self.act(text, "programs", f"{base}/submit", body, by=who)
        text, told = N_("%(party)s accepts the stage “%(stage)s”"), "programs.stage-completed"
        await self.act(text, "programs", f"{base}/accept", by=accepts, told=told, stage=title)

    async def give(self, stage: str, giver: str, verifier: str, given: dict[str, Any]) -> None:
        """A party records a contribution, and another one verifies it."""
        on = datetime.now().astimezone().date().isoformat()
        body = given | {"program_id": str(self.report.program), "stage_id": stage, "on": on}
        text, what = N_("%(party)s contributes: %(what)s"), given["note"]
        made = await self.act(text, "programs", "contributions", body, by=giver, what=what)
        text, path = N_("%(party)s verifies the contribution"), f"contributions/{made['id']}/verify"
        await self.act(text, "programs", path, by=verifier)

    async def publish(self) -> None:
        """Products of every kind, approved by two parties."""
        for name, kind, phase, drafts, approves, filename in story.PRODUCTS:
            words = texts.text("live", name, "id")
            body = {
                "partnership_id": str(self.report.partnership),
                "kind": kind,
                "phases": [phase],
                "audiences": ["warga", "petugas"],
                "media": ["print", "electronic"],
                "tense": "present" if kind == "situation_picture" else None,
                "subject": "problem" if kind == "situation_picture" else None,
                "legal": story.LEGAL if kind == "legal_umbrella" else None,
                "problem_id": str(self.report.problem),
                "texts": [
                    {"language": language, **asdict(texts.text("live", name, language))}
                    for language in ("id", "en")
                ],
            }
            text = N_("%(party)s drafts “%(title)s”")
            product = await self.act(text, "products", "products", body, by=drafts, silent=True)
            self.report.products.append(UUID(product["id"]))
            base = f"products/{product['id']}"
            form = self._form(filename, "application/pdf", files.pdf(words.title, *words.body.splitlines()))
            text = N_("%(party)s uploads %(file)s")
            await self.act(text, "products", f"{base}/files", form, by=drafts, silent=True, file=filename)
            text = N_("%(party)s asks the parties to review it")
            await self.act(text, "products", f"{base}/submit", by=drafts, silent=True)
            for party in (drafts, approves):
                text = N_("%(party)s approves it")
                await self.act(text, "products", f"{base}/approve", by=party, silent=True)
            text, told = N_("%(party)s publishes it"), "products.product-published"
            await self.act(text, "products", f"{base}/publish", by=drafts, told=told)

    async def await_notices(self) -> None:
        """Wait until every notice has arrived everywhere, and measure the delay."""
        step = self.screen.begin()
        until = time.monotonic() + PATIENCE
        waiting = dict(self.report.told)
        while waiting:
            for correlation in list(waiting):
                path = f"deliveries?correlation_id={correlation}"
                deliveries = (await self.client.get("notifications", path, "coordinator"))["items"]
                if len(deliveries) >= CHANNELS and all(
                    notice["state"] == "delivered" for notice in deliveries
                ):
                    self.report.measure(waiting.pop(correlation), deliveries)
            if waiting and time.monotonic() > until:
                events = ", ".join(sorted({told.event for told in waiting.values()}))
                raise self.failure(N_("no notice arrived for: %(events)s"), events=events)
            await asyncio.sleep(0.05)
        self.screen.done(step, self.client.say(N_("Every notice has arrived")))

    async def act(
        self,
        text: str,
        service: str,
        path: str,
        body: Any = None,
        *,
        by: str = "",
        told: str = "",
        silent: bool = False,
        **facts: str,
    ) -> Any:
        """One step by a party or a role, described in words that the answer completes.

        ``told`` is the event that notifies subscribers; a ``silent`` step causes no public event. The next
        step waits for the first public event of this one, as people would.
        """
        correlation = self.screen.begin()
        if told:
            self.report.told[correlation] = NotifiedCommand(told, datetime.now().astimezone())
        organisation = self.report.organisations.get(by)
        role = "representative" if organisation else by
        answer = await self.client.post(
            service, path, body, role=role, organisation=organisation, correlation=correlation
        )
        words = {"party": NAMES.get(by, ""), **answer, **facts}
        self.screen.done(correlation, self.client.say(text) % words)
        if not silent:
            await self._seen(correlation)
        return answer

    def failure(self, text: str, **facts: Any) -> DemoFailed:
        """Why the demonstration stopped, in the reader's language."""
        return DemoFailed(self.client.say(text) % facts)

    async def _seen(self, correlation: str) -> None:
        def ours(event: FeedEvent) -> bool:
            return event.correlation == correlation

        try:
            await self.screen.until(ours, PATIENCE)
        except TimeoutError:
            raise self.failure(N_("the live feed did not show an event of the last step")) from None

    def _form(
        self, filename: str, media_type: str, content: bytes, **fields: str
    ) -> Callable[[], aiohttp.FormData]:
        """A form that can be sent again: aiohttp's can be sent only once."""

        def form() -> aiohttp.FormData:
            data = aiohttp.FormData(fields)
            data.add_field("file", content, filename=filename, content_type=media_type)
            return data

        return form

    async def _confirmation(self, before: int) -> str:
        """The token in the confirmation message, once it arrives."""
        until = time.monotonic() + PATIENCE
        while len(messages := sorted(self.mail.glob("*.eml"))) <= before:
            if time.monotonic() > until:
                raise self.failure(N_("the confirmation message did not arrive"))
            await asyncio.sleep(0.05)
        message = BytesParser(policy=policy.default).parsebytes(messages[-1].read_bytes())
        text = message.get_body(("plain",))
        link = re.search(r"token=([\w-]+)", text.get_content() if text else "")
        if link is None:
            raise self.failure(N_("the confirmation message contains no link"))
        return link[1]


async def play(
    urls: Callable[[str], str],
    mint: Mint,
    mail: Path,
    console: Console,
    lang: Locale = "id",
    *,
    hook_port: int = 0,
    hook_host: str = "127.0.0.1",
    resident: str = EMAIL,
) -> Report:
    """Play the whole partnership and return a report; raises :class:`DemoFailed`.

    ``hook_port`` is the port of the agency's own system: any port, if the system allows webhooks there.
    ``hook_host`` is this machine as the system sees it.
    """
    begun = time.monotonic()
    say = translator(lang)
    screen = Screen(console, story.PARTNERSHIP["title"], STEPS)
    try:
        async with ApiClient.connected(urls, lang, headers={"Accept-Language": lang}) as api:
            demo = Demo(Client(api, mint, say), mail, screen, resident)
            demo.report.events = screen.seen
            feed = listening(api.session, f"{urls('portal')}/feed", screen.hear)
            async with feed, hook(demo.report.hooks, hook_port, hook_host) as hook_url:
                with screen:
                    await demo.run(hook_url)
    except (aiohttp.ClientConnectionError, NotAnswered) as error:
        text = say(N_("The system does not answer: %(reason)s. Is it running (kemitraan up)?"))
        raise DemoFailed(text % {"reason": error}) from error
    except (DemoFailed, aiohttp.ClientError) as error:
        raise DemoFailed(say(N_("The demonstration stopped: %(reason)s")) % {"reason": error}) from error
    demo.report.took = time.monotonic() - begun
    console.print(summary(demo.report, urls, lang))
    return demo.report
