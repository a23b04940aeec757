"""The demonstration shows the events that its steps cause, as they arrive, in the reader's language."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema
import jsonschema_rs
import orjson
import pytest
import sqlalchemy as sa
from rich.console import Console

from demo.client import DemoFailed
from demo.play import SIGNERS, STEPS, play
from demo.report import Report
from services.registry import NAMES, service
from shared.client import mint
from shared.contracts.envelope import Envelope
from shared.database.tables import outbox
from shared.host.mail_sink import mail_sink
from shared.i18n import Locale
from shared.i18n.terminal import environment_language
from tests.support.ports import free_port
from tests.support.system import System, system

TOLD = {
    "partners.organisation-registered": 5,
    "partners.charter-endorsed": 1,
    "partners.partnership-signed": 1,
    "partners.lifecycle-advanced": 4,
    "programs.problem-registered": 1,
    "programs.incident-recorded": 2,
    "programs.problem-phase-changed": 2,
    "programs.root-cause-identified": 1,
    "programs.option-proposed": 2,
    "programs.response-chosen": 1,
    "programs.response-dated": 1,
    "programs.programme-proposed": 1,
    "programs.programme-endorsed": len(SIGNERS),
    "programs.programme-approved": 1,
    "programs.contribution-recorded": 2,
    "programs.contribution-verified": 2,
    "programs.stage-started": 3,
    "programs.stage-submitted": 3,
    "programs.stage-completed": 3,
    "products.product-published": 5,
}
"""What of it is public: nothing before the last signature, nothing of drafts, evidence and notices."""


ADDRESSES = {
    "properties": {name: {"type": "string", "format": "uri"} for name in ("source", "dataschema")},
    "required": ["source", "dataschema"],
}


@dataclass
class Stage:
    """A running system with its mailbox, and a terminal to look at."""

    system: System
    mail: Path
    terminal: io.StringIO

    async def play(self, lang: Locale) -> Report:
        """The demonstration, in a language."""
        console = Console(file=self.terminal, width=200)
        return await play(lambda _service: self.system.url, self.mint, self.mail, console, lang)

    def mint(self, role: str, organisation: UUID | None) -> str:
        """A token of a demonstration account."""
        return mint(self.system.settings, role, organisation)

    async def caused(self) -> list[tuple[int, Envelope]]:
        """Every event of every service with its place in the stream, from their own outboxes."""
        query = sa.select(outbox.c.stream_sequence, outbox.c.envelope)
        found: list[tuple[int, Envelope]] = []
        for runtime in self.system.runtimes:
            if runtime.service.metadata is not None:
                rows = await runtime.database.read(lambda s: s.connection().execute(query).all())
                found += [(sequence, Envelope.decode(body)) for sequence, body in rows]
        return sorted(found, key=lambda one: one[0])


@asynccontextmanager
async def staged(folder: Path) -> AsyncIterator[Stage]:
    """All services in this process."""
    smtp, mail = f"smtp://127.0.0.1:{free_port()}", folder / "mail"
    with mail_sink(smtp, mail):
        async with system(folder, [service(name) for name in NAMES], smtp_url=smtp) as here:
            yield Stage(here, mail, io.StringIO())


async def tell_what_they_hold(here: System, events: list[Envelope]) -> None:
    """Each names the address of its schema, which answers and holds for it, and that of its service."""
    schemas: dict[str, dict[str, Any]] = {}
    sources = set()
    for event in events:
        body = orjson.loads(event.encode())
        jsonschema_rs.validate(ADDRESSES, body, validate_formats=True)
        sources.add(body["source"])
        if body["dataschema"] not in schemas:
            async with here.session.get(body["dataschema"]) as answer:
                schemas[body["dataschema"]] = await answer.json(content_type=None)
        jsonschema.validate(body["data"], schemas[body["dataschema"]])
    assert len(schemas) > 20
    for source in sources:
        async with here.session.get(source) as answer:
            assert answer.status == 200, source


async def test_the_events_seen_live_are_the_public_ones_each_once_in_their_order(
    tmp_path: Path,
) -> None:
    async with staged(tmp_path) as stage:
        # Somebody else's doings are on the feed too, and are not the demonstration's to show.
        await stage.system.signed_partnership()
        report = await stage.play("en")
        caused = await stage.caused()
        await tell_what_they_hold(stage.system, [event for _, event in caused])
    seen = [event.event for event in report.events]
    ours = [(place, event) for place, event in caused if event.agency == "polresta-delta" and event.public]
    assert [(item.sequence, item.id) for item in seen] == [(place, str(event.id)) for place, event in ours]
    assert Counter(item.type for item in seen) == TOLD
    assert all(event.seconds > 0 for event in report.events)


@pytest.mark.parametrize(
    ("lang", "said", "label"),
    [
        ("en", "Polresta Delta (demonstrasi) signs the charter", "Partnership signed"),
        ("id", "Polresta Delta (demonstrasi) menandatangani piagam", "Kemitraan ditandatangani"),
    ],
)
async def test_a_person_reads_steps_events_and_a_table_in_their_language(
    tmp_path: Path, lang: Locale, said: str, label: str
) -> None:
    async with staged(tmp_path) as stage:
        await stage.play(lang)
    lines = stage.terminal.getvalue().splitlines()
    steps = [line for line in lines if "✓" in line]
    assert len(steps) == STEPS
    assert [line for line in steps if line.endswith(said)]
    assert f"{STEPS}/{STEPS}" in stage.terminal.getvalue()
    events = Counter(line.split("●")[1].split()[0] for line in lines if "●" in line)
    assert events == {name.partition(".")[2]: count for name, count in TOLD.items()}
    (signed,) = [line for line in lines if "● partnership-signed" in line]
    assert label in signed
    assert "ms" in signed
    assert [line for line in lines if label in line and "/api/partners/v1/partnerships" in line], "the table"


async def test_a_system_that_does_not_run_is_told_in_words(tmp_path: Path) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    console = Console(file=io.StringIO())
    with pytest.raises(DemoFailed, match=r"Sistem tidak menjawab: .*127\.0\.0\.1"):
        await play(lambda _service: nobody, lambda _role, _organisation: "", tmp_path, console, "id")


@pytest.mark.parametrize(
    ("environment", "locale"),
    [
        ({}, "id"),
        ({"LANG": "C.UTF-8"}, "id"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "id_ID.UTF-8"}, "id"),
        ({"LANG": "id_ID.UTF-8", "LC_ALL": "en"}, "en"),
        ({"LC_ALL": "", "LANG": "en_US"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "id"),
    ],
)
def test_the_terminal_says_which_language(environment: dict[str, str], locale: str) -> None:
    assert environment_language(environment) == locale
