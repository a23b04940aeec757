"""Words about rounds of trust."""

from __future__ import annotations

from shared.i18n import N_
from shared.labelled import Labelled


class RoundState(Labelled):
    """Where a trust round stands."""

    OPEN = "open", N_("Open")
    CLOSED = "closed", N_("Closed")


class TrustDimension(Labelled):
    """What trust is made of: honest, sincere, open, answerable; strengthening each other, and of benefit."""

    HONESTY = "honesty", N_("Honesty")
    SINCERITY = "sincerity", N_("Sincerity")
    TRANSPARENCY = "transparency", N_("Transparency")
    ACCOUNTABILITY = "accountability", N_("Accountability")
    STRENGTHENING = "strengthening", N_("Strengthening each other")
    BENEFIT = "benefit", N_("Benefit for each other")


class Mutual(Labelled):
    """Whether trust is mutual: by bands, as no number may tell what one party gave another.

    Not told apart is where all means are the same: to say so would tell them.
    """

    HOLDS = "holds", N_("Holds")
    DOES_NOT = "does_not", N_("Not shown")
    TOO_FEW = "too_few", N_("Too few scored")


class Withheld(Labelled):
    """Why the means of a round are not shown: others could reckon from them what a party gave."""

    TOO_FEW = "too_few", N_("Too few scored")
    TOO_ALIKE = "too_alike", N_("Scores too much alike")
