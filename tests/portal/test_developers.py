"""What a program finds here by address alone: schemas, problems, APIs; and the pages that say the same."""

from __future__ import annotations

from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import jsonschema
import orjson
import pytest
import pytest_asyncio
from lxml.html import fromstring  # type: ignore[import-untyped]

from services.registry import NAMES, service
from shared.contracts.event import contracts
from shared.contracts.every import EVENTS
from shared.host.asyncapi import typed
from shared.host.reference.examples import example
from shared.host.reference.facts import name_of, sample
from shared.host.reference.words import coded
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
    ours = {contract.schema_file() for contract in contracts() if contract.publisher != "testing"}
    assert {item["schema"] for item in told} == {f"{here.url}/schemas/{file}" for file in ours}
    for item in told:
        answer = await here.call("GET", item["schema"].removeprefix(here.url))
        assert (answer.status, answer.body["$id"]) == (200, item["schema"])
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
        said[language] = {problem["code"]: problem["detail"] for problem in problems}
        for problem in problems:
            assert (await here.call("GET", problem["type"])).status == 200, problem
            assert "%(" not in problem["detail"] + problem["remedy"], (
                "names are left out, not their places shown"
            )
    assert said["id"].keys() == said["en"].keys()
    # One of each service, of what is shared, and of what is no rule but machinery.
    expected = {"round-open-already", "stages-open", "unsubscribe-unknown", "sign-in-refused", "not-a-party"}
    expected |= {"took-too-long", "unknown-service", "fault", "method-not-allowed", "too-many-requests"}
    assert expected <= said["id"].keys()
    assert not [code for code in said["id"] if said["id"][code] == said["en"][code]], "each is translated"
    assert (await here.call("GET", "/problems/nothing-of-ours")).status == 404


async def test_programs_find_every_api_and_what_describes_it(here: System) -> None:
    found = (await here.call("GET", "/.well-known/api-catalog")).body["linkset"]
    assert [describe["anchor"] for describe in found] == [f"{here.url}/api/{name}" for name in WITH_DATA]
    for address in ("/api", "/api/"):
        assert (await here.call("GET", address, Accept="application/json")).body["linkset"] == found
    for describe in found:
        for link in [*describe["service-desc"], *describe["service-doc"]]:
            answer = await here.call("GET", link["href"].removeprefix(here.url))
            assert answer.status == 200, link
            assert answer.headers["Content-Type"].startswith(link["type"])
    home = await here.call("GET", "/")
    assert 'rel="api-catalog"' in home.headers["Link"]


@pytest.mark.parametrize("name", WITH_DATA)
async def test_the_page_of_an_api_has_every_operation(here: System, name: str) -> None:
    described = (await here.call("GET", f"/api/{name}/v1/openapi.json")).body
    page = (await here.call("GET", f"/docs/{name}", Accept_Language="en")).body.decode()
    operations = [method for methods in described["paths"].values() for method in methods.values()]
    assert operations
    for operation in operations:
        assert f'id="{operation["operationId"]}"' in page
    for shape in described["components"]["schemas"]:
        assert f'id="shape-{shape}"' in page
    assert "<code>If-Match</code>" in page
    assert "`" not in page
    for problem in described["x-problems"]:
        assert f'href="/problems/{problem["code"]}?lang=en"' in page
    for unknown in ("/api/nothing", "/docs/nothing", "/docs/portal", "/docs/events/nothing.v1"):
        assert (await here.call("GET", unknown)).status == 404


@pytest.mark.parametrize("name", WITH_DATA)
async def test_an_example_is_what_its_operation_takes(here: System, name: str) -> None:
    document = (await here.call("GET", f"/api/{name}/v1/openapi.json")).body
    shapes = document["components"]["schemas"]
    taken = 0
    for methods in document["paths"].values():
        for operation in methods.values():
            for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
                if "json" not in media_type:
                    continue
                for whole in (False, True):
                    value = example(content["schema"], shapes, whole=whole)
                    schema = content["schema"] | {"components": document["components"]}
                    jsonschema.validate(value, schema, format_checker=jsonschema.FormatChecker())
                taken += 1
    assert taken


async def test_every_event_has_a_page_with_an_example_that_is_one(here: System) -> None:
    listed = (await here.call("GET", "/docs/events")).body.decode()
    for event in EVENTS:
        address = f"/docs/events/{name_of(event)}"
        assert f'href="{address}?lang=id"' in listed
        page = await here.call("GET", address, Accept_Language="en")
        assert page.status == 200
        text = unescape(page.body.decode())
        assert all(f"<code>{field}</code>" in text for field in event.model_fields)
        assert f"{here.url}/schemas/{event.schema_file()}" in text, "the example is of this installation"
        shown = orjson.loads(sample(event, here.url).encode())
        jsonschema.validate(shown, typed(event).model_json_schema())
        event.model_validate(shown["data"])


async def test_the_bus_has_one_asyncapi_document_with_every_event(here: System) -> None:
    document = (await here.call("GET", "/asyncapi.json")).body
    assert {key: each["action"] for key, each in document["operations"].items()} == {
        name_of(event): "send" for event in EVENTS
    }


@pytest.mark.parametrize(
    ("earlier", "now"),
    [
        ("/developers", "/docs"),
        ("/api", "/docs"),
        ("/api/partners", "/docs/partners"),
        ("/schemas", "/docs/events"),
    ],
)
async def test_earlier_addresses_lead_on_in_the_language_that_was_asked_for(
    here: System, earlier: str, now: str
) -> None:
    for query in ("", "?lang=en"):
        async with here.session.get(here.url + earlier + query, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, now + query)


async def test_links_of_the_reference_lead_somewhere(here: System) -> None:
    seen: set[str] = set()
    ahead = ["/docs?lang=en", f"/docs/events/{name_of(EVENTS[0])}?lang=en"]
    while ahead:
        address = ahead.pop()
        seen.add(address)
        page = await here.call("GET", address)
        assert page.status == 200, address
        if address.startswith("/docs"):
            tree = fromstring(page.body.decode())
            places = set(tree.xpath("//@id"))
            links = set(tree.xpath("//main//a/@href"))
            assert {link[1:] for link in links if link.startswith("#")} <= places, address
            # The pages of events and problems have tests of their own.
            follow = {link for link in links if not link.startswith(("#", "/docs/events/", "/problems/"))}
            ahead += sorted(follow - seen - set(ahead) - {"/api/portal/v1/feed"})
    assert {f"/docs/{name}?lang=en" for name in WITH_DATA} <= seen
    home = fromstring((await here.call("GET", "/?lang=en")).body.decode())
    assert "/docs?lang=en" in home.xpath("//footer//a/@href")


async def test_what_stands_between_backticks_is_code_and_nothing_becomes_markup() -> None:
    assert coded('Send `If-Match: "<n>"` or ``*`` <b>') == (
        "Send <code>If-Match: &#34;&lt;n&gt;&#34;</code> or <code>*</code> &lt;b&gt;"
    )
