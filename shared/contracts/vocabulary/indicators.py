"""Words about indicators."""

from __future__ import annotations

from shared.i18n import N_
from shared.labelled import Labelled


class ResultType(Labelled):
    """The type of result that an indicator measures (IATI)."""

    OUTPUT = "output", N_("Output")
    OUTCOME = "outcome", N_("Outcome")
    IMPACT = "impact", N_("Impact")


class Measure(Labelled):
    """The measure of an indicator (IATI)."""

    UNIT = "unit", N_("Number of units")
    PERCENTAGE = "percentage", N_("Percentage")
    NOMINAL = "nominal", N_("Nominal scale")
    ORDINAL = "ordinal", N_("Ordinal scale")
    QUALITATIVE = "qualitative", N_("In words")


class Capacity(Labelled):
    """The capacity of a community that an indicator measures."""

    DETER = "deter", N_("Power to deter")
    SOLVE = "solve", N_("Power to solve")
    IMPROVE = "improve", N_("Power to improve")
    BUILD = "build", N_("Power to build")


class MeasurementState(Labelled):
    """The state of a measurement."""

    RECORDED = "recorded", N_("Recorded")
    VERIFIED = "verified", N_("Verified")
    DISPUTED = "disputed", N_("Disputed")
