"""Tables of partners and their mapping."""

from services.partners.tables import (
    agreements,
    boards,
    commitments,
    contacts,
    custodians,
    meetings,
    organisations,
    partnerships,
    trust,
)
from services.partners.tables.registry import metadata

__all__ = [
    "agreements",
    "boards",
    "commitments",
    "contacts",
    "custodians",
    "meetings",
    "metadata",
    "organisations",
    "partnerships",
    "trust",
]
