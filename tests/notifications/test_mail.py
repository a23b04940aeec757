"""What leaves as a mail: plain list headers, values known by their field, safe subjects, its own page."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from services.notifications.adapters import words
from services.notifications.adapters.mail import Email
from services.notifications.adapters.message import Message
from services.notifications.subscribers import TOLD

ID = UUID("01a22942-fcf8-7154-a759-3f28ae6ba19e")
JAYAPURA = ZoneInfo("Asia/Jayapura")
PUBLIC = "https://kemitraan.a-rather-long-name.polri.example.go.id"
MOVED = {
    "meeting_id": str(ID),
    "board_id": str(ID),
    "partnership_id": str(ID),
    "title": "Rapat triwulan 12",
    "before": "2026-12-01T18:41:00+00:00",
    "scheduled_at": "2026-12-02T18:41:00+00:00",
    "reason": "Banjir",
}


def message(event_type: str = "partners.meeting-rescheduled", **changed: Any) -> Message:
    """A message about a meeting that was moved."""
    made = Message(
        delivery_id=str(ID),
        channel="email",
        address="warga@desa.example",
        locale="id",
        event_type=event_type,
        facts=MOVED,
        agency="polresta-contoh",
        partnership_id=ID,
        partnership="Jalan Aman Sidoarjo",
        area="35.15",
        scope="partnership",
        value=str(ID),
        correlation_id="c",
        traceparent=None,
        token="t" * 32,
        confirmation="c" * 32,
        secrets=(),
        event_id=str(ID),
        issued_at=datetime(2026, 11, 30, tzinfo=UTC),
        wanted=True,
    )
    return replace(made, **changed)


def composed(told: Message, zone: ZoneInfo = JAYAPURA) -> bytes:
    """The bytes that leave."""
    return Email("smtp://127.0.0.1:1", "kemitraan@polri.example", PUBLIC, zone).compose(told).as_bytes()


def read(raw: bytes, form: str = "plain") -> tuple[EmailMessage, str]:
    """The message as its reader gets it, and its text."""
    mail: Any = message_from_bytes(raw, policy=policy.default)
    return mail, mail.get_body((form,)).get_content()


def header(raw: bytes, name: str) -> bytes:
    """A header as it stands on the wire, with its further lines."""
    found = re.search(rb"^%s: (.*\r\n(?:[ \t].*\r\n)*)" % name.encode(), raw, re.MULTILINE)
    assert found, name
    return found[1]


def test_the_headers_of_a_list_leave_as_plain_lines() -> None:
    raw = composed(message())
    token = b"t" * 32
    url = f"{PUBLIC}/api/notifications/v1/unsubscribe?token=".encode() + token + f"&message={ID}".encode()
    assert header(raw, "List-Unsubscribe") == b"<" + url + b">\r\n"
    assert header(raw, "List-Id") == f"Kemitraan <{ID}.partnership.kemitraan.polri.example>\r\n".encode()
    assert header(raw, "List-Unsubscribe-Post") == b"List-Unsubscribe=One-Click\r\n"
    assert header(raw, "Content-Language") == b"id\r\n"
    assert header(raw, "From") == b"Kemitraan <kemitraan@polri.example>\r\n"


def test_a_mail_says_which_partnership_where_when_why_and_where_more_stands() -> None:
    mail, text = read(composed(message()))
    assert mail["Subject"].startswith(
        "Rapat dijadwalkan ulang dari 2 Desember 2026 01.41 WIB ke 3 Desember 2026"
    )
    assert mail["Subject"].endswith("Rapat triwulan 12 · Jalan Aman Sidoarjo")
    for said in ("Jalan Aman Sidoarjo", "Sidoarjo", "3 Desember 2026 01.41 WIB", "Banjir", "karena"):
        assert said in text
    page = f"{PUBLIC}/partnerships/{ID}?lang=id#boards"
    end = f"{PUBLIC}/subscriptions/end?token={'t' * 32}&lang=id"
    assert page in text
    assert end in text
    _, html = read(composed(message()), "html")
    assert f'<a href="{page}">' in html
    assert f'<a href="{end.replace("&", "&amp;")}">' in html
    assert "<title>Rapat dijadwalkan ulang" in html
    assert 'lang="id"' in html


@pytest.mark.parametrize(
    ("area", "moment"),
    [("51.71", "02.41 WITA"), ("91.03", "03.41 WIT"), ("MY-01", "03.41 WIT"), ("", "03.41 WIT")],
)
def test_times_are_those_of_the_place_of_the_partnership(area: str, moment: str) -> None:
    """Of a place without a known zone, and of no place, they are the users', here those of Jayapura."""
    mail, text = read(composed(message(area=area)))
    assert f"2 Desember 2026 {moment}" in mail["Subject"]
    assert f"3 Desember 2026 {moment}" in text


@pytest.mark.parametrize(
    "title",
    ["Panduan\ntawuran", "Panduan\u2028tawuran", "Panduan\r\nBcc: x", "Panduan\x0btawuran", "a\u202etawuran"],
)
def test_no_title_stops_its_mail_or_adds_a_header(title: str) -> None:
    facts = MOVED | {"title": title}
    mail, _ = read(composed(message(facts=facts, partnership=title)))
    assert mail["Bcc"] is None
    assert "\u202e" not in mail["Subject"]
    assert "tawuran" in mail["Subject"] or "Bcc: x" in mail["Subject"]


def test_an_encoded_subject_keeps_to_the_length_of_its_words() -> None:
    raw = composed(message(facts=MOVED | {"title": "Musyawarah é" * 16}))
    assert max(map(len, header(raw, "Subject").split(b"\r\n"))) <= 78
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_the_systems_own_reason_is_told_in_the_readers_language() -> None:
    facts = {"commitment_id": str(ID), "partnership_id": str(ID), "title": "Ronda", "due_on": "2026-01-05"}
    broken = "partners.commitment-broken"
    told = dict(words.lines(message(broken, facts=facts | {"reason": "not kept"}), JAYAPURA))
    assert told["Alasan"].startswith("tidak dikonfirmasi")
    told = dict(words.lines(message(broken, facts=facts | {"reason": "Banjir"}), JAYAPURA))
    assert told["Alasan"] == "Banjir"


@pytest.mark.parametrize("title", ["2026-W01-1", "2026-01-05", "20260105", "2026-01-05T08:00:00+07:00"])
def test_a_title_that_looks_like_a_day_stays_a_title(title: str) -> None:
    facts = {"product_id": str(ID), "partnership_id": str(ID), "title": title, "valid_until": "2026-02-01"}
    told = message("products.product-expiring", facts=facts, locale="en")
    assert words.subject(told, JAYAPURA) == f"“{title}” is valid until 1 February 2026 · Jalan Aman Sidoarjo"
    assert words.page(told) == f"/products/{ID}"


def test_everything_that_is_told_has_a_page_of_its_own() -> None:
    for event in TOLD:
        facts = {name: str(ID) for name in event.model_fields if name.endswith("_id")}
        path = words.page(message(event.type(), facts=facts))
        assert str(ID) in path, event.type()


def test_a_confirmation_asks_with_a_token_that_ends_nothing() -> None:
    told = message("notifications.confirmation", facts={}, partnership_id=None, partnership="", area="")
    _, text = read(composed(told))
    assert f"{PUBLIC}/subscriptions/confirm?token={'c' * 32}&lang=id" in text
    assert "t" * 32 not in text
