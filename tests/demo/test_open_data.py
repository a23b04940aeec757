"""What the demonstration's history gives as open data is held to its standards, to the last page."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from lxml import etree  # type: ignore[import-untyped]
from rdflib import DCAT, RDF, Graph

from demo.history import COURSES
from tests.http.test_archives import all_heard, archives_in, keys_in, put_whole, running
from tests.products.dcat_ap import NOT_FOLLOWED, judged
from tests.programs.test_iati import schema
from tests.support.history import lived
from tests.support.system import System

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning"),
]
FEW = 7
"""Datasets on a page, so that there are several."""


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[System]:
    """A system that holds the whole history."""
    folder = lived(len(COURSES))
    async with running(tmp_path / "system") as system:
        await put_whole(system, archives_in(folder), folder / "files", keys_in(folder))
        await all_heard(system)
        yield system


async def test_catalogue_and_activities_are_what_their_standards_say(here: System) -> None:
    path, pages, datasets = f"/api/products/v1/catalog.jsonld?limit={FEW}", 0, set[str]()
    while path:
        answer = await here.call("GET", path)
        assert answer.status == 200
        page = Graph().parse(data=json.dumps(answer.body), format="json-ld")
        datasets |= {str(subject) for subject in page.subjects(RDF.type, DCAT.Dataset)}
        violated, not_followed = judged(page)
        assert not violated, path
        assert not_followed <= NOT_FOLLOWED.keys(), path
        pages += 1
        link = answer.headers.get("Link", "")
        path = link.removeprefix("<").partition(">")[0].removeprefix(here.settings.public_url)
    assert pages > 2
    assert len(datasets) == answer.body["hydra:totalItems"]
    file = await here.call("GET", "/api/programs/v1/iati.xml")
    root = etree.fromstring(file.body)
    schema().assertValid(root)
    programs = (await here.call("GET", "/api/programs/v1/programs?limit=100")).body["items"]
    told = [match.find("budget") is not None for match in root.findall("iati-activity")]
    assert told == [program["budget"] is not None for program in programs if program["approved_at"]]
