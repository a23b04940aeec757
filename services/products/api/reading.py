"""Reader context: today's date at the installation, and the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from shared.http.door import Door
from shared.i18n import negotiate, translator


def today(door: Door) -> date:
    """The calendar day in the users' time zone."""
    runtime = door.runtime
    return runtime.clock.now().astimezone(runtime.settings.time_zone).date()


def words(door: Door) -> Callable[[str], str]:
    """The translator into the reader's language."""
    return translator(negotiate(door.request.headers.get("accept-language")))
