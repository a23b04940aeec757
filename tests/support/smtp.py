"""A real SMTP server on loopback that keeps what it is sent."""

import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class SmtpSink:
    """Collects messages; `answers` maps a recipient to the reply to give, such as "550 5.1.1 unknown".

    A recipient with several answers in a list gets them in turn, and is accepted afterwards.
    It runs in a thread of its own, so that a blocking sender can be tested too.
    """

    def __init__(self) -> None:
        self.answers: dict[str, str | list[str]] = {}
        self.refused: list[tuple[str, str]] = []
        self._envelopes: list[tuple[str | None, list[str], bytes]] = []
        self._lock = threading.Lock()
        self._controller = _AnyPort(self, hostname="127.0.0.1", port=0)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._controller.stop()

    @property
    def port(self) -> int:
        return int(self._controller.port)

    @property
    def url(self) -> str:
        """As KEMITRAAN_SMTP_URL takes it."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def messages(self) -> list[EmailMessage]:
        """The messages received so far, in order."""
        with self._lock:
            return [_parsed(content) for _, _, content in self._envelopes]

    @property
    def recipients(self) -> list[str]:
        """Every accepted envelope recipient, in order, with repetitions."""
        with self._lock:
            return [recipient for _, recipients, _ in self._envelopes for recipient in recipients]

    def messages_to(self, recipient: str) -> list[EmailMessage]:
        """The messages whose envelope named this recipient."""
        with self._lock:
            return [_parsed(content) for _, recipients, content in self._envelopes if recipient in recipients]

    def clear(self) -> None:
        with self._lock:
            self._envelopes.clear()
            self.refused.clear()

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        with self._lock:
            answer = self.answers.get(address, [])
            if isinstance(answer, list):
                answer = answer.pop(0) if answer else "250 OK"
            if answer.startswith("2"):
                envelope.rcpt_tos.append(address)
            else:
                self.refused.append((address, answer))
        return answer

    async def handle_DATA(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.original_content or b""
        with self._lock:
            self._envelopes.append((envelope.mail_from, list(envelope.rcpt_tos), content))
        return "250 OK"


def _parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


class _AnyPort(Controller):
    """aiosmtpd's controller, which cannot itself tell the port that the system picked."""

    def _trigger_server(self) -> Any:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        return super()._trigger_server()  # type: ignore[no-untyped-call]
