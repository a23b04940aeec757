"""What a program finds here by address alone: schemas, problems, APIs; and the pages that say the same."""

from __future__ import annotations

from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import jsonschema
import pytest
import pytest_asyncio

from services.portal.views import coded
from services.registry import NAMES, service
from shared.contracts.event import contracts
from shared.service_names import WITH_DATA
from tests.support.system import System, system

# One system serves all of these tests; they only read.
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[System]:
    folder: Path = tmp_path_factory.mktemp("developers")
    async with system(folder, [service(name) for name in NAMES]) as running:
        yield running


async def test_every_schema_stands_at_its_own_address(here: System) -> None:
    told = (await here.call("GET", "/schemas.json")).body["schemas"]
    ours = {one.schema_file() for one in contracts() if one.publisher != "testing"}
    assert {one["schema"] for one in told} == {f"{here.url}/schemas/{file}" for file in ours}
    for one in told:
        answer = await here.call("GET", one["schema"].removeprefix(here.url))
        assert (answer.status, answer.body["$id"]) == (200, one["schema"])
        assert answer.headers["Content-Type"] == "application/schema+json"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        jsonschema.Draft202012Validator.check_schema(answer.body)
        assert answer.body["$schema"] == jsonschema.Draft202012Validator.META_SCHEMA["$id"]
    same = f"/api/partners/v1/schemas/{told[0]['type']}"
    assert (await here.call("GET", f"{same}.json")).body == (await here.call("GET", same)).body
    assert (await here.call("GET", "/schemas/nothing.v1.json")).status == 404


async def test_the_type_of_a_problem_is_a_page_that_explains_it(here: System) -> None:
    refused = await here.call("POST", "/api/partners/v1/partnerships", {})
    assert refused.status == 401
    address = urljoin(f"{here.url}/api/partners/v1/partnerships", refused.body["type"]).removeprefix(here.url)
    for language in ("id", "en"):
        told = await here.call("POST", "/api/partners/v1/partnerships", {}, Accept_Language=language)
        page = await here.call("GET", address, Accept_Language=language)
        assert page.status == 200
        text = unescape(page.body.decode())
        assert all(told.body[part] in text for part in ("title", "detail", "remedy"))
    data = await here.call("GET", address, Accept="application/problem+json")
    assert (data.body["status"], data.body["type"]) == (401, refused.body["type"])


async def test_every_problem_that_is_declared_answers_in_both_languages(here: System) -> None:
    said = {}
    for language in ("id", "en"):
        problems = (await here.call("GET", "/refusals.json", Accept_Language=language)).body["problems"]
        said[language] = {one["code"]: one["detail"] for one in problems}
        for one in problems:
            assert (await here.call("GET", one["type"])).status == 200, one
            assert "%(" not in one["detail"] + one["remedy"], "names are left out, not their places shown"
    assert said["id"].keys() == said["en"].keys()
    # One of each service, of what is shared, and of what is no rule but machinery.
    expected = {"round-open-already", "stages-open", "unsubscribe-unknown", "sign-in-refused", "not-a-party"}
    expected |= {"took-too-long", "unknown-service", "fault", "method-not-allowed", "too-many-requests"}
    assert expected <= said["id"].keys()
    assert not [code for code in said["id"] if said["id"][code] == said["en"][code]], "each is translated"
    assert (await here.call("GET", "/problems/nothing-of-ours")).status == 404


async def test_programs_find_every_api_and_what_describes_it(here: System) -> None:
    found = (await here.call("GET", "/.well-known/api-catalog")).body["linkset"]
    assert [one["anchor"] for one in found] == [f"{here.url}/api/{name}" for name in WITH_DATA]
    for address in ("/api", "/api/"):
        assert (await here.call("GET", address, Accept="application/json")).body["linkset"] == found
        assert (await here.call("GET", address)).headers["Content-Type"].startswith("text/html")
    for one in found:
        for link in [*one["service-desc"], *one["service-doc"]]:
            answer = await here.call("GET", link["href"].removeprefix(here.url))
            assert answer.status == 200, link
            assert answer.headers["Content-Type"].startswith(link["type"])
    home = await here.call("GET", "/")
    assert 'rel="api-catalog"' in home.headers["Link"]


@pytest.mark.parametrize("name", WITH_DATA)
async def test_the_page_of_an_api_has_every_operation(here: System, name: str) -> None:
    described = (await here.call("GET", f"/api/{name}/v1/openapi.json")).body
    page = (await here.call("GET", f"/api/{name}", Accept_Language="en")).body.decode()
    operations = [one for methods in described["paths"].values() for one in methods.values()]
    assert operations
    for one in operations:
        assert f'id="{one["operationId"]}"' in page
    for shape in described["components"]["schemas"]:
        assert f'id="shape-{shape}"' in page
    assert "<code>If-Match</code>" in page
    assert "`" not in page
    assert (await here.call("GET", "/api/nothing")).status == 404


async def test_what_stands_between_backticks_is_code_and_nothing_becomes_markup() -> None:
    assert coded('Send `If-Match: "<n>"` or ``*`` <b>') == (
        "Send <code>If-Match: &#34;&lt;n&gt;&#34;</code> or <code>*</code> &lt;b&gt;"
    )
