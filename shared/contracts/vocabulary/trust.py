"""Words about rounds of trust."""

from __future__ import annotations

from shared.i18n import N_
from shared.labelled import Labelled


class RoundState(Labelled):
    """The state of a trust round."""

    OPEN = "open", N_("Open")
    CLOSED = "closed", N_("Closed")


class TrustDimension(Labelled):
    """A dimension of trust: four of integrity, mutual strengthening and mutual benefit."""

    HONESTY = "honesty", N_("Honesty")
    SINCERITY = "sincerity", N_("Sincerity")
    TRANSPARENCY = "transparency", N_("Transparency")
    ACCOUNTABILITY = "accountability", N_("Accountability")
    STRENGTHENING = "strengthening", N_("Strengthening each other")
    BENEFIT = "benefit", N_("Benefit for each other")


class Mutual(Labelled):
    """Whether trust is mutual, in bands, because a number could reveal what one party gave another.

    That all means are equal has no value of its own: stating it would reveal them.
    """

    HOLDS = "holds", N_("Holds")
    DOES_NOT = "does_not", N_("Not shown")
    TOO_FEW = "too_few", N_("Too few scored")


class Withheld(Labelled):
    """Why the means of a round are not shown: others could infer a party's scores from them."""

    TOO_FEW = "too_few", N_("Too few scored")
    TOO_ALIKE = "too_alike", N_("Scores too much alike")
