"""Upcasters: convert older versions of programme events to the latest version."""

from __future__ import annotations

from typing import Any

from shared.contracts.event import upcaster
from shared.contracts.programs.programs import ProgramAbandoned, ProgramApproved, ProgramClosed
from shared.contracts.programs.stages import StageCompleted, StageStarted, StageSubmitted


def _as_they_were(data: dict[str, Any]) -> dict[str, Any]:
    """Earlier versions had no day: everything was entered on the day of the event."""
    return data


def _without_consent(data: dict[str, Any]) -> dict[str, Any]:
    """Programmes were approved by a coordinator alone: nobody had proposed, endorsed or decided them."""
    return data


for _kind in (ProgramApproved, ProgramClosed, ProgramAbandoned, StageStarted, StageSubmitted, StageCompleted):
    upcaster(_kind.type(), 1)(_as_they_were)
upcaster(ProgramApproved.type(), 2)(_without_consent)
