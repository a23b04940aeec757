"""Events of the programs service: problems, programmes, stages, activities, indicators."""

from shared.contracts.programs.facts import *
from shared.contracts.programs.problems import *
from shared.contracts.programs.templates import *
from shared.contracts.programs.programs import *
from shared.contracts.programs.changes import *
from shared.contracts.programs.stages import *
from shared.contracts.programs.evidence import *
from shared.contracts.programs.activities import *
from shared.contracts.programs.contributions import *
from shared.contracts.programs.indicators import *
from shared.contracts.programs.reports import *
from shared.contracts.programs.upcasters import *
