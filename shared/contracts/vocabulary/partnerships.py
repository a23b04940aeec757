"""Words about partnerships, their charters, their agreements and their contacts."""

from __future__ import annotations

from shared.i18n import N_
from shared.labelled import Labelled


class PartnershipState(Labelled):
    """The state of a partnership."""

    FORMING = "forming", N_("Forming")
    PROPOSED = "proposed", N_("Charter proposed")
    SIGNED = "signed", N_("Signed")
    ENDED = "ended", N_("Ended")


class LifecycleStage(Labelled):
    """A stage of the life cycle of a collaborative relationship (ISO 44001:2017, clause 8), in its order."""

    OPERATIONAL_AWARENESS = "operational_awareness", N_("Operational awareness")
    KNOWLEDGE = "knowledge", N_("Knowledge")
    INTERNAL_ASSESSMENT = "internal_assessment", N_("Internal assessment")
    PARTNER_SELECTION = "partner_selection", N_("Partner selection")
    WORKING_TOGETHER = "working_together", N_("Working together")
    VALUE_CREATION = "value_creation", N_("Value creation")
    STAYING_TOGETHER = "staying_together", N_("Staying together")
    EXIT_STRATEGY = "exit_strategy", N_("Exit strategy activation")


class CharterField(Labelled):
    """A field of a charter."""

    VISION = "vision", N_("Vision")
    MISSION = "mission", N_("Mission")
    MEANS = "means", N_("Means")


class Means(Labelled):
    """A means by which a partnership works."""

    EDUCATE = "educate", N_("Educate")
    PROTECT = "protect", N_("Protect")
    CHANNEL = "channel", N_("Channels of communication")
    COORDINATE = "coordinate", N_("Coordinate")
    ACT = "act", N_("Act")


class AgreementKind(Labelled):
    """A kind of agreement."""

    MOU = "mou", N_("Memorandum of understanding")
    PKS = "pks", N_("Cooperation agreement")
    DECREE = "decree", N_("Decree")
    OTHER = "other", N_("Other")


class DisclosureException(Labelled):
    """Why the text of an agreement is not public: the classes of Law 14/2008, Art. 17."""

    LAW_ENFORCEMENT = "law_enforcement", N_("Ongoing law enforcement (Art. 17(a))")
    BUSINESS = "business", N_("Intellectual property and fair competition (Art. 17(b))")
    DEFENCE = "defence", N_("Defence and security of the state (Art. 17(c))")
    NATURAL_WEALTH = "natural_wealth", N_("Natural wealth of the country (Art. 17(d))")
    ECONOMY = "economy", N_("National economic resilience (Art. 17(e))")
    FOREIGN_RELATIONS = "foreign_relations", N_("Foreign relations (Art. 17(f))")
    PRIVATE_DEED = "private_deed", N_("Private deeds and wills (Art. 17(g))")
    PERSONAL_DATA = "personal_data", N_("Personal secrets (Art. 17(h))")
    INTERNAL_LETTER = "internal_letter", N_("Confidential official correspondence (Art. 17(i))")
    OTHER_LAW = "other_law", N_("Secret by another law (Art. 17(j))")


class AgreementState(Labelled):
    """The state of an agreement."""

    UNCONFIRMED = "unconfirmed", N_("Confirmations awaited")
    REGISTERED = "registered", N_("Registered")
    IN_FORCE = "in_force", N_("In force")
    EXPIRED = "expired", N_("Expired")
    TERMINATED = "terminated", N_("Terminated")


class ContactKind(Labelled):
    """A kind of contact."""

    VISIT = "visit", N_("Visit")
    CALL = "call", N_("Call")
    MESSAGE = "message", N_("Message")
    OTHER = "other", N_("Other")
