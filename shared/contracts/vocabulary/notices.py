"""Words about subscriptions and what is delivered."""

from __future__ import annotations

from shared.i18n import N_
from shared.labelled import Labelled


class Channel(Labelled):
    """A channel for notices."""

    EMAIL = "email", N_("E-mail")
    WEBHOOK = "webhook", N_("Webhook")
    INBOX = "inbox", N_("Inbox")


class Scope(Labelled):
    """The scope of a subscription."""

    ALL = "all", N_("All partnerships")
    AGENCY = "agency", N_("Partnerships of an agency")
    PARTNERSHIP = "partnership", N_("One partnership")


class SubscriptionState(Labelled):
    """The state of a subscription."""

    PENDING = "pending", N_("Pending")
    ACTIVE = "active", N_("Active")
    SUSPENDED = "suspended", N_("Suspended")
    ENDED = "ended", N_("Ended")


class DeliveryState(Labelled):
    """The state of a delivery."""

    PLANNED = "planned", N_("Planned")
    SENDING = "sending", N_("Being sent")
    UNKNOWN = "unknown", N_("Unknown")
    RETRY = "retry", N_("To be tried again")
    DELIVERED = "delivered", N_("Delivered")
    DEAD = "dead", N_("Failed")


class LetterState(Labelled):
    """The state of a dead letter."""

    PARKED = "parked", N_("Parked")
    REPLAYED = "replayed", N_("Replayed")
    DISCARDED = "discarded", N_("Discarded")
