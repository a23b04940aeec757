"""Upcasters: convert older versions of events about partnerships to the latest version."""

from __future__ import annotations

from typing import Any

from shared.contracts.event import upcaster
from shared.contracts.partners.agreements import AgreementRegistered


@upcaster(AgreementRegistered.type(), 1)
def _without_signatories(data: dict[str, Any]) -> dict[str, Any]:
    """Neither who signed nor the class of an exception was told."""
    return data
