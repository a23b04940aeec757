"""Words about problems."""

from __future__ import annotations

from shared.i18n import N_
from shared.labelled import Labelled


class Impact(Labelled):
    """The impact of a problem on a community."""

    DISTURBS = "disturbs", N_("It disturbs what the community does")
    HINDERS = "hinders", N_("It hinders what the community does")
    DAMAGES = "damages", N_("It damages what the community does")
    DESTROYS = "destroys", N_("It destroys what the community does")


class ProblemPhase(Labelled):
    """The phases of problem-oriented policing (Eck and Spelman 1987), and closed."""

    SCANNING = "scanning", N_("Scanning")
    ANALYSIS = "analysis", N_("Analysis")
    RESPONSE = "response", N_("Response")
    ASSESSMENT = "assessment", N_("Assessment")
    CLOSED = "closed", N_("Closed")


class Side(Labelled):
    """A side of the problem-analysis triangle."""

    OFFENDER = "offender", N_("Offender")
    TARGET = "target", N_("Target of the offence")
    PLACE = "place", N_("Place")
