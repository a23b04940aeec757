"""What is held about somebody is one file with the answers of all services, or none."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.portal.personal_data import PERSONAL_DATA
from shared.service_names import WITH_DATA
from tests.portal.reader import Reader
from tests.portal.recorder import Recorder, recorded, somebody
from tests.support.system import System

PERSON = str(uuid4())
DOOR = f"/v1/personal-data/{PERSON}"
UNHELD = {"type": "/problems/unknown-person", "detail": "-"}
NO_DOOR = {"type": "/problems/not-found", "detail": "-"}


@pytest.fixture
async def portal(tmp_path: Path) -> AsyncIterator[tuple[System, Recorder]]:
    """A portal in which somebody is signed in; every service holds something about him or her."""
    async with recorded(tmp_path) as (here, recorder):
        recorder.answers = {
            **{f"/{name}{DOOR}": (200, {"held_by": name}) for name in WITH_DATA},
            "/v1/openapi.json": (200, {"paths": {PERSONAL_DATA: {}}}),
            **somebody(PERSON),
        }
        yield here, recorder


def reader_of(here: System) -> Reader:
    return Reader(here, {"kemitraan": "x" * 43})


async def test_all_that_is_held_comes_as_one_file(portal: tuple[System, Recorder]) -> None:
    here, recorder = portal
    reader = reader_of(here)
    assert 'action="/account/data?lang=en"' in (await reader.open("/account")).text
    got = await reader.send("/account/data")
    assert got.status == 200
    assert got.headers["Content-Disposition"] == f'attachment; filename="kemitraan-{PERSON}.json"'
    assert got.headers["Cache-Control"] == "no-store, private"
    file: dict[str, Any] = json.loads(got.text)
    assert file.pop("person_id") == PERSON
    assert file.pop("collected_at")
    assert file == {name: {"held_by": name} for name in WITH_DATA}
    asked = [sent for path, sent in recorder.asked if DOOR in path]
    assert {sent["Authorization"] for sent in asked} == {"Bearer head.e30.signature"}


async def test_a_service_that_holds_nothing_is_named_so(portal: tuple[System, Recorder]) -> None:
    here, recorder = portal
    recorder.answers[f"/programs{DOOR}"] = (404, UNHELD)
    file = json.loads((await reader_of(here).send("/account/data")).text)
    assert file["programs"] is None
    assert file["partners"] == {"held_by": "partners"}


@pytest.mark.parametrize("answer", [(500, {}), (404, NO_DOOR), (403, UNHELD), (302, {}), (200, None)])
@pytest.mark.parametrize("name", ["partners", "identity"])
async def test_what_one_service_does_not_tell_makes_no_file(
    portal: tuple[System, Recorder], name: str, answer: tuple[int, Any]
) -> None:
    here, recorder = portal
    if answer == (200, None):
        del recorder.answers[f"/{name}{DOOR}"]
        recorder.body = b"no JSON"
    else:
        recorder.answers[f"/{name}{DOOR}"] = answer
    got = await reader_of(here).send("/account/data")
    assert (got.status, got.headers["Content-Type"]) == (503, "text/html; charset=utf-8")
    assert "An incomplete file is never produced." in got.text
    assert "held_by" not in got.text


async def test_without_the_door_nothing_is_promised_and_strangers_get_nothing(
    portal: tuple[System, Recorder],
) -> None:
    here, recorder = portal
    recorder.answers["/v1/openapi.json"] = (200, {"paths": {"/v1/me": {}}})
    assert "/account/data" not in (await reader_of(here).open("/account")).text
    recorder.asked.clear()
    assert (await Reader(here).send("/account/data")).status == 303
    assert (await reader_of(here).send("/account/data", {"Sec-Fetch-Site": "cross-site"})).status == 403
    assert (await reader_of(here).open("/account/data")).status == 405
    assert not [path for path, _ in recorder.asked if DOOR in path]
