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


class Severity(Labelled):
    """How much harm an incident did, or an early sign points to."""

    SLIGHT = "slight", N_("Slight: nobody was hurt")
    SERIOUS = "serious", N_("Serious: people were hurt, or much was damaged")
    GRAVE = "grave", N_("Grave: a life was lost or in danger")


class FindingSource(Labelled):
    """Where the knowledge of an incident or early sign comes from."""

    POLICE_REPORT = "police_report", N_("Police report")
    PATROL = "patrol", N_("Patrol or night watch")
    RESIDENT = "resident", N_("Resident")
    VILLAGE_OFFICE = "village_office", N_("Village office")
    SCHOOL = "school", N_("School")
    CLINIC = "clinic", N_("Clinic or hospital")
    MEDIA = "media", N_("Media")
    OTHER = "other", N_("Another source")
