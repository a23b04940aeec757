"""What is refused wherever something is done in a partnership."""

from __future__ import annotations

from shared.refusal import Refusal


class UnknownPartnership(Refusal):
    """No signed partnership has that id, as far as this service has heard."""

    kind = "unknown"
    message = "There is no signed partnership with the id %(id)s."
    remedy = "This needs a signed partnership. If it was signed just now, try again in a moment."


class PartnershipOver(Refusal):
    """Nothing new begins in a partnership that ended."""

    kind = "conflict"
    message = "The partnership “%(title)s” has ended."
    remedy = "Form a new partnership to go on together."


class PartyNotNamed(Refusal):
    """A coordinator acts for no party."""

    kind = "invalid"
    message = "A coordinator acts for no party, so the party that did this must be named."
    remedy = "Name the organisation, or let its own representative record it."


class PartyNotBound(Refusal):
    """What is done for a partnership is done by those who are bound by it."""

    kind = "invalid"
    message = "The organisation %(id)s is not bound by this partnership."
    remedy = "Name one of the partnership's parties; observers are bound to nothing."


class ActsOfAnother(Refusal):
    """A representative tells what the own organisation did."""

    kind = "forbidden"
    message = "A representative cannot record what another organisation did."
    remedy = "Let a representative of that organisation record it, or a coordinator of the agency."
    reason = "another organisation did it"


class LeftTheOrganisation(Refusal):
    """Who belongs to an organisation no longer, or retired, signs nothing for it."""

    kind = "forbidden"
    message = "By the registry you belong to your organisation no longer, so you cannot act for it."
    remedy = "Let somebody who belongs to it do this, or let a coordinator begin your membership again."
    reason = "the person does not belong to the organisation any more"
