"""What was kept for long enough is forgotten, by the clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from shared.clock import MovableClock
from shared.database.tables import idempotency_keys
from shared.observability.metrics import FORGOTTEN
from tests.privacy.world import EMAILS, NAMES, Life
from tests.support.wait import eventually

KEPT = sa.select(sa.func.count()).select_from(idempotency_keys)


async def test_what_is_over_is_forgotten_in_its_time(one: Life) -> None:
    clock = one.here.clock
    assert isinstance(clock, MovableClock)
    before = FORGOTTEN.labels("partners", "persons")._value.get()
    await one.made(f"partners/persons/{one.person}/retire")
    await one.made(f"identity/accounts/{one.account}/close")
    ended = f"/api/notifications/v1/subscriptions/{one.subscriptions[0]}"
    assert (await one.here.call("DELETE", ended, token=one.token)).status == 200
    assert await _addresses(one) == {"", *_masked(EMAILS[1:])} - {""}

    clock.move(timedelta(days=8))
    await eventually(lambda: _answers(one, 0))
    assert (await one.got(f"identity/accounts/{one.account}"))["email"] == EMAILS[1]

    clock.move(timedelta(days=90))
    await eventually(lambda: _no_addresses(one))
    assert (await one.got(f"partners/persons/{one.person}"))["name"] == NAMES[1]

    clock.move(timedelta(days=365))
    await eventually(lambda: _is_blank(one, f"identity/accounts/{one.account}", "display_name"))
    assert (await one.got(f"partners/persons/{one.person}"))["name"] == NAMES[1]

    clock.move(timedelta(days=1825))
    await eventually(lambda: _is_blank(one, f"partners/persons/{one.person}", "name"))
    assert (await one.got(f"partners/memberships/{one.membership}"))["until"] == "2026-01-05"
    await eventually(lambda: _no_audit(one))
    assert FORGOTTEN.labels("partners", "persons")._value.get() == before + 1

    clock.move(timedelta(days=1825))
    await eventually(lambda: _no_membership(one))


def _masked(addresses: tuple[str, ...]) -> set[str]:
    return {f"{one[0]}…@{one.partition('@')[2]}" for one in addresses}


async def _addresses(one: Life) -> set[str]:
    listed: list[dict[str, Any]] = (await one.got("notifications/deliveries"))["items"]
    return {item["address"] for item in listed if item["channel"] == "email"}


async def _no_addresses(one: Life) -> bool:
    return await _addresses(one) == {""}


async def _is_blank(one: Life, path: str, name: str) -> bool:
    return (await one.got(path))[name] in ("", None)


async def _no_audit(one: Life) -> bool:
    return (await one.got("identity/audit"))["items"] == []  # type: ignore[no-any-return]


async def _no_membership(one: Life) -> bool:
    return (await one.got("partners/memberships"))["items"] == []  # type: ignore[no-any-return]


async def _answers(one: Life, wanted: int) -> bool:
    found = 0
    for runtime in one.here.runtimes:
        found += await runtime.database.read(lambda session: session.connection().scalar(KEPT) or 0)
    return found == wanted
