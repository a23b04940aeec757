"""What identity publishes: who came in, who may do what, and what is no longer believed; ids alone."""

from shared.contracts.identity.facts import *
from shared.contracts.identity.agencies import *
from shared.contracts.identity.accounts import *
from shared.contracts.identity.roles import *
from shared.contracts.identity.secrets import *
from shared.contracts.identity.sessions import *
from shared.contracts.identity.tokens import *
