"""The proxy, mail sink, webhook receiver, browser and waiting that other tests stand on."""

import asyncio
import smtplib
import time
from email.message import EmailMessage

import aiohttp
import pytest
from playwright.async_api import Page

from tests.support.proxy import Proxy
from tests.support.smtp import SmtpSink
from tests.support.wait import eventually
from tests.support.webhook import WebhookReceiver


async def test_eventually_answers_the_first_truthy_value() -> None:
    seen = iter([0, None, "ready"])
    assert await eventually(lambda: next(seen)) == "ready"


async def test_eventually_fails_with_the_last_value_seen() -> None:
    with pytest.raises(AssertionError, match=r"three events: not met in 0.1 s; last seen: \[\]"):
        await eventually(list, timeout=0.1, message="three events")


async def test_eventually_takes_asserts_and_awaitables_that_hang() -> None:
    async def hangs() -> bool:
        await asyncio.sleep(60)
        return True

    with pytest.raises(AssertionError, match="did not answer in time"):
        await eventually(hangs, timeout=0.1)

    def asserts() -> bool:
        assert time.monotonic() > start + 0.1
        return True

    start = time.monotonic()
    assert await eventually(asserts)


async def test_the_proxy_passes_delays_and_drops(webhook: WebhookReceiver) -> None:
    async with Proxy(webhook.port) as proxy, aiohttp.ClientSession() as client:
        url = f"http://127.0.0.1:{proxy.port}/webhook"
        assert (await client.post(url)).status == 204
        proxy.delay = 0.1
        started = time.monotonic()
        await client.post(url)
        assert time.monotonic() - started >= 0.2
        proxy.delay, proxy.drop = 0, True
        with pytest.raises(TimeoutError):
            await client.post(url, timeout=aiohttp.ClientTimeout(0.2))
        assert len(webhook.received) == 2


async def test_the_proxy_resets_and_refuses_and_recovers(webhook: WebhookReceiver) -> None:
    async with Proxy(webhook.port) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        await eventually(lambda: len(proxy._writers) == 2)
        proxy.reset()
        with pytest.raises(ConnectionResetError):
            await reader.read()
        writer.close()
        await proxy.refuse()
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", proxy.port)
        await proxy.accept()
        async with aiohttp.ClientSession() as client:
            assert (await client.post(f"http://127.0.0.1:{proxy.port}/")).status == 204


async def test_the_webhook_receiver_records_and_answers_as_told(webhook: WebhookReceiver) -> None:
    webhook.statuses = [500, 429]
    async with aiohttp.ClientSession() as client:
        answers = [
            (await client.post(webhook.url, json={"n": n}, headers={"X-A": "b"})).status for n in range(3)
        ]
    assert answers == [500, 429, 204]
    assert [(each.json["n"], each.headers["x-a"], each.answered) for each in webhook.received] == [
        (0, "b", 500),
        (1, "b", 429),
        (2, "b", 204),
    ]


def test_the_smtp_sink_keeps_messages_and_refuses_whom_it_is_told_to(smtp: SmtpSink) -> None:
    smtp.answers = {"gone@example.org": "550 5.1.1 unknown", "busy@example.org": ["450 4.2.0 later"]}
    message = EmailMessage()
    message["Subject"] = "Kemitraan baru — selamat"
    message.set_content("Isi")
    with smtplib.SMTP("127.0.0.1", smtp.port) as client:
        for recipient, code in (("gone@example.org", 550), ("busy@example.org", 450)):
            with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
                client.send_message(message, "kemitraan@localhost", [recipient])
            assert refused.value.recipients[recipient][0] == code
        client.send_message(message, "kemitraan@localhost", ["busy@example.org", "ani@example.org"])
    assert smtp.recipients == ["busy@example.org", "ani@example.org"]
    assert [each["Subject"] for each in smtp.messages_to("ani@example.org")] == ["Kemitraan baru — selamat"]
    assert len(smtp.refused) == 2


async def test_a_page_runs_scripts_in_chromium(page: Page) -> None:
    await page.set_content("<button onclick='this.textContent = 1 + 1'>go</button>")
    await page.click("button")
    assert await page.text_content("button") == "2"
