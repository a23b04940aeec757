"""HTTP API of identity."""

from services.identity.api import accounts, agencies, api_tokens, audit, erasures, me, oauth, provider
from services.identity.api import sign_in as entrance

OPERATIONS = (
    entrance.operations,
    oauth.operations,
    provider.operations,
    me.operations,
    accounts.operations,
    agencies.operations,
    erasures.operations,
    api_tokens.operations,
    audit.operations,
)
