"""The one vocabulary: every list of words that services, pages, messages and prints share, with labels."""

from inspect import isclass

from shared.contracts.vocabulary.accounts import *
from shared.contracts.vocabulary.activities import *
from shared.contracts.vocabulary.activities import Intensity
from shared.contracts.vocabulary.boards import *
from shared.contracts.vocabulary.changes import *
from shared.contracts.vocabulary.indicators import *
from shared.contracts.vocabulary.notices import *
from shared.contracts.vocabulary.organisations import *
from shared.contracts.vocabulary.partnerships import *
from shared.contracts.vocabulary.problems import *
from shared.contracts.vocabulary.products import *
from shared.contracts.vocabulary.programs import *
from shared.contracts.vocabulary.reasons import *
from shared.contracts.vocabulary.relations import *
from shared.contracts.vocabulary.reports import *
from shared.contracts.vocabulary.trust import *
from shared.contracts.vocabulary.versions import *
from shared.identity.permissions import Relation as Relation, Role as Role
from shared.labelled import Labelled

LISTS: dict[str, type[Labelled] | type[Intensity]] = {
    name: words
    for name, words in sorted(globals().items())
    if isclass(words) and issubclass(words, Labelled | Intensity) and words is not Labelled
}
"""Every list, by its name."""
