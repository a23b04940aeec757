"""What Prometheus reads: well formed, and moved by what happens."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from services.registry import service
from tests.support.metrics import scrape, value
from tests.support.system import system
from tests.support.wait import eventually

SERVICES = ("partners", "programs", "products", "notifications")


def promtool_or_skip() -> str:
    """The path of promtool; without it the test is skipped, and says so."""
    found = shutil.which("promtool")
    if found is None:
        pytest.skip("promtool is not installed (Debian: apt-get install prometheus), so this did not run")
    return found


async def test_promtool_finds_nothing_to_complain_about(tmp_path: Path) -> None:
    promtool = promtool_or_skip()
    async with system(tmp_path, [service(name) for name in SERVICES]) as here:
        await here.signed_partnership()
        text = await scrape(here.session, here.url)
    checking = await asyncio.create_subprocess_exec(
        promtool, "check", "metrics", stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    _, complaints = await checking.communicate(text.encode())
    ours = [line for line in complaints.decode().splitlines() if line.startswith("kemitraan_")]
    assert (checking.returncode in (0, 3), ours) == (True, []), complaints.decode()


async def test_a_command_its_events_and_a_refusal_are_counted(tmp_path: Path) -> None:
    async with system(tmp_path, [service(name) for name in SERVICES]) as here:
        before = await scrape(here.session, here.url)
        await here.signed_partnership()
        refused = await here.call(
            "POST",
            "/api/partners/v1/organisations",
            {"name": "Polresta Contoh", "kind": "police", "area": "35.15"},
            token=here.token("resident"),
        )
        assert refused.status == 403
        after = before

        def grown(name: str, **labels: str) -> float:
            return value(after, name, **labels) - value(before, name, **labels)

        async def arrived() -> bool:
            nonlocal after
            after = await scrape(here.session, here.url)
            return grown("kemitraan_reactions_total", service="notifications", outcome="done") >= 1

        await eventually(arrived)
        commands = {"service": "partners", "command": "sign_charter"}
        assert grown("kemitraan_commands_total", **commands, outcome="accepted") == 2
        assert grown("kemitraan_command_duration_seconds_count", **commands) == 2
        assert grown("kemitraan_database_commit_duration_seconds_count", service="partners") >= 1
        assert grown("kemitraan_database_commit_size_commands_sum", service="partners") >= 6
        assert grown("kemitraan_commands_total", outcome="refused", reason="role-missing") == 1
        route = "/v1/partnerships/{partnership_id}/signatures"
        assert grown("kemitraan_http_route_duration_seconds_count", route=route, status="201") == 2
        assert grown("kemitraan_http_route_duration_seconds_count", service="partners", status="403") == 1
        assert grown("kemitraan_http_request_duration_seconds_count", service="partners", method="POST") == 7
        assert grown("kemitraan_events_recorded_total", event="partners.partnership-signed") == 1

        async def carried() -> bool:
            nonlocal after
            after = await scrape(here.session, here.url)
            # Two organisations, formed, proposed, endorsed twice, signed; and that somebody was refused.
            published = grown("kemitraan_events_published_total", service="partners") == 8
            projected = [
                grown("kemitraan_events_projected_total", service=name) for name in ("programs", "products")
            ]
            # Both know the organisations too, so that they can name them.
            return published and projected == [3, 3]

        await eventually(carried)
        for runtime in here.runtimes:
            await runtime.sample()
        after = await scrape(here.session, here.url)
        assert value(after, "kemitraan_outbox_pending", service="partners") == 0
        for name in SERVICES:
            # Of these alone: other tests of this process may have left samples of others.
            assert value(after, "kemitraan_projection_lag_events", service=name) == 0
            assert value(after, "kemitraan_dead_letters", service=name) == 0
            assert value(after, "kemitraan_broker_up", service=name) == 1
            assert value(after, "kemitraan_database_up", service=name) == 1
