"""OpenID Connect sign-ins in progress: state, nonce and time limit."""

from __future__ import annotations

from datetime import timedelta

from shared.refusal import Refusal

AWAY = timedelta(minutes=10)
ON_THE_STEP = timedelta(minutes=1)


class VisitUnknown(Refusal):
    """The return from the provider does not match a recent departure in this browser."""

    kind = "invalid"
    message = "This sign-in was not started in this browser."
    remedy = "Start again from the sign-in page."


class SeveralAccounts(Refusal):
    """An address may have accounts in several agencies; it does not choose between them."""

    kind = "conflict"
    message = "Your address has accounts in several agencies: %(agencies)s."
    remedy = "Start again from the sign-in page and choose the agency."


class NoProvider(Refusal):
    """No provider is configured: people sign in with passwords."""

    kind = "unknown"
    message = "No identity provider is configured here."
    remedy = "Sign in with your user name and password."
