"""Events of the products service."""

from shared.contracts.products.facts import *
from shared.contracts.products.drafts import *
from shared.contracts.products.reviews import *
from shared.contracts.products.editions import *
from shared.contracts.products.umbrellas import *
from shared.contracts.products.usage import *
from shared.contracts.products.upcasters import *
