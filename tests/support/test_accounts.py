"""Tests that share a nats-server see nothing of one another."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.events import streams
from shared.events.broker import EVENTS, Bus
from tests.support import accounts
from tests.support.accounts import Account, Shared

SUBJECT = "evt.polresta-contoh.testing.thing-made.v1.x"


async def stored(account: Account) -> int:
    """How many events the account holds after one more was published in it."""
    bus = Bus(account.url, "testing")
    await bus.start()
    await streams.apply(bus, 1, [])
    await bus.request(SUBJECT, b"{}")
    held: int = (await bus.api(f"STREAM.INFO.{EVENTS}"))["state"]["messages"]
    await bus.stop()
    return held


async def test_accounts_share_a_server_and_nothing_else(tmp_path: Path) -> None:
    async with Account(tmp_path) as first, Account(tmp_path) as second:
        assert first.port == second.port
        assert (await stored(first), await stored(second)) == (1, 1)
    async with Account(tmp_path) as third:
        assert await stored(third) == 1, "nobody gets an account that another had"


async def test_a_server_that_has_no_account_left_ends_with_its_last_tenant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "ACCOUNTS", 2)
    monkeypatch.setattr(Shared, "current", None)
    async with Account(tmp_path) as first:
        async with Account(tmp_path) as second, Account(tmp_path) as third:
            assert first.port == second.port != third.port
        server = first._shared
        assert server.running
    assert not server.folder.exists(), "it has ended, and left nothing behind"
    third._shared.end()


async def test_who_would_kill_a_shared_server_is_told_to_take_another(tmp_path: Path) -> None:
    async with Account(tmp_path) as account:
        with pytest.raises(AssertionError, match="take one of your own"):
            account.kill()
        assert account.running
