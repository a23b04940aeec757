"""What the products publish: what a partnership gives to people, edition by edition."""

from shared.contracts.products.facts import *
from shared.contracts.products.drafts import *
from shared.contracts.products.reviews import *
from shared.contracts.products.editions import *
from shared.contracts.products.umbrellas import *
from shared.contracts.products.usage import *
