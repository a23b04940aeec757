"""Events of the identity service: sign-ins, accounts, roles and revocations, by ids only."""

from shared.contracts.identity.facts import *
from shared.contracts.identity.agencies import *
from shared.contracts.identity.accounts import *
from shared.contracts.identity.custody import *
from shared.contracts.identity.roles import *
from shared.contracts.identity.secrets import *
from shared.contracts.identity.sessions import *
from shared.contracts.identity.tokens import *
