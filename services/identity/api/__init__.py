"""Identity over HTTP."""

from services.identity.api import (
    accounts,
    agencies,
    api_tokens,
    audit,
    entrance,
    erasures,
    me,
    oauth,
    provider,
)

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
