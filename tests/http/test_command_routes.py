"""A command is read from the address and the body of its request, once it is clear who may ask."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from services.partners.service import service as partners
from shared.command import Command
from shared.http.routes import Operations, View
from shared.identity.permissions import PUBLIC
from tests.support.system import System, system

PATH = f"/api/partners/v1/partnerships/{uuid4()}/signatures"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[System]:
    async with system(tmp_path, [partners]) as running:
        yield running


async def test_a_body_names_nothing_that_the_address_names(here: System) -> None:
    body = {"charter_version": 1, "partnership_id": str(uuid4())}
    answer = await here.call("POST", PATH, body, token=here.token("representative"))
    assert (answer.status, answer.body["type"]) == (422, "/problems/invalid-request")
    assert [(place["in"], place["pointer"]) for place in answer.body["errors"]] == [
        ("body", "/partnership_id")
    ]


async def test_errors_say_whether_they_are_in_the_address_or_in_the_body(here: System) -> None:
    token = here.token("representative")
    answer = await here.call(
        "POST", PATH.replace(PATH.split("/")[5], "none"), {"charter_version": 0}, token=token
    )
    places = {(place["in"], place["pointer"]) for place in answer.body["errors"]}
    assert places == {("path", "/partnership_id"), ("body", "/charter_version")}


async def test_a_list_whose_items_are_wrong_is_not_told_to_be_short_as_well(here: System) -> None:
    body = {"vision": "aman", "mission": "bersama", "means": ["wish"]}
    path, token = PATH.replace("/signatures", "/charter"), here.token("representative")
    wrong = await here.call("POST", path, body, token=token)
    assert [(place["pointer"], place["code"]) for place in wrong.body["errors"]] == [("/means/0", "enum")]
    empty = await here.call("POST", path, body | {"means": []}, token=token)
    assert [(place["pointer"], place["code"]) for place in empty.body["errors"]] == [("/means", "too_short")]


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b'{"charter_version": "one"}'])
async def test_a_stranger_learns_nothing_of_what_a_body_should_be(here: System, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    async with here.session.post(here.url + PATH, data=body, headers=headers) as refused:
        assert (refused.status, (await refused.json(content_type=None))["type"]) == (
            401,
            "/problems/sign-in-first",
        )


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"NaN", b"[" * 100_000, b"\xff\xfe"])
async def test_what_is_no_object_is_refused(here: System, body: bytes) -> None:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {here.token('representative')}"}
    async with here.session.post(here.url + PATH, data=body, headers=headers) as refused:
        assert (refused.status, (await refused.json(content_type=None))["type"]) == (
            422,
            "/problems/invalid-request",
        )


def test_what_cannot_be_served_fails_when_it_is_declared() -> None:
    class WriteOff(Command):
        """Write a thing off."""

        thing_id: str

    def write_off(tx: object, command: WriteOff) -> None: ...

    def no_command(tx: object, command: str) -> None: ...

    write_off.__annotations__["command"] = WriteOff
    no_command.__annotations__["command"] = str
    things = Operations("things")
    nothing: View[object] = View(WriteOff, lambda _: lambda _: WriteOff(thing_id=""))
    with pytest.raises(TypeError, match="has no field for"):
        things.do("/things/{other_id}", write_off, may=PUBLIC, label="write off", shows=nothing)
    with pytest.raises(TypeError, match="no Command"):
        things.do("/things", no_command, may=PUBLIC, label="write off", shows=nothing)
