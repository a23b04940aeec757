"""Words about organisations and what they are in a partnership."""

from __future__ import annotations

from shared.i18n import N_
from shared.labelled import Labelled


class OrganisationKind(Labelled):
    """A kind of organisation."""

    POLICE = "police", N_("Police")
    GOVERNMENT = "government", N_("Government")
    CUSTOMARY = "customary", N_("Customary institution")
    COMMUNITY = "community", N_("Community")
    BUSINESS = "business", N_("Business")
    SCHOOL = "school", N_("School")
    MEDIA = "media", N_("Media")
    NGO = "ngo", N_("Non-governmental organisation")
    OTHER = "other", N_("Other organisation")


class PartyRole(Labelled):
    """The role of a party in a partnership."""

    LEAD = "lead", N_("Lead")
    MEMBER = "member", N_("Member")
    OBSERVER = "observer", N_("Observer")
