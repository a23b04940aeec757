"""What is not public is in nothing that strangers read: every GET of every service and page, with every id.

One secret of each kind is put into a system; a stranger with every role of another agency, a resident and
nobody then read whatever there is. That the secrets can be found at all is shown by those whose they are.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from starlette.routing import Route

from demo import files
from services.portal.api import pages
from services.registry import NAMES, service
from shared.clock import MovableClock
from shared.identity.actor import Actor
from shared.identity.permissions import GRANTED, Role
from tests.http.seeded import CHAIR, DAY, Seeded, attached, seed
from tests.http.test_fuzzing import SERVICES
from tests.support.postgres import Postgres
from tests.support.system import system

MARK = "Rahasia7F3A"
SECRET = re.compile(rf"{MARK}-[a-z]+".encode(), re.IGNORECASE)
# Descriptions of the API itself, and what leads away.
LEFT_OUT = re.compile(r"/v1/(openapi|schemas|areas|confirm|unsubscribe|provider|lifecycle)")
PARAMETER = re.compile(r"\{(\w+)[^}]*\}")
ABOVE_AGENCIES = {Role.OPERATOR, Role.CUSTODIAN}
MOST = 4  # ids of one kind that are asked for, the newest
KINDS = ("unsigned", "contact", "person", "minutes", "decision", "draft", "file", "changes", "invitation")


def hidden(kind: str) -> str:
    """The words that nobody outside may read."""
    assert kind in KINDS
    return f"{MARK}-{kind}"


async def hide(seeded: Seeded) -> None:
    """Put one secret of each kind into the system, beside what is public."""
    police, village = seeded.parties
    terms = [
        {"organisation_id": str(party), "role": role, "contributes": "Kerja", "gains": "Rasa aman"}
        for party, role in ((police, "lead"), (village, "member"))
    ]
    body = {"title": hidden("unsigned"), "area": "35.15", "problem": hidden("unsigned"), "parties": terms}
    unsigned = await seeded.made("partners/v1/partnerships", body)
    public = seeded.ids["partnership_id"][0]
    body = {"name": hidden("person"), "email": f"{hidden('person').lower()}@desa.example"}
    person = await seeded.made("partners/v1/persons", body)
    seeded.keep(partnership_id=unsigned["id"], person_id=person["id"])
    body = {
        "kind": "visit",
        "on": seeded.today,
        "subject": hidden("contact"),
        "attended_by": [seeded.ids["person_id"][0], seeded.ids["colleague_id"][0]],
        "organisations": [str(police), str(village)],
    }
    await seeded.made(f"partners/v1/partnerships/{public}/contacts", body)
    await invite(seeded, public)
    await meet(seeded)
    await publish_nothing(seeded, public)


async def invite(seeded: Seeded, partnership: str) -> None:
    """Invite an organisation of another agency, which has not answered yet."""
    body = {"name": "Sekolah Contoh", "kind": "school", "area": "35.15"}
    token = seeded.here.token("coordinator", agency="dinas-contoh")
    school = await seeded.here.call("POST", "/api/partners/v1/organisations", body, token=token)
    assert school.status == 201, school.body
    terms = {"organisation_id": school.body["id"], "contributes": hidden("invitation"), "gains": "Rasa aman"}
    await seeded.made(f"partners/v1/partnerships/{partnership}/parties", terms)


BOTH = ("person_id", "colleague_id")
"""The people who hold the seats of a board."""


async def meet(seeded: Seeded) -> None:
    """Hold a meeting whose minutes are withheld and not approved."""
    body: dict[str, Any] = {
        "board_id": seeded.ids["board_id"][0],
        "title": "Rapat luar biasa",
        "scheduled_at": (seeded.clock.now() + DAY).isoformat(),
        "place": "Balai desa",
        "agenda": ["Balap liar"],
    }
    seeded.chair = seeded.ids["person_id"][0]
    meeting = await seeded.made("partners/v1/meetings", body, by=CHAIR)
    seeded.keep(meeting_id=meeting["id"])
    seeded.clock.move(DAY)
    path = f"partners/v1/meetings/{meeting['id']}"
    body = {"held_at": seeded.clock.now().isoformat(), "present": [seeded.ids[name][0] for name in BOTH]}
    await seeded.made(f"{path}/hold", body, by=CHAIR)
    body = {"kind": "decision", "mandate": "ease", "text": hidden("decision")}
    await seeded.made(f"{path}/outcomes", body, by=CHAIR)
    body = {"text": hidden("minutes"), "public": False, "withheld_because": "Penyelidikan"}
    await seeded.made(f"{path}/minutes", body, by=CHAIR, method="PUT")


async def publish_nothing(seeded: Seeded, partnership: str) -> None:
    """Draft a product with a file, and send it back for changes."""
    police, village = seeded.parties
    words = {"language": "id", "title": hidden("draft"), "summary": hidden("draft"), "body": "# Isi\n\nTeks."}
    body: dict[str, Any] = {
        "partnership_id": partnership,
        "kind": "guidance",
        "phases": ["prevention"],
        "audiences": ["residents"],
        "media": ["electronic"],
        "texts": [words],
    }
    product = await seeded.made("products/v1/products", body, by=police)
    path = f"products/v1/products/{product['id']}"
    form = attached({"language": "id"}, f"{hidden('file')}.pdf", files.pdf("Isi", "Baris"), "application/pdf")
    shown = await seeded.made(f"{path}/files", form, by=police)
    file = shown["versions"][-1]["files"][0]
    seeded.keep(product_id=product["id"], file_id=file["id"], sha256=file["sha256"])
    await seeded.made(f"{path}/submit", by=police)
    await seeded.made(f"{path}/request-changes", {"reason": hidden("changes")}, by=village)


def choices(seeded: Seeded, names: list[str]) -> Iterator[dict[str, str]]:
    """Values for the parameters of a path: the newest ids of each kind, in every combination."""
    known = {**seeded.ids, "number": ["1", "2"], "product_version": ["1", "2"]}
    values = [list(dict.fromkeys(reversed(known.get(name, []))))[:MOST] for name in names]
    for combination in itertools.product(*values):
        yield dict(zip(names, combination, strict=True))


async def readings(seeded: Seeded) -> list[str]:
    """Every address that can be read: of each operation and page, with each id, narrowed and searched."""
    addresses: list[str] = []
    for name in SERVICES:
        described = (await seeded.here.call("GET", f"/api/{name}/v1/openapi.json")).body
        for path, acts in described["paths"].items():
            if "get" not in acts or LEFT_OUT.match(path):
                continue
            own = [parameter for parameter in acts["get"].get("parameters", ()) if "$ref" not in parameter]
            asked = {parameter["name"] for parameter in own if parameter["in"] == "query"}
            for values in choices(seeded, PARAMETER.findall(path)):
                address = f"/api/{name}{path.format(**values)}"
                addresses.append(address)
                for narrowed in sorted(asked & {"partnership_id", "product_id", "program_id", "board_id"}):
                    addresses += [f"{address}?{narrowed}={id_}" for id_ in seeded.ids[narrowed][-MOST:]]
                if "q" in asked:
                    addresses.append(f"{address}?q={MARK.lower()}")
    portal = next(runtime for runtime in seeded.here.runtimes if runtime.service.name == "portal")
    for route in pages(portal).app.routes:  # type: ignore[attr-defined]
        if isinstance(route, Route) and route.path != "/feed":
            path = PARAMETER.sub(r"{\1}", route.path)
            for values in choices(seeded, PARAMETER.findall(path)):
                addresses.append(path.format(**values))
    return addresses


def readers(seeded: Seeded) -> dict[str, str | None]:
    """Who has no business with any of it."""
    roles = frozenset(set(GRANTED) - ABOVE_AGENCIES)
    stranger = Actor(person=str(uuid4()), agency="polresta-lain", organisation=uuid4(), roles=roles)
    return {
        "nobody": None,
        "resident": seeded.here.token("resident", agency="polresta-lain"),
        "stranger": seeded.here.key.mint(stranger, clock=seeded.clock),
    }


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_no_secret_is_in_anything_that_strangers_read(
    request: pytest.FixtureRequest, tmp_path: Path, database: str
) -> None:
    url = ""
    if database == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create_databases(SERVICES)
    clock = MovableClock()
    hosted = [service(name) for name in NAMES]
    async with system(tmp_path, hosted, url, clock=clock) as here:
        seeded = await seed(here, clock)
        await hide(seeded)
        addresses = await readings(seeded)
        police, _ = seeded.parties
        roles = set(GRANTED) - ABOVE_AGENCIES
        ours = here.token(*roles, organisation=police, person=seeded.person(police))
        told: set[bytes] = set()
        for address in addresses:
            told |= set(SECRET.findall(await read(seeded, address, ours)))
        assert {secret.decode().lower() for secret in told} == {hidden(kind).lower() for kind in KINDS}
        leaks = [
            f"{who} at {address}: {secret.decode()}"
            for who, token in readers(seeded).items()
            for address in addresses
            for secret in SECRET.findall(await read(seeded, address, token))
        ]
        assert not leaks, "\n".join(leaks)


async def read(seeded: Seeded, address: str, token: str | None) -> bytes:
    """The body and headers of an answer, without what was asked."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with seeded.here.session.get(
        seeded.here.url + address, headers=headers, allow_redirects=False
    ) as answer:
        assert answer.status < 500, address
        sent = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        return sent.encode() + await answer.read()
