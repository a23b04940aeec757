"""Sign-in throttling: exponential back-off after failed attempts.

Failures are counted by client, so that an attacker cannot lock the owner out (OWASP, "Slow Down Online
Guessing Attacks with Device Cookies").
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.refusal import Refusal

FREE = 5
"""How many failures are free: for an account from a known browser, or from an address."""
FREE_FROM_AN_ADDRESS = 20
"""The same for a network address, which many people may share."""
FREE_FROM_ANYWHERE = 100
"""The same for an account from all addresses (NIST SP 800-63B-4, 3.2.2); known browsers are exempt."""
KNOWN_FOR = timedelta(days=180)
"""How long a browser is known after signing in."""
FIRST_DELAY = timedelta(seconds=1)
LONGEST_DELAY = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)


class SignInRefused(Refusal):
    """One message for every failure, so that it does not reveal which accounts exist."""

    kind = "unauthenticated"
    message = "The sign-in failed."
    remedy = (
        "Check the user name, password and code; an administrator of your agency can send you a new link."
    )


class SignInTooSoon(Refusal):
    """Failed attempts cause a delay, whether or not the account exists."""

    kind = "limited"
    message = "Too many failed attempts; you can try again in %(seconds)s seconds."
    remedy = "Wait that long, then try again."


@dataclass(frozen=True, slots=True)
class Failures:
    """How often attempts under one key have failed recently, and when last."""

    count: int
    last_at: datetime
    free: int

    def wait(self, now: datetime) -> timedelta:
        """The delay until the next attempt."""
        beyond = self.count - self.free
        if beyond < 0 or now - self.last_at >= FORGOTTEN_AFTER:
            return timedelta(0)
        delay = min(FIRST_DELAY * (1 << min(beyond, 20)), LONGEST_DELAY)
        return max(timedelta(0), self.last_at + delay - now)


def require_patience(waits: list[timedelta]) -> None:
    """Refuse an attempt that comes too soon with :class:`SignInTooSoon`."""
    longest = max(waits, default=timedelta(0))
    if longest > timedelta(0):
        raise SignInTooSoon(seconds=-(-longest // timedelta(seconds=1)) or 1)
