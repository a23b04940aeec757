"""Indicator periods and their measurements; corrections keep earlier measurements."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from shared.contracts.vocabulary import Measure, MeasurementState
from shared.identity.four_eyes import tie_to_work
from shared.refusal import Refusal
from shared.states import Machine

GRACE = timedelta(days=30)
"""How long after a period's end its measurement counts as missing."""
MEASUREMENT = Machine(
    "measurement",
    {
        (MeasurementState.RECORDED, "verify"): MeasurementState.VERIFIED,
        (MeasurementState.RECORDED, "dispute"): MeasurementState.DISPUTED,
    },
)


class PeriodReversed(Refusal):
    """A period ends on or after its first day."""

    kind = "invalid"
    message = "The period ends on %(ends)s, before it begins on %(starts)s."
    remedy = "Enter a last day on or after the first day of the period."


class PeriodsOverlap(Refusal):
    """The periods of an indicator do not overlap."""

    kind = "conflict"
    message = "The indicator already has an overlapping period, from %(starts)s to %(ends)s."
    remedy = "Choose days outside the existing periods, or set the target of that period."


class TargetAfterMeasurement(Refusal):
    """A target cannot change once the result is known."""

    kind = "conflict"
    message = "The period from %(starts)s to %(ends)s has been measured, so its target cannot change."
    remedy = "Set targets before the period is measured; choose another target for a later period."


class MeasuredAlready(Refusal):
    """A period has one current measurement."""

    kind = "conflict"
    message = "The period from %(starts)s to %(ends)s has already been measured."
    remedy = "Correct its measurement with a reason; the earlier measurement stays readable."


class MeasuredTooEarly(Refusal):
    """A period is measured after it has begun."""

    kind = "invalid"
    message = "The measurement of %(on)s is before its period begins on %(starts)s."
    remedy = "Correct the day of the measurement, or choose the period that includes it."


class JudgedByItsMeasurer(Refusal):
    """Only a party other than the measuring one verifies or disputes."""

    kind = "forbidden"
    message = "Your organisation made this measurement, so another party must judge it."
    remedy = "Ask a representative of another party to verify or dispute it."
    reason = "another party must judge the measurement"


class JudgedByWhoMeasured(Refusal):
    """Four eyes: the judge is another person than anyone who measured the period or uploaded its evidence."""

    kind = "forbidden"
    message = (
        "You took part in this measurement, or belong to the party that made it, so another person must "
        "judge it."
    )
    remedy = "Ask another person from another party to verify or dispute it."
    reason = "another person must judge the measurement"


@dataclass(frozen=True, slots=True)
class Judge:
    """Who judges a measurement: ``belongs`` if they belong to the measuring party, in whatever role.

    ``uploaders`` are the people who uploaded the evidence of the measurement.
    """

    party: UUID
    person: str
    belongs: bool
    uploaders: frozenset[str] = frozenset()


@dataclass(eq=False)
class Measurement:
    """The measurement of a period: ``value``, or for a qualitative indicator ``comment``.

    ``corrects`` is the id of the measurement that this one replaces, ``reason`` why. ``judged_by`` is the
    other party that verified or disputed it, ``dispute`` why it disputed it.
    """

    id: UUID
    value: float | None
    comment: str
    on: date
    organisation_id: UUID
    source: str
    evidence: list[str]
    measured_by: str
    measured_at: datetime
    position: int = 0
    corrects: UUID | None = None
    reason: str = ""
    state: MeasurementState = MeasurementState.RECORDED
    judged_by: UUID | None = None
    judged_at: datetime | None = None
    dispute: str = ""

    def judge(self, act: str, by: Judge, hands: Collection[str], at: datetime, reason: str = "") -> None:
        """Verify or dispute it as another party and another person; ``hands`` measured the period."""
        people = {*hands, *by.uploaders}
        match tie_to_work(by.party, by.person, owner=self.organisation_id, hands=people, belongs=by.belongs):
            case "party":
                raise JudgedByItsMeasurer
            case "person":
                raise JudgedByWhoMeasured
        self.state = MEASUREMENT.after(self.state, act)
        self.judged_by, self.judged_at, self.dispute = by.party, at, reason


@dataclass(eq=False)
class Period:
    """A span of days, both included, with its target and its measurements."""

    id: UUID
    starts: date
    ends: date
    target: float | None
    target_comment: str
    missing_since: datetime | None = None
    measurements: list[Measurement] = field(default_factory=list)

    @property
    def current(self) -> Measurement | None:
        """The current measurement."""
        return self.measurements[-1] if self.measurements else None

    @property
    def days(self) -> dict[str, str]:
        """Its first and last day, as parameters of refusals."""
        return {"starts": self.starts.isoformat(), "ends": self.ends.isoformat()}

    @property
    def missing_from(self) -> date:
        """The first day on which a measurement counts as missing."""
        return self.ends + timedelta(days=1) + GRACE


def reached(measure: Measure, ascending: bool, actual: float | None, target: float | None) -> bool | None:
    """Whether ``actual`` reaches ``target``: at least it if ascending, else at most it.

    Nominal values name classes and have no order, so only the target class itself counts. None if a number
    is missing, as it always is for qualitative indicators.
    """
    if measure == "qualitative" or actual is None or target is None:
        return None
    if measure == "nominal":
        return actual == target
    return actual >= target if ascending else actual <= target
