"""Measurements: recorded, verified, disputed, corrected."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field

from services.programs.commands.fields import Figure
from services.programs.commands.indicators import MISSING
from services.programs.commands.references import check_evidence
from services.programs.model.evidence import Evidence
from services.programs.model.indicator import Indicator
from services.programs.model.period import Judge, Measurement, Period
from services.programs.tables.evidence import evidence
from services.programs.tables.partnerships import REGISTRY
from shared.command import Command
from shared.contracts.programs import (
    EvidenceUploaded,
    IndicatorMeasured,
    MeasurementCorrected,
    MeasurementDisputed,
    MeasurementVerified,
)
from shared.database import outbox
from shared.database.transaction import Transaction
from shared.fields import Day, Line, Note, Once, Prose


class MeasureIndicator(Command):
    """Record the measurement of a period (representative of a bound party).

    A value was measured on a day; a qualitative indicator has a comment instead. ``source`` says where the
    value comes from, ``evidence`` are ids of uploads.
    """

    indicator_id: UUID
    period_id: UUID
    value: Figure | None = None
    comment: Note = ""
    on: Day
    source: Line
    evidence: Annotated[tuple[UUID, ...], Field(max_length=50), Once] = ()


class CorrectMeasurement(Command):
    """Correct the current measurement of a period, for a reason; the earlier measurement stays readable."""

    indicator_id: UUID
    measurement_id: UUID
    value: Figure | None = None
    comment: Note = ""
    on: Day
    source: Line
    evidence: Annotated[tuple[UUID, ...], Field(max_length=50), Once] = ()
    reason: Prose


class VerifyMeasurement(Command):
    """Verify the current measurement of a period (another person, from another bound party)."""

    indicator_id: UUID
    measurement_id: UUID


class DisputeMeasurement(Command):
    """Dispute the current measurement of a period (another person, from another bound party).

    The reason is public. A correction answers the dispute.
    """

    indicator_id: UUID
    measurement_id: UUID
    reason: Prose


def measure_indicator(tx: Transaction, command: MeasureIndicator) -> Indicator:
    """Record the measurement of a period, as a bound party."""
    indicator = tx.get(Indicator, command.indicator_id)
    measurement = _measurement(tx, indicator, command)
    period = indicator.period(command.period_id)
    indicator.record(period, measurement, _today(tx, indicator))
    tx.drop_timer(MISSING, indicator.id, key=str(period.id))
    tx.record(
        IndicatorMeasured(
            **_facts(indicator, period, measurement),
            title=indicator.title,
            on=measurement.on,
            value=measurement.value,
            target=period.target,
            on_target=indicator.on_target(period),
            evidence=_hashes(tx, measurement),
        )
    )
    return indicator


def correct_measurement(tx: Transaction, command: CorrectMeasurement) -> Indicator:
    """Correct the current measurement of a period, as a bound party."""
    indicator = tx.get(Indicator, command.indicator_id)
    measurement = _measurement(tx, indicator, command)
    period = indicator.correct(command.measurement_id, measurement, command.reason, _today(tx, indicator))
    tx.record(
        MeasurementCorrected(
            **_facts(indicator, period, measurement),
            corrects=command.measurement_id,
            on=measurement.on,
            value=measurement.value,
            target=period.target,
            on_target=indicator.on_target(period),
            reason=command.reason,
            evidence=_hashes(tx, measurement),
        )
    )
    return indicator


def verify_measurement(tx: Transaction, command: VerifyMeasurement) -> Indicator:
    """Verify the current measurement of a period, as another bound party and another person."""
    indicator = tx.get(Indicator, command.indicator_id)
    judge = _judge(tx, indicator, command.measurement_id)
    period, measurement = indicator.verify(command.measurement_id, judge, tx.now)
    _require_other_custodian(tx, indicator, period, measurement)
    tx.record(
        MeasurementVerified(
            **_facts(indicator, period, measurement),
            title=indicator.title,
            on=measurement.on,
            value=measurement.value,
            verified_by=judge.party,
        )
    )
    return indicator


def dispute_measurement(tx: Transaction, command: DisputeMeasurement) -> Indicator:
    """Dispute the current measurement of a period, as another bound party and another person."""
    indicator = tx.get(Indicator, command.indicator_id)
    judge = _judge(tx, indicator, command.measurement_id)
    period, measurement = indicator.dispute(command.measurement_id, judge, tx.now, command.reason)
    _require_other_custodian(tx, indicator, period, measurement)
    tx.record(
        MeasurementDisputed(
            **_facts(indicator, period, measurement),
            title=indicator.title,
            disputed_by=judge.party,
            reason=command.reason,
        )
    )
    return indicator


def _facts(indicator: Indicator, period: Period, measurement: Measurement) -> dict[str, Any]:
    """The fields of every event of a measurement."""
    return {
        "indicator_id": indicator.id,
        "program_id": indicator.program_id,
        "partnership_id": indicator.partnership_id,
        "problem_id": indicator.problem_id,
        "measurement_id": measurement.id,
        "period_start": period.starts,
        "period_end": period.ends,
        "organisation_id": measurement.organisation_id,
    }


def _judge(tx: Transaction, indicator: Indicator, measurement_id: UUID) -> Judge:
    party = REGISTRY.acting_party(tx, indicator)
    _, measurement = indicator.current(measurement_id)
    return Judge(
        party,
        tx.actor.person,
        REGISTRY.people.belongs(tx, tx.actor.person, measurement.organisation_id),
        frozenset(file.uploaded_by for file in _files(tx, measurement)),
    )


def _require_other_custodian(
    tx: Transaction, indicator: Indicator, period: Period, measurement: Measurement
) -> None:
    """Compare the actor's custodian with those by whom its party measured the period and uploaded files."""
    owner = measurement.organisation_id
    theirs = {"period_start": period.starts.isoformat(), "organisation_id": str(owner)}
    measured = [act for act in outbox.history(tx.session, indicator.id) if theirs.items() <= act.data.items()]
    files = [file.id for file in _files(tx, measurement) if file.organisation_id == owner]
    uploaded = outbox.history(tx.session, sa.select(evidence.c.id).where(evidence.c.id.in_(files)))
    work = IndicatorMeasured, MeasurementCorrected, EvidenceUploaded
    REGISTRY.require_other_custodian(tx, indicator, owner, [*measured, *uploaded], *work)


def _files(tx: Transaction, measurement: Measurement) -> list[Evidence]:
    uploads = (tx.session.get(Evidence, UUID(upload)) for upload in measurement.evidence)
    return [file for file in uploads if file is not None]


def _hashes(tx: Transaction, measurement: Measurement) -> tuple[str, ...]:
    return tuple(file.sha256 for file in _files(tx, measurement))


def _today(tx: Transaction, indicator: Indicator) -> date:
    return REGISTRY.today_of(tx, indicator, *indicator.locations)


def _measurement(
    tx: Transaction, indicator: Indicator, measured: MeasureIndicator | CorrectMeasurement
) -> Measurement:
    party = REGISTRY.acting_party(tx, indicator)
    check_evidence(tx, indicator.partnership_id, measured.evidence)
    return Measurement(
        id=tx.new_id(),
        value=measured.value,
        comment=measured.comment,
        on=measured.on,
        organisation_id=party,
        source=measured.source,
        evidence=[str(upload) for upload in measured.evidence],
        measured_by=tx.actor.person,
        measured_at=tx.now,
    )
