"""Events about indicators."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.contracts.vocabulary import Capacity, Measure, ResultType
from shared.i18n import N_


class IndicatorDefined(
    Event,
    publisher="programs",
    aggregate="indicator_id",
    label=N_("Indicator defined"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """An indicator was defined with its baseline, in the structure of an IATI indicator (2.03)."""

    indicator_id: UUID
    program_id: UUID
    partnership_id: UUID
    problem_id: UUID | None
    title: str
    result: ResultType
    measure: Measure
    ascending: bool
    capacity: Capacity | None
    baseline: float | None
    baseline_on: date | None


class TargetSet(
    Event,
    publisher="programs",
    aggregate="indicator_id",
    label=N_("Target set"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """The target of a period was set."""

    indicator_id: UUID
    program_id: UUID
    partnership_id: UUID
    period_start: date
    period_end: date
    target: float | None


class IndicatorMeasured(
    Event,
    publisher="programs",
    aggregate="indicator_id",
    label=N_("Indicator measured"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    version=2,
):
    """A period was measured; ``on_target`` is None if either value is missing.

    ``organisation_id`` is the party that measured, ``evidence`` the SHA-256 of each file that it refers to.
    The first version, also of a correction, does not say who measured.
    """

    indicator_id: UUID
    program_id: UUID
    partnership_id: UUID
    problem_id: UUID | None
    measurement_id: UUID
    title: str
    period_start: date
    period_end: date
    on: date
    value: float | None
    target: float | None
    on_target: bool | None
    organisation_id: UUID | None = None
    evidence: tuple[str, ...] = ()


class MeasurementCorrected(
    Event,
    publisher="programs",
    aggregate="indicator_id",
    label=N_("Measurement corrected"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    version=2,
):
    """A measurement was corrected; the earlier one stays readable."""

    indicator_id: UUID
    program_id: UUID
    partnership_id: UUID
    problem_id: UUID | None
    measurement_id: UUID
    corrects: UUID
    period_start: date
    period_end: date
    on: date
    value: float | None
    target: float | None
    on_target: bool | None
    reason: str
    organisation_id: UUID | None = None
    evidence: tuple[str, ...] = ()


class MeasurementVerified(
    Event,
    publisher="programs",
    aggregate="indicator_id",
    label=N_("Measurement verified by another party"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A bound party other than the measuring one (``organisation_id``) verified a measurement."""

    indicator_id: UUID
    program_id: UUID
    partnership_id: UUID
    problem_id: UUID | None
    measurement_id: UUID
    title: str
    period_start: date
    period_end: date
    on: date
    value: float | None
    organisation_id: UUID
    verified_by: UUID


class MeasurementDisputed(
    Event,
    publisher="programs",
    aggregate="indicator_id",
    label=N_("Measurement disputed"),
    headline=N_("A party disputed a measurement of “%(title)s”: %(reason)s"),
    audience=Audience.PUBLIC,
    notice=Notice.NEWS,
):
    """A bound party other than the measuring one (``organisation_id``) disputed a measurement."""

    indicator_id: UUID
    program_id: UUID
    partnership_id: UUID
    problem_id: UUID | None
    measurement_id: UUID
    title: str
    period_start: date
    period_end: date
    organisation_id: UUID
    disputed_by: UUID
    reason: str


class MeasurementMissing(
    Event,
    publisher="programs",
    aggregate="indicator_id",
    label=N_("Measurement missing"),
    audience=Audience.PUBLIC,
    notice=Notice.ACTION,
):
    """A period has no measurement thirty days after its end."""

    indicator_id: UUID
    program_id: UUID
    partnership_id: UUID
    title: str
    period_start: date
    period_end: date
