"""Words about products: what they are, and how they are found."""

from __future__ import annotations

from shared.i18n import N_
from shared.labelled import Labelled


class ProductKind(Labelled):
    """A kind of product."""

    SITUATION_PICTURE = "situation_picture", N_("Situation picture")
    GUIDANCE = "guidance", N_("Guidance")
    EDUCATION_MATERIAL = "education_material", N_("Education material")
    LEGAL_UMBRELLA = "legal_umbrella", N_("Legal umbrella")
    REFERENCE = "reference", N_("Reference")


class LegalRank(Labelled):
    """The rank of a regulation, the highest first (Law 12/2011, Articles 7 and 8)."""

    STATUTE = "statute", N_("Statute")
    GOVERNMENT_REGULATION = "government_regulation", N_("Government regulation")
    POLICE_REGULATION = "police_regulation", N_("Police regulation")
    REGIONAL_REGULATION = "regional_regulation", N_("Regional regulation")
    VILLAGE_REGULATION = "village_regulation", N_("Village regulation")
    JOINT_DECREE = "joint_decree", N_("Joint decree")
    CHARTER = "charter", N_("Charter")


class Tense(Labelled):
    """The time that a situation picture shows."""

    PAST = "past", N_("Past")
    PRESENT = "present", N_("Present")
    FUTURE = "future", N_("Future")


class Subject(Labelled):
    """The subject of a situation picture."""

    PROBLEM = "problem", N_("Problem")
    POTENTIAL = "potential", N_("Potential")


class Medium(Labelled):
    """The medium of a product."""

    PRINT = "print", N_("Print")
    ELECTRONIC = "electronic", N_("Electronic")


class FileRole(Labelled):
    """The role of a file in a product."""

    MAIN = "main", N_("Main file")
    ATTACHMENT = "attachment", N_("Attachment")


class Language(Labelled):
    """The language of a text (ISO 639)."""

    ID = "id", N_("Indonesian")
    EN = "en", N_("English")
    JV = "jv", N_("Javanese")
    MAD = "mad", N_("Madurese")


class CoverageState(Labelled):
    """The state of a cell of the coverage matrix: a kind of product, for a phase and an audience."""

    CURRENT = "current", N_("available")
    ENDED = "ended", N_("no longer available")
    EXEMPT = "exempt", N_("none is needed")
    NONE = "none", N_("none")
