"""A product is approved by two parties before everybody can have it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest

from demo import files
from services.partners.service import service as partners
from services.products.service import service as products
from tests.support.postgres import Postgres
from tests.support.system import Answer, System, system
from tests.support.wait import eventually

BASE = "/api/products/v1/products"


@pytest.fixture(params=["sqlite", "postgresql"])
async def here(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[System]:
    """The registry and the products, on either database."""
    url = ""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create_databases(["partners", "products"])
    async with system(tmp_path, [partners, products], url) as running:
        yield running


def form(text: str = "Petunjuk", **facts: str) -> aiohttp.FormData:
    data = aiohttp.FormData(facts)
    content = files.pdf(text, "Satu baris")
    data.add_field("file", content, filename="petunjuk.pdf", content_type="application/pdf")
    return data


async def drafted(here: System) -> tuple[dict[str, Any], UUID, UUID]:
    partnership, police, village = await here.signed_partnership()
    facts = {"partnership_id": str(partnership), "title": "Petunjuk", "kind": "guidance", "phase": "handling"}

    async def answered() -> Answer | None:
        answer = await here.call("POST", BASE, form(**facts), token=here.representative(police))
        return answer if answer.status == 201 else None

    product: Answer = await eventually(answered)
    return product.body, police, village


async def act(here: System, product: dict[str, Any], verb: str, by: UUID) -> Answer:
    return await here.call("POST", f"{BASE}/{product['id']}/{verb}", token=here.representative(by))


async def test_two_parties_approve_before_it_is_public(here: System) -> None:
    product, police, village = await drafted(here)
    path = f"{BASE}/{product['id']}"
    assert (await here.call("GET", path)).status == 404, "a draft is for the parties alone"
    assert (await here.call("GET", path, token=here.representative(village))).status == 200
    early = await act(here, product, "publish", police)
    assert (early.status, early.body["type"]) == (409, "/problems/approvals-missing")
    assert (await act(here, product, "approve", police)).status == 200
    twice = await act(here, product, "approve", police)
    assert (twice.status, twice.body["type"]) == (409, "/problems/approved-already")
    assert (await act(here, product, "approve", uuid4())).body["type"] == "/problems/not-a-party"
    assert (await act(here, product, "approve", village)).body["versions"][0]["state"] == "approved"
    assert (await act(here, product, "approve", village)).body["type"] == "/problems/nothing-to-approve"
    published = await act(here, product, "publish", police)
    assert published.body["versions"][0]["state"] == "published"
    listed = await here.call("GET", f"{BASE}?kind=guidance&phase=handling")
    assert [one["id"] for one in listed.body["items"]] == [product["id"]]
    assert (await here.call("GET", f"{BASE}?kind=reference")).body["items"] == []
    file = await here.call("GET", f"{path}/file")
    assert (file.status, file.body[:5]) == (200, b"%PDF-")
    assert file.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_newer_version_supersedes_the_one_before(here: System) -> None:
    product, police, village = await drafted(here)
    path = f"{BASE}/{product['id']}/versions"
    token = here.representative(police)
    early = await here.call("POST", path, form("Dua"), token=token)
    assert (early.status, early.body["type"]) == (409, "/problems/version-in-review")
    for number in (1, 2):
        for party in (police, village):
            await act(here, product, "approve", party)
        answer = await act(here, product, "publish", village)
        assert answer.body["versions"][number - 1]["state"] == "published"
        if number == 1:
            assert (await here.call("POST", path, form("Dua"), token=token)).status == 201
    assert [one["state"] for one in answer.body["versions"]] == ["superseded", "published"]
    shown = await here.call("GET", f"{BASE}/{product['id']}")
    assert [one["number"] for one in shown.body["versions"]] == [2]


async def test_a_product_needs_a_signed_partnership(here: System) -> None:
    facts = {"partnership_id": str(uuid4()), "title": "Tanpa", "kind": "guidance", "phase": "handling"}
    answer = await here.call("POST", BASE, form(**facts), token=here.representative(uuid4()))
    assert (answer.status, answer.body["type"]) == (404, "/problems/unknown-partnership")
    assert (await here.call("GET", f"{BASE}/{uuid4()}/file")).status == 404
