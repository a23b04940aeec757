"""What holds for every operation of every service: unknown parameters, media types, HEAD, OPTIONS, Allow."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from services.registry import NAMES, service
from shared.host.app import describe
from shared.identity.permissions import GRANTED
from tests.support.system import Answer, System, system

pytestmark = pytest.mark.asyncio(loop_scope="module")
SOMETHING = "0199c0de-0000-7000-8000-000000000001"
ENDLESS = "follow_feed"
JSON = "application/json"


@dataclass(frozen=True)
class Operation:
    """One operation, as its OpenAPI document has it."""

    method: str
    path: str
    said: dict[str, Any]
    beside: frozenset[str]

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.said["operationId"])

    @property
    def is_public(self) -> bool:
        """Whether no token is needed."""
        return not self.said["security"] or {} in self.said["security"]

    @property
    def takes(self) -> set[str]:
        """The media types of its body."""
        return set(self.said.get("requestBody", {}).get("content", ()))


def _operations() -> Iterator[Operation]:
    for name in NAMES:
        for path, methods in describe(service(name)).openapi()["paths"].items():
            address = f"/api/{name}{re.sub('{[^}]*}', SOMETHING, path)}"
            for method, said in methods.items():
                yield Operation(method.upper(), address, said, frozenset(one.upper() for one in methods))


OPERATIONS = list(_operations())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[System]:
    """Every service, with nothing in it."""
    folder = tmp_path_factory.mktemp("operations")
    async with system(folder, [service(name) for name in NAMES]) as running:
        yield running


async def ask(here: System, one: Operation, query: str = "", **sent: Any) -> Answer:
    """As somebody who may do anything somewhere."""
    headers = {"Authorization": f"Bearer {here.token(*GRANTED)}", **sent.pop("headers", {})}
    address = f"{here.url}{one.path}{query}"
    async with here.session.request(
        one.method, address, headers=headers, allow_redirects=False, **sent
    ) as answer:
        is_problem = answer.content_type == "application/problem+json"
        return Answer(answer.status, answer.headers, await answer.json() if is_problem else None)


async def test_what_an_operation_does_not_read_is_refused_by_its_name(here: System) -> None:
    assert len(OPERATIONS) > 250
    lenient = set()
    for one in OPERATIONS:
        if one.name == ENDLESS:
            continue
        answer = await ask(here, one, "?nobody_reads=1", json={} if JSON in one.takes else None)
        told = (answer.body or {}).get("errors", [])
        refused = [(wrong["in"], wrong["pointer"], wrong["code"]) for wrong in told]
        unknown = ("query", "/nobody_reads", "extra_forbidden")
        if one.said.get("x-more-parameters") == "ignored":
            assert unknown not in refused, one.name
            lenient.add(one.name)
        elif one.method == "HEAD":
            assert answer.status == 422, one.name
        else:
            assert (answer.status, refused) == (422, [unknown]), (one.name, answer.body)
    # What stands in mails and messages, and what OAuth wants so.
    assert lenient >= {"unsubscribe", "confirm_by_link", "return_from_provider", "give_token", "show_page"}


async def test_a_body_under_another_name_is_not_read(here: System) -> None:
    for one in OPERATIONS:
        if one.takes == {JSON}:
            answer = await ask(here, one, data=b'{"a": 1}', headers={"Content-Type": "text/plain"})
            assert (answer.status, answer.body["type"]) == (415, "/problems/unsupported-media-type"), one.name


async def test_head_is_get_without_its_body(here: System) -> None:
    for one in OPERATIONS:
        if one.method == "GET" and one.name != ENDLESS and "HEAD" not in one.beside:
            whole = await ask(here, one)
            head = await ask(here, Operation("HEAD", one.path, one.said, one.beside))
            assert (head.status, head.headers.get("ETag")) == (whole.status, whole.headers.get("ETag")), (
                one.name
            )


async def test_every_address_names_its_methods_and_lets_other_sites_read_what_is_public(here: System) -> None:
    for one in OPERATIONS:
        async with here.session.options(here.url + one.path) as answer:
            allowed = set(answer.headers["Allow"].split(", "))
            assert allowed >= one.beside | {"OPTIONS"}, one.name
            opened = answer.headers.get("Access-Control-Allow-Origin")
        if one.method == "GET":
            assert opened == ("*" if one.is_public else None), one.name
    for one in OPERATIONS:
        if one.is_public and one.method == "GET" and one.name != ENDLESS:
            async with here.session.get(here.url + one.path, allow_redirects=False) as answer:
                assert answer.headers["Access-Control-Allow-Origin"] == "*", one.name


async def test_what_nobody_reads_of_a_form_is_refused_by_its_name(here: System) -> None:
    forms = [one for one in OPERATIONS if "multipart/form-data" in one.takes]
    assert len(forms) >= 3
    for one in forms:
        form = aiohttp.FormData({"nobody_reads": "1"})
        form.add_field("file", b"%PDF-1.7", filename="a.pdf", content_type="application/pdf")
        answer = await ask(here, one, data=form)
        (wrong,) = answer.body["errors"]
        assert (wrong["in"], wrong["pointer"], wrong["code"]) == ("body", "/nobody_reads", "extra_forbidden")


async def test_what_was_made_is_read_at_the_address_that_was_told(here: System) -> None:
    police = await here.organisation("Polresta Contoh", "police")
    village = await here.organisation("Forum Desa Contoh", "community")
    terms = {"role": "member", "contributes": "Kerja", "gains": "Rasa aman"}
    parties = [
        terms | {"organisation_id": str(police), "role": "lead"},
        terms | {"organisation_id": str(village)},
    ]
    partnership = {"title": "Aman", "area": "35.15", "problem": "Balap liar", "parties": parties}
    sent = {
        "organisations": {"name": "Sekolah", "kind": "school", "area": "35.15"},
        "partnerships": partnership,
        "persons": {"name": "Ani"},
    }
    token = here.token("coordinator")
    for what, body in sent.items():
        made = await here.call("POST", f"/api/partners/v1/{what}", body, token=token)
        assert made.status == 201, made.body
        read = await here.call("GET", made.headers["Location"], token=token)
        assert (read.status, read.body["id"]) == (200, made.body["id"]), what
