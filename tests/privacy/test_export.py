"""Whoever is known may take along what is held of him or her, and nobody else's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from services.registry import service
from shared.clock import SystemClock
from shared.contracts.audit import ACTS
from shared.database import migrate
from tests.cli.shell import beside
from tests.privacy.world import EMAILS, NAMES, PHONES, USER_NAME, Life, life
from tests.support.postgres import Postgres
from tests.support.smtp import SmtpSink


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_all_that_is_held_is_handed_out_to_the_person_alone(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path, smtp: SmtpSink
) -> None:
    postgres: Postgres | None = request.getfixturevalue("postgres") if kind == "postgresql" else None
    async with life(tmp_path, smtp, postgres) as one:
        held = {name: await _held(one, name, one.token) for name in ACTS}
        for name in ("partners", "notifications"):
            assert await _held(one, name, one.administrator) == held[name]
        (person,) = held["partners"]["persons"]
        assert (person["name"], person["email"], person["phone"]) == (NAMES[1], EMAILS[1], PHONES[1])
        assert [row["id"] for row in held["partners"]["memberships"]] == [one.membership]
        assert [row["holder"] for row in held["partners"]["seats"]] == [one.person]
        (account,) = held["identity"]["accounts"]
        assert (account["user_name"], account["display_name"]) == (USER_NAME, NAMES[1])
        assert held["identity"]["sessions"]
        addresses = {row["address"] for row in held["notifications"]["subscriptions"]}
        assert addresses == {EMAILS[1], EMAILS[2], f"inbox:polresta-contoh:{one.person}"}
        text = json.dumps(held)
        assert "argon2" not in text
        for secret in ("secret", "token", "password", "totp_secret"):
            assert f'"{secret}":' not in text
        other = one.here.token("coordinator", person="3fa85f64-5717-4562-b3fc-2c963f66afa6")
        path = f"/api/partners/v1/personal-data/{one.person}"
        refused = await one.here.call("GET", path, token=other)
        assert (refused.status, refused.body["type"]) == (403, "/problems/not-yours")
        assert (await one.here.call("GET", path)).status == 401
        entries = (await one.got("identity/audit?kind=data-exported"))["items"]
        assert {entry["details"]["operation"] for entry in entries} == {"export_personal_data"}


async def _held(one: Life, name: str, by: str) -> dict[str, list[dict[str, object]]]:
    answer = await one.got(f"{name}/personal-data/{one.person}", by=by)
    assert (answer["service"], answer["person"], answer["agency"]) == (name, one.person, "polresta-contoh")
    found: dict[str, list[dict[str, object]]] = answer["held"]
    return found


async def test_the_command_line_takes_out_and_erases(tmp_path: Path, smtp: SmtpSink) -> None:
    async with life(tmp_path, smtp, None, clock=SystemClock()) as one:
        at, agency = beside(one.here), ("--agency", "polresta-contoh")
        file = tmp_path / "sekar.json"
        taken = await at.kemitraan("persons", "export", one.person, *agency, "--to", str(file))
        assert taken.code == 0, taken.err
        assert file.stat().st_mode & 0o777 == 0o600
        found = json.loads(file.read_text())
        assert found["services"].keys() == ACTS.keys()
        assert found["services"]["partners"]["persons"][0]["name"] == NAMES[1]
        erased = await at.kemitraan("persons", "erase", one.person, *agency, "--yes")
        assert erased.code == 0, erased.err
        assert {line.partition(":")[0] for line in erased.out.splitlines()} > set(ACTS)
        again = await at.kemitraan("persons", "erase", one.person, *agency, "--yes")
        assert again.code == 1
        assert "has already been ordered" in again.err
        printed = (await at.kemitraan("persons", "export", one.person, *agency)).json
        assert printed["services"]["partners"]["persons"][0]["name"] == ""


@pytest.mark.parametrize("name", ACTS)
def test_postgresql_keeps_no_statistics_of_what_is_personal(name: str, postgres: Postgres) -> None:
    one = service(name)
    assert one.migrations is not None
    url = postgres.create_database()
    migrate.upgrade(url, one.migrations)
    engine = sa.create_engine(migrate.sync_url(url))
    query = sa.text(
        "SELECT attstattarget FROM pg_attribute WHERE attrelid = CAST(:of AS regclass) AND attname = :name"
    )
    with engine.connect() as connection:
        for column in one.personal.columns:
            place = {"of": column.table.name, "name": column.name}
            assert connection.scalar(query, place) == 0, column
        body = {"of": "idempotency_keys", "name": "body"}
        assert connection.scalar(query, body) == 0
    engine.dispose()
