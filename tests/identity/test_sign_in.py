"""Who comes in, and who does not: passwords, delays, sessions."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from services.identity.commands import attempts
from services.identity.commands.attempts import Attempt
from services.identity.model.attempts import LONGEST_DELAY
from services.identity.service import service
from services.identity.tables.sessions import attempts as counted
from shared.clock import MovableClock
from shared.database.transaction import Context, Transaction
from shared.identity.actor import SYSTEM
from tests.identity.world import AGENCY, BETTER, GOOD, SECOND, Office, founded
from tests.support.system import system


async def test_somebody_invited_sets_a_password_and_comes_in(office: Office) -> None:
    account = await office.account("ani", "coordinator")
    entry = await office.entered("ANI ")
    assert entry["roles"] == ["coordinator"]
    assert entry["agency"] == AGENCY
    assert entry["person"] == account
    me = await office.get("/me", by=entry["access_token"])
    assert me.status == 200, me.body
    assert me.body["display_name"] == "Orang ani"
    assert "password" not in me.body


async def test_the_answer_tells_not_which_accounts_there_are(office: Office) -> None:
    await office.account("ani")
    wrong, unknown = await office.try_to_enter("ani", BETTER), await office.try_to_enter("budi", BETTER)
    assert wrong.status == unknown.status == 401
    told = [{key: one.body[key] for key in ("type", "detail", "remedy")} for one in (wrong, unknown)]
    assert told[0] == told[1]


async def test_after_five_failures_each_attempt_waits_twice_as_long(office: Office) -> None:
    await office.account("ani")
    for name in ("ani", "nobody"):
        for _ in range(5):
            assert (await office.try_to_enter(name, BETTER)).body["type"] == "/problems/sign-in-refused"
        expected = 1
        while expected <= 8:
            answer = await office.try_to_enter(name, GOOD)
            assert answer.body["type"] == "/problems/sign-in-too-soon", name
            assert f" {expected} detik" in answer.body["detail"]
            assert answer.headers["Retry-After"] == str(expected)
            office.move(timedelta(seconds=expected))
            assert (await office.try_to_enter(name, BETTER)).body["type"] == "/problems/sign-in-refused"
            expected *= 2
        office.move(LONGEST_DELAY)
    await office.entered("ani")
    assert (await office.try_to_enter("ani", BETTER)).body["type"] == "/problems/sign-in-refused"
    await office.entered("ani")


async def test_no_stranger_keeps_the_owner_out(tmp_path: Path) -> None:
    clock = MovableClock()
    async with system(
        tmp_path, [service], clock=clock, limit_exempt="none", trusted_proxies="127.0.0.1"
    ) as here:
        office = await founded(here)
        await office.account("ani")
        known = (await sign_in(office, "192.0.2.1", GOOD))["browser"]
        for _ in range(8):
            await sign_in(office, "192.0.2.66", BETTER)
        assert await told(office, "192.0.2.66", GOOD) == "sign-in-too-soon", "who guesses waits"
        assert await told(office, "192.0.2.1", GOOD) == "", "from elsewhere the owner comes in"
        # Whoever guesses from a hundred addresses is slowed, and yet nobody whose browser is known.
        for number in range(100):
            await sign_in(office, f"198.51.100.{number}", BETTER)
        assert await told(office, "203.0.113.9", GOOD) == "sign-in-too-soon"
        assert await told(office, "203.0.113.9", GOOD, browser=known) == ""
        assert await told(office, "203.0.113.9", GOOD, browser=known) == "sign-in-too-soon", "it was replaced"
        assert await told(office, "203.0.113.9", GOOD, browser="x" * 43) == "sign-in-too-soon"


async def test_a_known_browser_does_not_guess_either(quick: Office) -> None:
    await quick.account("ani")
    await quick.account("budi")
    body = {"user_name": "ani", "password": BETTER, "browser": (await quick.entered("ani"))["browser"]}
    for _ in range(5):
        assert await quick.refused("/sessions", body) == (401, "sign-in-refused")
    assert await quick.refused("/sessions", body | {"password": GOOD}) == (429, "sign-in-too-soon")
    foreign = body | {"user_name": "budi"}
    for _ in range(5):
        assert await quick.refused("/sessions", foreign) == (401, "sign-in-refused")
    assert await quick.refused("/sessions", foreign) == (429, "sign-in-too-soon"), "known to ani alone"


async def test_who_comes_in_takes_back_the_own_failures_alone(quick: Office) -> None:
    (runtime,) = quick.system.runtimes
    mine, others = (Attempt.at_door(name, "192.0.2.66", "192.0.2.66") for name in ("eve", "ani"))

    def tried(tx: Transaction) -> tuple[int, int]:
        for attempt in [*19 * [others], *3 * [mine]]:
            attempts.waits(tx, attempt)
            attempts.count(tx, attempt)
        before = address_count(tx)
        attempts.forget(tx, mine)
        return before, address_count(tx)

    def address_count(tx: Transaction) -> int:
        query = sa.select(counted.c.count).where(counted.c.key == mine.keys[1])
        return int(tx.execute(query).scalar_one())

    assert await runtime.database.write(Context(SYSTEM, "test", "test"), tried) == (22, 19)


async def sign_in(office: Office, address: str, password: str, name: str = "ani", **more: str) -> Any:
    """What somebody at an address gets who tries to sign in."""
    body = {"user_name": name, "password": password, **more}
    return (await office.post("/sessions", body, X_Forwarded_For=address)).body


async def told(office: Office, address: str, password: str, name: str = "ani", **more: str) -> str:
    """The refusal that somebody at an address meets, "" where there is none."""
    body = await sign_in(office, address, password, name, **more)
    return str(body.get("type", "")).removeprefix("/problems/")


async def test_the_delay_ends_at_a_quarter_of_an_hour(quick: Office) -> None:
    await quick.account("ani")
    for _ in range(15):
        await quick.try_to_enter("ani", BETTER)
        quick.move(LONGEST_DELAY)
    await quick.try_to_enter("ani", BETTER)
    quick.move(LONGEST_DELAY - SECOND)
    assert (await quick.try_to_enter("ani")).body["type"] == "/problems/sign-in-too-soon"
    quick.move(SECOND)
    await quick.entered("ani")


async def test_a_session_is_exchanged_for_access_until_it_ends(office: Office) -> None:
    await office.account("ani", "secretary")
    secret = (await office.entered("ani"))["session"]
    for _ in range(20):
        office.move(timedelta(hours=7))
        access = await office.made("/access", {"secret": secret})
        assert access["roles"] == ["secretary"]
    office.move(timedelta(hours=8))
    assert await office.refused("/access", {"secret": secret}) == (401, "session-unknown")

    secret = (await office.entered("ani"))["session"]
    for _ in range(23):
        office.move(timedelta(hours=7))
        await office.made("/access", {"secret": secret})
    office.move(timedelta(hours=7))
    assert await office.refused("/access", {"secret": secret}) == (401, "session-unknown")


async def test_every_session_is_another_one(office: Office) -> None:
    await office.account("ani")
    first, second = await office.entered("ani"), await office.entered("ani")
    assert first["session"] != second["session"]
    assert first["session_id"] != second["session_id"]
    # A session cannot be prepared: nobody brings one along.
    body = {
        "user_name": "ani",
        "password": GOOD,
        "session": first["session"],
        "session_id": first["session_id"],
    }
    assert await office.refused("/sessions", body) == (422, "invalid-request")


async def test_who_signs_out_has_no_session_any_more(office: Office) -> None:
    await office.account("ani")
    here, there = await office.entered("ani"), await office.entered("ani")
    await office.made("/sessions/end", {"secret": here["session"]})
    assert await office.refused("/access", {"secret": here["session"]}) == (401, "session-unknown")
    await office.made("/sessions/end", {"secret": here["session"]})  # once more is the same
    listed = (await office.get("/me/sessions", by=there["access_token"])).body["items"]
    assert [one["id"] for one in listed] == [there["session_id"]]
    await office.made("/me/sessions/end", by=there["access_token"])
    assert await office.refused("/access", {"secret": there["session"]}) == (401, "session-unknown")


async def test_nothing_about_the_entrance_can_be_only_tried(quick: Office) -> None:
    await quick.account("ani")
    for path, body in (
        ("/sessions", {"user_name": "ani", "password": GOOD}),
        ("/access", {"secret": "kmt_" + "x" * 43}),
        ("/links/use", {"secret": "x" * 43, "password": BETTER}),
    ):
        answer = await quick.post(path, body, dry_run="true")
        assert answer.status in (404, 422), answer.body
    assert (await quick.post("/sessions", {"user_name": "ani", "password": GOOD}, dry_run="true")).body[
        "type"
    ] == "/problems/dry-run-impossible"
