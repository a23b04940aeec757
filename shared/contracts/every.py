"""Every contract at once, for those who hear all events."""

from __future__ import annotations

from shared.contracts import audit, identity, notifications, partners, products, programs

MODULES = (audit, identity, notifications, partners, products, programs)
