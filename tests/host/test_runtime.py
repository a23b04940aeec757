"""What a hosted service keeps in order by itself, and what it says when it cannot."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from services.identity.api.resources import SignInResources
from services.notifications.workers.dispatcher import Dispatcher
from services.registry import service
from tests.support.ports import free_port
from tests.support.postgres import Postgres
from tests.support.system import System, system
from tests.support.wait import eventually


async def test_half_stored_files_are_swept_and_others_stay(tmp_path: Path) -> None:
    incoming = tmp_path / "blobs" / "incoming"
    incoming.mkdir(parents=True)
    stale, fresh = incoming / "stale", incoming / "fresh"
    for file in (stale, fresh):
        file.write_bytes(b"half")
    os.utime(stale, (0, 0))
    async with system(tmp_path, [service("programs")]):
        await eventually(lambda: not stale.exists(), message="the stale file is swept")
    assert fresh.exists()


async def test_a_service_that_cannot_keep_files_is_not_ready(tmp_path: Path) -> None:
    async with system(tmp_path, [service("programs")]) as here:
        await eventually(lambda: _ready(here), message="ready")
        shutil.rmtree(tmp_path / "blobs")
        answer = await here.call("GET", "/readyz")
        assert answer.status == 503
        failing = [check for check in answer.body["checks"] if not check["ok"]]
        assert [(file["service"], file["name"]) for file in failing] == [("programs", "files")]
        assert "blobs" in failing[0]["detail"]


async def test_a_database_that_is_away_costs_a_503_and_a_line(
    tmp_path: Path, postgres: Postgres, capsys: pytest.CaptureFixture[str]
) -> None:
    url = postgres.create_database(of="partners")
    async with system(tmp_path, [service("partners")], url) as here:
        database: Any = here.runtimes[0].database
        working = database._engine
        database._engine = sa.create_engine(f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/none")
        organisation = {"name": "Polresta Contoh", "kind": "police", "area": "35.15"}
        token = here.token("coordinator")
        for method, body in (("GET", None), ("POST", organisation)):
            answer = await here.call(method, "/api/partners/v1/organisations", body, token=token)
            assert (answer.status, answer.body["type"]) == (503, "/problems/database-away")
            assert int(answer.headers["Retry-After"]) > 0
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        database._engine = working
        made = await here.call("POST", "/api/partners/v1/organisations", organisation, token=token)
        assert made.status == 201


async def test_a_service_that_cannot_read_its_keys_is_not_ready(tmp_path: Path) -> None:
    async with system(tmp_path, [service("identity")]) as here:
        await eventually(lambda: _ready(here), message="ready")
        for key in (here.settings.signing_key, Path(here.settings.jwks)):
            aside = key.with_suffix(".aside")
            key.rename(aside)
            key.write_text("not a key")
            answer = await here.call("GET", "/readyz")
            assert answer.status == 503, key
            assert [check["name"] for check in answer.body["checks"] if not check["ok"]] == ["keys"]
            aside.rename(key)
        assert await _ready(here)


async def _ready(here: System) -> bool:
    return (await here.call("GET", "/readyz")).status == 200


async def test_a_service_finds_its_own_workers_and_resources_by_their_kind(tmp_path: Path) -> None:
    async with system(tmp_path, [service("identity"), service("notifications")]) as here:
        identity, notifications = here.runtimes
        assert isinstance(identity.part(SignInResources), SignInResources)
        assert notifications.part(Dispatcher) in notifications.watched
        for runtime, kind in ((identity, Dispatcher), (notifications, SignInResources)):
            with pytest.raises(LookupError, match=f"{runtime.service.name} has no {kind.__name__}"):
                runtime.part(kind)
