"""What is refused wherever something is done in a partnership."""

from __future__ import annotations

from shared.refusal import Refusal


class UnknownPartnership(Refusal):
    """No signed partnership has that id, according to this service's copy."""

    kind = "unknown"
    message = "There is no signed partnership with the id %(id)s."
    remedy = "This needs a signed partnership. If it was signed just now, try again in a moment."


class PartnershipOver(Refusal):
    """Nothing new begins in an ended partnership."""

    kind = "conflict"
    message = "The partnership “%(title)s” has ended."
    remedy = "Form a new partnership to continue."


class PartyNotNamed(Refusal):
    """A coordinator acts for no party, and must name one."""

    kind = "invalid"
    message = "A coordinator acts for no party, so the party must be given."
    remedy = "Choose the organisation, or ask its representative to record it."


class PartyNotBound(Refusal):
    """Only bound parties work for a partnership."""

    kind = "invalid"
    message = "The organisation %(id)s is not bound by this partnership."
    remedy = "Choose one of the partnership's parties that is not an observer."


class ActsOfAnother(Refusal):
    """A representative records only their own organisation's work."""

    kind = "forbidden"
    message = "A representative cannot record the work of another organisation."
    remedy = "Ask a representative of that organisation, or a coordinator of the agency, to record it."
    reason = "it is the work of another organisation"


class DecisionUnknown(Refusal):
    """The decision was taken by a quorate board of the partnership."""

    kind = "invalid"
    message = "No board of this partnership has a decision with the id %(id)s."
    remedy = (
        "Use the id of a meeting's outcome of the kind decision. If it was just recorded, try again "
        "in a moment."
    )


class DecisionNotMinuted(Refusal):
    """What binds all parties rests on a decision that a second member has confirmed."""

    kind = "conflict"
    message = "The minutes of the meeting that took this decision have not been approved yet."
    remedy = (
        "Have a member who was present approve the minutes first. If that was just done, try again in a "
        "moment."
    )


class LeftTheOrganisation(Refusal):
    """Only current members act for an organisation."""

    kind = "forbidden"
    message = "According to the registry you no longer belong to your organisation, so you cannot act for it."
    remedy = "Ask one of its members to do this, or ask a coordinator to renew your membership."
    reason = "the person no longer belongs to the organisation"
