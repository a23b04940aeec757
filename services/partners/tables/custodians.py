"""A copy of which agency opens the accounts of each organisation."""

from services.partners.tables.registry import metadata
from shared.partnership.custodians import Custodians

CUSTODIANS = Custodians(metadata)
