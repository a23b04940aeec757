"""Upcasters: convert older versions of programme events to the latest version."""

from __future__ import annotations

from typing import Any

from shared.contracts.event import upcaster
from shared.contracts.programs.contributions import ContributionRecorded, ContributionVerified
from shared.contracts.programs.indicators import IndicatorMeasured, MeasurementCorrected
from shared.contracts.programs.problems import IncidentRecorded, SignalObserved
from shared.contracts.programs.programs import ProgramAbandoned, ProgramApproved, ProgramClosed
from shared.contracts.programs.stages import (
    StageCompleted,
    StageReassigned,
    StageReplanned,
    StageSkipped,
    StageStarted,
    StageSubmitted,
)
from shared.contracts.vocabulary import ContributionUnit


def _as_they_were(data: dict[str, Any]) -> dict[str, Any]:
    """Earlier versions had no day: everything was entered on the day of the event."""
    return data


def _without_consent(data: dict[str, Any]) -> dict[str, Any]:
    """A coordinator or the lead did it alone: nobody had endorsed or decided it, or nobody knows."""
    return data


def _of_unknown_source(data: dict[str, Any]) -> dict[str, Any]:
    """What a later version tells besides was not asked."""
    return data


def _of_known_unit(data: dict[str, Any]) -> dict[str, Any]:
    """The unit was a free text: what is not in the list is another unit."""
    return data | {"unit": ContributionUnit.of_text(data["unit"])}


for _kind in (ProgramApproved, ProgramClosed, ProgramAbandoned, StageStarted, StageSubmitted, StageCompleted):
    upcaster(_kind.type(), 1)(_as_they_were)
_BINDING = (ProgramApproved, 2), (ProgramClosed, 2), (ProgramAbandoned, 2)
_OF_STAGES = (StageSkipped, 1), (StageReplanned, 1), (StageReassigned, 1)
for _contract, _version in (*_BINDING, *_OF_STAGES):
    upcaster(_contract.type(), _version)(_without_consent)
upcaster(StageCompleted.type(), 2)(_of_unknown_source)
for _untold in (
    IndicatorMeasured,
    MeasurementCorrected,
    IncidentRecorded,
    SignalObserved,
    ContributionVerified,
):
    upcaster(_untold.type(), 1)(_of_unknown_source)
upcaster(ContributionRecorded.type(), 1)(_of_known_unit)
