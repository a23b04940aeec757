"""OpenID Connect sign-ins in progress: state, nonce and time limit."""

from __future__ import annotations

from datetime import timedelta

from shared.refusal import Refusal

AWAY = timedelta(minutes=10)
ON_THE_STEP = timedelta(minutes=1)


class VisitUnknown(Refusal):
    """Who comes back has not left from here, in this browser, a short while ago."""

    kind = "invalid"
    message = "This sign-in was not started in this browser."
    remedy = "Start again from the sign-in page."


class SeveralAccounts(Refusal):
    """An address alone does not say which account is meant: anybody may have opened one with it."""

    kind = "conflict"
    message = "Your address has accounts in several agencies: %(agencies)s."
    remedy = "Start again from the sign-in page and choose the agency."


class NoProvider(Refusal):
    """Here people sign in with passwords alone."""

    kind = "unknown"
    message = "No identity provider is configured here."
    remedy = "Sign in with your user name and password."
