"""Somebody's life, on either database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.privacy.world import Life, life
from tests.support.postgres import Postgres
from tests.support.smtp import SmtpSink


@pytest.fixture(params=["sqlite", "postgresql"])
async def one(request: pytest.FixtureRequest, tmp_path: Path, smtp: SmtpSink) -> AsyncIterator[Life]:
    """Somebody who takes part, on either database."""
    postgres: Postgres | None = None
    if request.param == "postgresql":
        postgres = request.getfixturevalue("postgres")
    async with life(tmp_path, smtp, postgres) as lived:
        yield lived
