"""Who comes in, and who does not: passwords, delays, sessions."""

from __future__ import annotations

from datetime import timedelta

from services.identity.model.attempts import LONGEST_DELAY
from tests.identity.world import AGENCY, BETTER, GOOD, SECOND, Office


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
    # A session cannot be prepared: what one sends along is not looked at.
    body = {
        "user_name": "ani",
        "password": GOOD,
        "session": first["session"],
        "session_id": first["session_id"],
    }
    third = await office.made("/sessions", body)
    assert third["session"] not in (first["session"], second["session"])


async def test_who_signs_out_has_no_session_any_more(office: Office) -> None:
    await office.account("ani")
    here, there = await office.entered("ani"), await office.entered("ani")
    await office.made("/sessions/end", {"secret": here["session"]})
    assert await office.refused("/access", {"secret": here["session"]}) == (401, "session-unknown")
    await office.made("/sessions/end", {"secret": here["session"]})  # once more is the same
    listed = (await office.get("/me/sessions", by=there["access_token"])).body
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
