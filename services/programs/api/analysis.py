"""Problem analysis API: root causes, options, response."""

from __future__ import annotations

from services.programs.api.problems import ProblemOut
from services.programs.commands import analysis as commands
from services.programs.permissions import COORDINATOR, PARTY
from shared.http.routes import Operations
from shared.i18n import N_

operations = Operations("problems", at="/problems/{problem_id}")


operations.create(
    "/root-causes",
    commands.identify_root_cause,
    may=COORDINATOR + PARTY,
    label=N_("record a root cause"),
    shows=ProblemOut,
)
operations.create(
    "/options",
    commands.propose_option,
    may=COORDINATOR + PARTY,
    label=N_("propose a response"),
    shows=ProblemOut,
)
operations.do(
    "/options/{option_id}/choose",
    commands.choose_response,
    may=COORDINATOR + PARTY,
    label=N_("choose a response"),
    shows=ProblemOut,
)
operations.do(
    "/carry-out",
    commands.carry_out_response,
    may=COORDINATOR + PARTY,
    label=N_("record that a response was carried out"),
    shows=ProblemOut,
)
