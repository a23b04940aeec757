"""Words about activities and contributions."""

from __future__ import annotations

from enum import IntEnum
from typing import Self

from shared.i18n import N_
from shared.labelled import Labelled


class ActivityState(Labelled):
    """The state of an activity."""

    RECORDED = "recorded", N_("Recorded")
    RETRACTED = "retracted", N_("Retracted")


class Intensity(IntEnum):
    """How far an activity restricts people's freedom, from informing to coercing."""

    label: str

    def __new__(cls, value: int, label: str = "") -> Self:
        """A member that is the number ``value``."""
        member = int.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    INFORM = 1, N_("inform")
    ASSIST = 2, N_("assist")
    MEDIATE = 3, N_("mediate")
    RESTRICT = 4, N_("restrict")
    COERCE = 5, N_("coerce")


class Prohibition(Labelled):
    """A prohibition for police–community forums (Skep/737/X/2005)."""

    TASK_UNIT = "task_unit", N_("a task unit of its own")
    POLICE_INSIGNIA = "police_insignia", N_("police insignia")
    CASE_ALONE = "case_alone", N_("a case handled alone")
    COERCION = "coercion", N_("coercion")
    POLITICS = "politics", N_("politics")


class RegulationState(Labelled):
    """The standing of a regulation: in force, revoked, lapsed, or its product withdrawn."""

    IN_FORCE = "in_force", N_("In force")
    REVOKED = "revoked", N_("Revoked")
    LAPSED = "lapsed", N_("No longer in force")
    WITHDRAWN = "withdrawn", N_("Withdrawn")


class ContributionKind(Labelled):
    """A kind of contribution."""

    FUNDS = "funds", N_("Funds")
    TIME = "time", N_("Working time")
    GOODS = "goods", N_("Goods")
    VENUE = "venue", N_("Venue")
    KNOWLEDGE = "knowledge", N_("Knowledge")
    DATA = "data", N_("Data")
    OTHER = "other", N_("Other")


class ContributionUnit(Labelled):
    """The unit of a contribution."""

    HOUR = "hour", N_("Hours")
    DAY = "day", N_("Number of days")
    IDR = "IDR", N_("Rupiah")
    ITEM = "item", N_("Items")
    PACKAGE = "package", N_("Packages")
    SHEET = "sheet", N_("Sheets")
    PORTION = "portion", N_("Portions")
    SESSION = "session", N_("Sessions")
    KG = "kg", N_("Kilograms")
    LITRE = "litre", N_("Litres")
    KM = "km", N_("Kilometres")
    OTHER = "other", N_("Another unit, named in the note")

    @classmethod
    def of_text(cls, text: str) -> ContributionUnit:
        """The unit that a free text of before there was a list means; OTHER if none of them."""
        spoken = text.strip().rstrip(".").casefold()
        if spoken in _SPOKEN:
            return _SPOKEN[spoken]
        return next((unit for unit in cls if unit.value.casefold() == spoken), cls.OTHER)


_SPOKEN = {
    word: unit
    for unit, words in (
        (ContributionUnit.HOUR, ("jam", "hours", "h", "jam kerja", "orang jam", "orang-jam")),
        (ContributionUnit.DAY, ("hari", "days", "hari kerja", "orang hari", "orang-hari")),
        (ContributionUnit.IDR, ("rp", "rupiah")),
        (ContributionUnit.ITEM, ("items", "buah", "unit", "units", "pcs", "biji", "piece", "pieces")),
        (ContributionUnit.PACKAGE, ("paket", "packages", "dus", "kotak")),
        (ContributionUnit.SHEET, ("lembar", "sheets", "eksemplar", "copies")),
        (ContributionUnit.PORTION, ("porsi", "portions", "nasi kotak")),
        (ContributionUnit.SESSION, ("sesi", "sessions", "kali", "pertemuan")),
        (ContributionUnit.KG, ("kilogram", "kilograms", "kilo")),
        (ContributionUnit.LITRE, ("liter", "litres", "liters", "l")),
        (ContributionUnit.KM, ("kilometer", "kilometre", "kilometres")),
    )
    for word in words
}
"""What people wrote in Indonesian and English while the unit was a free text."""


class ContributionState(Labelled):
    """The state of a contribution."""

    RECORDED = "recorded", N_("Recorded")
    VERIFIED = "verified", N_("Verified")
    DISPUTED = "disputed", N_("Disputed")
