"""Mail is taken where it is certain who takes it."""

from __future__ import annotations

import smtplib
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from shared.host.mail_sink import SinkPortTaken, mail_sink, messages


def test_a_taken_port_is_said_or_another_one_is_found(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        url = f"smtp://127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(SinkPortTaken, match=url.removeprefix("smtp://")), mail_sink(url, tmp_path):
            pass
        with mail_sink(url, tmp_path, any_port=True) as found:
            assert found != url
            with smtplib.SMTP("127.0.0.1", urlsplit(found).port or 0) as client:
                client.sendmail("a@example.org", ["b@example.org"], "Subject: x\r\n\r\ny\r\n")
    assert [message["Subject"] for _, message in messages(tmp_path)] == ["x"]


def test_a_server_elsewhere_is_left_alone(tmp_path: Path) -> None:
    with mail_sink("smtp://mail.example.org:25", tmp_path / "mail") as url:
        assert url == ""
    assert not (tmp_path / "mail").exists()
