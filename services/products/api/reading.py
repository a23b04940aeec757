"""Reader context: today's date at the installation, and the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from shared.http.door import Door
from shared.i18n import negotiate, translator


def today(door: Door) -> date:
    """The calendar day where the system's users live."""
    runtime = door.runtime
    return runtime.clock.now().astimezone(runtime.settings.time_zone).date()


def words(door: Door) -> Callable[[str], str]:
    """The translation into the language that the reader asked for."""
    return translator(negotiate(door.request.headers.get("accept-language")))
