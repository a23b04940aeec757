"""E-mail channel: composes messages and sends them over SMTP."""

from __future__ import annotations

import re
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from html import escape
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit
from zoneinfo import ZoneInfo

import aiosmtplib

from services.notifications.adapters import words
from services.notifications.adapters.message import Message, Rejected, sending
from services.notifications.commands.notices import CONFIRMATION
from services.notifications.model import NO_MAIL_SERVER
from shared.areas import zone_of
from shared.i18n import N_, translator

NAME = "Kemitraan"
CONFIRM_TEXT = N_(
    "Someone, probably you, asked to receive news from Kemitraan at this address. To confirm, open:"
)
IGNORE_TEXT = N_("If it was not you, ignore this message: you will receive no other.")
MORE_TEXT = N_("Read more:")
END_TEXT = N_("To end this subscription, open:")
SECONDS = 10
REFUSED = 500
"""From this code on a mail server's answer is permanent (RFC 5321, 4.2.1)."""
# RFC 3463: errors about us (5.7) or about an existing mailbox (5.2) do not mean that the address is wrong.
_NOT_THE_ADDRESS = re.compile(r"\s*5\.[27]\.\d")


class VerbatimHeader(EmailPolicy):
    """A header value written as it is: an encoded word in List-Unsubscribe is no address (RFC 2369, 8058)."""

    def fold(self, name: str, value: Any) -> str:
        """Write it on one line, if it is one of these headers."""
        return f"{name}: {value}{self.linesep}" if name.startswith("List-") else super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The same in bytes."""
        return (
            self.fold(name, value).encode("ascii")
            if name.startswith("List-")
            else super().fold_binary(name, value)
        )


POLICY = VerbatimHeader(linesep="\r\n")


class Email:
    """Sends over SMTP, one connection per message."""

    def __init__(self, url: str, sender: str, public_url: str, zone: ZoneInfo) -> None:
        self.server = urlsplit(url)
        self.sender = sender
        self.domain = sender.partition("@")[2] or "kemitraan"
        self.public_url = public_url.rstrip("/")
        self.zone = zone

    def compose(self, message: Message) -> EmailMessage:
        """The message in the subscriber's language, with one-click unsubscribe (RFC 8058)."""
        mail = EmailMessage(policy=POLICY)
        title = words.subject(message, self._zone(message))
        mail["Subject"] = title
        mail["From"] = Address(NAME, addr_spec=self.sender)
        mail["To"] = message.address
        mail["Message-ID"] = f"<{message.delivery_id}@{self.domain}>"
        mail["Date"] = message.issued_at
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Correlation-ID"] = message.correlation_id
        mail["List-Id"] = f"{NAME} <{self._list(message)}>"
        query = urlencode({"token": message.token, "message": message.delivery_id})
        mail["List-Unsubscribe"] = f"<{self.public_url}/api/notifications/v1/unsubscribe?{query}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        parts = self._confirmation(message) if message.event_type == CONFIRMATION else self._news(message)
        mail.set_content("\n\n".join(_as_text(part) for part in parts))
        mail.add_alternative(_as_html(message.locale, title, parts), subtype="html")
        mail["Content-Language"] = message.locale  # set_content() removes earlier content headers
        return mail

    def _zone(self, message: Message) -> ZoneInfo:
        """The time zone of the partnership's place."""
        return zone_of(message.area) or self.zone

    def _confirmation(self, message: Message) -> list[Any]:
        say = translator(message.locale)
        link = self._link("confirm", message.locale, token=message.confirmation)
        return [say(CONFIRM_TEXT), (link, link), say(IGNORE_TEXT)]

    def _news(self, message: Message) -> list[Any]:
        say = translator(message.locale)
        path, hash_, place = words.page(message).partition("#")
        more = f"{self.public_url}{path}?lang={message.locale}{hash_}{place}"
        end = self._link("end", message.locale, token=message.token)
        return [
            words.subject(message, self._zone(message)),
            words.lines(message, self._zone(message)),
            (say(MORE_TEXT), more),
            words.why(message),
            (say(END_TEXT), end),
        ]

    def _link(self, act: str, locale: str, **query: str) -> str:
        """The address of a confirmation page."""
        return f"{self.public_url}/subscriptions/{act}?{urlencode(query | {'lang': locale})}"

    def _list(self, message: Message) -> str:
        topic = f"{message.value}.{message.scope}" if message.value else message.scope
        return f"{topic}.kemitraan.{self.domain}"

    async def send(self, message: Message) -> None:
        """Hand the message to the mail server; raises :class:`Rejected`."""
        server = self.server
        secure = server.scheme == "smtps"
        if not server.hostname:
            raise Rejected(NO_MAIL_SERVER)
        host, port = server.hostname, server.port or (465 if secure else 25)
        try:
            with sending("deliver email", message, host, port):
                await aiosmtplib.send(
                    self.compose(message).as_bytes(),  # the policy's own; the library would use its default
                    sender=self.sender,
                    recipients=[message.address],
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
            raise _refused(error.recipients[0]) from error
        except aiosmtplib.SMTPResponseException as error:
            raise Rejected(f"mail server answered {error.code}", for_good=error.code >= REFUSED) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Rejected(type(error).__name__) from error


def _refused(error: aiosmtplib.SMTPRecipientRefused) -> Rejected:
    for_good = error.code >= REFUSED
    no_mailbox = for_good and not _NOT_THE_ADDRESS.match(error.message)
    return Rejected(f"recipient refused ({error.code})", for_good=for_good, no_mailbox=no_mailbox)


def _as_text(part: Any) -> str:
    if isinstance(part, list):
        return "\n".join(f"{name}: {value}" for name, value in part)
    if isinstance(part, tuple):
        return part[1] if part[0] == part[1] else f"{part[0]}\n{part[1]}"
    return str(part)


def _as_html(locale: str, title: str, parts: list[Any]) -> str:
    return (
        f'<!doctype html><html lang="{locale}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title></head>"
        f"<body>{''.join(map(_paragraph, parts))}</body></html>"
    )


def _paragraph(part: Any) -> str:
    if isinstance(part, list):
        rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in part)
        return f"<dl>{rows}</dl>"
    if isinstance(part, tuple):
        return f'<p><a href="{escape(part[1])}">{escape(part[0].rstrip(":"))}</a></p>'
    return f"<p>{escape(part)}</p>"
