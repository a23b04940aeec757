"""A reader is told that nothing changed only on a date or a tag that can be read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from starlette.requests import Request

from shared.http.conditional import headers_of, not_modified

HEADERS = headers_of('"t"', datetime(2026, 1, 5, 1, tzinfo=UTC))


def asked(value: str) -> Request:
    """A request for what changed since then."""
    return Request({"type": "http", "headers": [(b"if-modified-since", value.encode())]})


@pytest.mark.parametrize(
    "value",
    [
        "",
        "yesterday",
        "Mon, 01 Jan 0000 00:00:00 GMT",
        "Mon, 01 Jan 99999999999 00:00:00 GMT",
        "Mon, 01 Jan 2027 00:00:00 +999999",
    ],
)
def test_a_date_that_cannot_be_read_asks_for_nothing(value: str) -> None:
    assert not_modified(asked(value), HEADERS) is None


def test_what_a_reader_has_already_is_not_sent_again() -> None:
    answer = not_modified(asked("Mon, 05 Jan 2026 01:00:00 GMT"), HEADERS)
    assert answer is not None
    assert answer.status_code == 304
    assert not_modified(asked("Mon, 05 Jan 2026 00:59:59 GMT"), HEADERS) is None
