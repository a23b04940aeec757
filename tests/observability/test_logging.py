"""Every line of the process goes through one pipe, carries the ids of the work, and shows no secret."""

import io
import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import structlog

from shared.observability.logging import configure_logging

log = structlog.get_logger("kemitraan.test")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    handlers, level = logging.root.handlers[:], logging.root.level
    stream = io.StringIO()
    configure_logging("info", "json", stream)
    yield stream
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def read(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_has_time_level_logger_and_bound_ids(lines: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(correlation_id="c-1", service="partners"):
        log.info("charter signed", partnership=UUID(int=7))
        logging.getLogger("nats.aio.client").warning("lost %s", "server-1")
    own, library = read(lines)
    assert own["event"] == "charter signed"
    assert own["timestamp"].endswith("Z")
    assert own["level"] == "info"
    assert own["logger"] == "kemitraan.test"
    assert own["partnership"] == str(UUID(int=7))
    assert library["event"] == "lost server-1"
    assert own["correlation_id"] == library["correlation_id"] == "c-1"
    assert own["service"] == library["service"] == "partners"


@pytest.mark.parametrize("name", ["uvicorn.error", "faststream.access.nats", "sqlalchemy.engine"])
def test_a_library_with_handlers_of_its_own_writes_once(lines: io.StringIO, name: str) -> None:
    bare = io.StringIO()
    logger = logging.getLogger(name)
    logger.addHandler(logging.StreamHandler(bare))
    logger.propagate = False
    configure_logging("info", "json", lines)
    logger.error("it failed")
    assert bare.getvalue() == ""
    assert [line["event"] for line in read(lines)] == ["it failed"]


def test_level_applies_to_all_and_statements_stay_out(lines: io.StringIO) -> None:
    log.debug("hidden")
    logging.getLogger("uvicorn.error").debug("hidden")
    logging.getLogger("sqlalchemy.engine.Engine").info("INSERT INTO people")
    assert read(lines) == []


def test_secrets_are_masked_wherever_they_stand(lines: io.StringIO) -> None:
    jwt = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJwIn0.c2lnbmF0dXJl"
    log.info(
        "calling https://u:hunter2@h/x?token=hunter2",
        password="hunter2",
        headers={"Authorization": "hunter2", "X-Api-Key": b"hunter2", "accept": "text/plain"},
        urls=["nats://u:hunter2@h"],
        said=f"Bearer {jwt} and {jwt} and kmt_{'x' * 43}",
        tokens_left=3,
    )
    text = lines.getvalue()
    assert "hunter2" not in text
    assert "eyJ" not in text
    assert "kmt_" not in text
    (line,) = read(lines)
    assert line["tokens_left"] == 3
    assert line["headers"]["accept"] == "text/plain"
    assert line["event"] == "calling https://u:***@h/x?token=***"


def test_people_are_masked_wherever_they_stand(lines: io.StringIO) -> None:
    people = (
        "sekar@warga.example",
        "SEKAR%40warga.example",
        "+6281255501974",
        "0812-5550-1974",
        "62 812 5550 1974",
    )
    said = " and ".join(people)
    log.info("to %s", said, to=people, reasons={"why": said.encode()})
    logging.getLogger("nats.aio.client").warning("lost %s, %s", *people[:2])
    try:
        raise ValueError(f"no {said}; Key (user_name)=(swkinasih) already exists.")
    except ValueError:
        log.exception("failed")
        logging.getLogger("asyncio").exception("failed in a library")
    assert lines.getvalue().count("***") >= 20
    for text in (*people, "sekar", "5550", "swkinasih"):
        assert text not in lines.getvalue().lower()
    assert "already exists" in lines.getvalue()


def test_what_only_looks_like_a_number_stays(lines: io.StringIO) -> None:
    values = {
        "id": "01a215ef-0812-7555-8197-40812555019a",
        "at": "2026-01-05T08:12:55.501974+07:00",
        "took": 0.81255501974,
        "text": "0.81255501974 s, 127.0.0.1:62812, rows=1234567890, 35.15.08.2001, kemitraan.host@2",
    }
    log.info("done", **values)
    (line,) = read(lines)
    assert {name: line[name] for name in values} == values


def test_addresses_of_requests_are_not_logged(lines: io.StringIO) -> None:
    logging.getLogger("uvicorn.access").info('"GET /v1/persons?q=Sekar HTTP/1.1" 200')
    assert lines.getvalue() == ""


@pytest.mark.parametrize("shape", ["json", "console"])
def test_a_traceback_is_written_without_its_secrets(lines: io.StringIO, shape: Any) -> None:
    configure_logging("info", shape, lines)
    password = "hunter2"
    try:
        raise ConnectionError(f"postgresql://me:{password}@db/x")
    except ConnectionError:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            log.exception("database lost")
    assert "Traceback" in lines.getvalue()
    assert "postgresql://me:***@db/x" in lines.getvalue()
    assert "hunter2" not in lines.getvalue()


def test_console_lines_are_plain_where_no_terminal_reads_them(lines: io.StringIO) -> None:
    configure_logging("info", "console", lines)
    log.warning("slow", seconds=2)
    assert "\x1b" not in lines.getvalue()
    assert "slow" in lines.getvalue()
    assert "seconds=2" in lines.getvalue()
