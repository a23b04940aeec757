"""Events of the partners service (registry of partnerships).

A person appears only as an opaque id, and only if it matters who is responsible for a partnership.
"""

from shared.contracts.partners.facts import *
from shared.contracts.partners.organisations import *
from shared.contracts.partners.persons import *
from shared.contracts.partners.partnerships import *
from shared.contracts.partners.agreements import *
from shared.contracts.partners.boards import *
from shared.contracts.partners.meetings import *
from shared.contracts.partners.outcomes import *
from shared.contracts.partners.commitments import *
from shared.contracts.partners.trust import *
from shared.contracts.partners.contacts import *
from shared.contracts.partners.upcasters import *
