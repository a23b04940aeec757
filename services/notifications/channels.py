"""How a message leaves: e-mail over SMTP, a signed webhook."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from html import escape
from http import HTTPStatus
from typing import Literal
from urllib.parse import unquote, urlsplit

import aiohttp
import aiosmtplib
import orjson
from opentelemetry.trace import Span
from opentelemetry.util.types import AttributeValue
from standardwebhooks import Webhook
from yarl import URL

from shared.http.outgoing import Guard, OutgoingRefused
from shared.i18n import N_, Locale, translator
from shared.i18n.formats import show_date, show_moment
from shared.observability import tracing
from shared.observability.tracing import SpanKind

CONFIRM = N_("Please confirm your subscription")
CONFIRM_TEXT = N_("Somebody, probably you, asked for news of Kemitraan at this address. To confirm, open:")
IGNORE_TEXT = N_("If it was not you, do nothing: you will get no other message.")
SUBJECTS = {
    "notifications.confirmation": CONFIRM,
    "partners.partnership-signed": N_("Partnership signed: %(title)s"),
    "partners.partnership-ended": N_("Partnership ended: %(title)s"),
    "partners.agreement-expiring": N_("The agreement “%(title)s” ends on %(in_force_until)s"),
    "partners.agreement-expired": N_("The agreement “%(title)s” has ended on %(in_force_until)s"),
    "partners.meeting-approaching": N_("Meeting on %(scheduled_at)s: %(title)s"),
    "partners.meeting-cancelled": N_("Meeting cancelled: %(title)s"),
    "partners.commitment-due-soon": N_("Due on %(due_on)s: %(title)s"),
    "partners.commitment-overdue": N_("Overdue since %(due_on)s: %(title)s"),
    "partners.commitment-broken": N_("Commitment broken: %(title)s"),
    "programs.stage-due-soon": N_("Stage %(position)s should be done by %(planned_end)s: %(title)s"),
    "programs.stage-overdue": N_("Stage %(position)s is overdue since %(planned_end)s: %(title)s"),
    "programs.stage-completed": N_("Stage %(position)s of %(stages_total)s completed: %(title)s"),
    "programs.programme-closed": N_("Programme closed: %(title)s"),
    "programs.measurement-missing": N_("A measurement is missing: %(title)s"),
    "products.product-published": N_("New product: %(title)s"),
    "products.product-withdrawn": N_("Do not use any longer: %(title)s"),
    "products.product-expiring": N_("“%(title)s” is valid until %(valid_until)s"),
}
END_TEXT = N_("To end this subscription, open:")
GONE = HTTPStatus.GONE
SECONDS = 10


@dataclass(frozen=True, slots=True)
class Message:
    """Everything that a channel needs, taken from the database before it is sent.

    ``wanted`` is False when the subscription has ended since the delivery was planned.
    """

    delivery_id: str
    channel: str
    address: str
    locale: Literal["id", "en"]
    event_type: str
    facts: dict[str, str]
    correlation_id: str
    traceparent: str | None
    token: str
    secret: str
    event_id: str
    issued_at: datetime
    wanted: bool


class Rejected(Exception):
    """The other side did not take the message; ``for_good`` when trying again cannot help."""

    def __init__(self, reason: str, *, for_good: bool = False, gone: bool = False) -> None:
        super().__init__(reason)
        self.for_good = for_good
        self.gone = gone


class Email:
    """Sends over SMTP, one connection per message."""

    def __init__(self, url: str, sender: str, public_url: str) -> None:
        self.server = urlsplit(url)
        self.sender = sender
        self.public_url = public_url.rstrip("/")

    def compose(self, message: Message) -> EmailMessage:
        """The message in the subscriber's language, with one-click unsubscribe (RFC 8058)."""
        say = translator(message.locale)
        api = f"{self.public_url}/api/notifications/v1"
        end = f"{api}/unsubscribe?token={message.token}"
        subject = say(SUBJECTS[message.event_type]) % _shown(message.facts, message.locale)
        if message.event_type == "notifications.confirmation":
            lines = [say(CONFIRM_TEXT), f"{api}/confirm?token={message.token}", say(IGNORE_TEXT)]
        else:
            lines = [subject, self.public_url + "/", f"{say(END_TEXT)} {end}"]
        mail = EmailMessage()
        mail["Subject"], mail["From"], mail["To"] = subject, self.sender, message.address
        mail["Message-ID"] = f"<{message.delivery_id}@{self.sender.partition('@')[2] or 'kemitraan'}>"
        mail["Date"] = message.issued_at
        mail["Content-Language"] = message.locale
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Correlation-ID"] = message.correlation_id
        mail["List-Unsubscribe"] = f"<{end}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mail.set_content("\n\n".join(lines))
        paragraphs = "".join(f"<p>{escape(line)}</p>" for line in lines)
        page = f'<!doctype html><html lang="{message.locale}"><body>{paragraphs}</body></html>'
        mail.add_alternative(page, subtype="html")
        return mail

    async def send(self, message: Message) -> None:
        """Hand the message to the mail server; raises :class:`Rejected`."""
        server = self.server
        secure = server.scheme == "smtps"
        host, port = server.hostname or "127.0.0.1", server.port or (465 if secure else 25)
        try:
            with _sending("deliver email", message, host, port):
                await aiosmtplib.send(
                    self.compose(message),
                    hostname=host,
                    port=port,
                    username=unquote(server.username) if server.username else None,
                    password=unquote(server.password) if server.password else None,
                    use_tls=secure,
                    start_tls=bool(server.username) and not secure,
                    tls_context=ssl.create_default_context() if secure or server.username else None,
                    timeout=SECONDS,
                )
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = [one.code for one in error.recipients]
            raise Rejected(f"recipient refused ({codes[0]})", for_good=codes[0] >= 500) from error
        except aiosmtplib.SMTPResponseException as error:
            raise Rejected(f"mail server answered {error.code}", for_good=error.code >= 500) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Rejected(type(error).__name__) from error


def _shown(facts: Mapping[str, str], locale: Locale) -> dict[str, str]:
    """The facts as people write them: days and moments in the reader's language."""
    return {name: _in_words(value, locale) for name, value in facts.items()}


def _in_words(value: str, locale: Locale) -> str:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    if len(value) == len("2026-01-05"):
        return show_date(moment.date(), locale)
    return show_moment(moment, locale) if moment.tzinfo else value


class WebhookChannel:
    """Posts a signed request (Standard Webhooks) where the guard lets it go, following no redirect."""

    def __init__(self, session: aiohttp.ClientSession, guard: Guard) -> None:
        self.session = session
        self.guard = guard

    async def send(self, message: Message, now: datetime) -> None:
        """Post the notice; raises :class:`Rejected`."""
        body = orjson.dumps(
            {
                "type": message.event_type,
                "timestamp": message.issued_at.isoformat(),
                "data": {"event_id": message.event_id, **message.facts},
            }
        ).decode()
        signature = Webhook(message.secret).sign(message.delivery_id, now, body)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message.delivery_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature,
            "X-Correlation-ID": message.correlation_id,
        }
        try:
            url = self.guard.url(message.address)
            # The path of a webhook is often its password.
            asked = {tracing.HTTP_METHOD: "POST", tracing.URL_FULL: f"{url.origin()}/REDACTED"}
            with _sending("POST", message, url.raw_host or "", url.port or 0, asked) as current:
                if carried := tracing.current_traceparent() or message.traceparent:
                    headers["traceparent"] = carried
                status = await self._post(url, body, headers)
                tracing.answered(current, status, failed_from=400)
        except OutgoingRefused as refused:
            raise Rejected(str(refused), for_good=True) from refused
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Rejected(type(error).__name__) from error
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            raise Rejected(f"the endpoint answered {status}", gone=status == GONE)

    async def _post(self, url: URL, body: str, headers: dict[str, str]) -> int:
        timeout = aiohttp.ClientTimeout(total=SECONDS)
        async with self.session.post(
            url, data=body, headers=headers, timeout=timeout, allow_redirects=False
        ) as answer:
            return answer.status


def _sending(
    name: str, message: Message, host: str, port: int, more: Mapping[str, str] | None = None
) -> AbstractContextManager[Span]:
    """The span of one attempt, below the work that planned the delivery."""
    attributes: dict[str, AttributeValue] = {
        tracing.SERVER_ADDRESS: host,
        tracing.SERVER_PORT: port,
        "kemitraan.delivery": message.delivery_id,
        **(more or {}),
    }
    return tracing.span(name, message.traceparent, SpanKind.CLIENT, attributes)
