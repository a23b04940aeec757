"""Stages API."""

from __future__ import annotations

from services.programs.api.views import ProgramOut
from services.programs.commands import planning
from services.programs.commands import stages as commands
from services.programs.permissions import COORDINATOR, PARTY
from shared.http.routes import Operations
from shared.i18n import N_

operations = Operations("programmes", at="/programs/{program_id}/stages/{stage_id}")


operations.do(
    "/start", commands.start_stage, may=PARTY, label=N_("start a stage"), shows=ProgramOut, body_needed=False
)
operations.do("/submit", commands.submit_stage, may=PARTY, label=N_("submit a stage"), shows=ProgramOut)
operations.do(
    "/accept",
    commands.accept_stage,
    may=PARTY,
    label=N_("accept a stage"),
    shows=ProgramOut,
    body_needed=False,
)
operations.do("/return", commands.return_stage, may=PARTY, label=N_("return a stage"), shows=ProgramOut)
operations.do(
    "/skip", commands.skip_stage, may=COORDINATOR + PARTY, label=N_("skip a stage"), shows=ProgramOut
)
operations.do(
    "/replan", planning.replan_stage, may=COORDINATOR + PARTY, label=N_("replan a stage"), shows=ProgramOut
)
operations.do(
    "/reassign",
    planning.reassign_stage,
    may=COORDINATOR + PARTY,
    label=N_("reassign a stage to another party"),
    shows=ProgramOut,
)
