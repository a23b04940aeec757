"""Changes API: what is proposed to the parties of a programme."""

from __future__ import annotations

from services.programs.api.views import ProgramOut
from services.programs.commands import consents as commands
from services.programs.permissions import COORDINATOR, PARTY
from shared.http.routes import Operations
from shared.i18n import N_

operations = Operations("programmes", at="/programs/{program_id}/changes/{change_id}")

operations.do(
    "/endorse",
    commands.endorse_change,
    may=PARTY,
    label=N_("endorse a change of a programme"),
    shows=ProgramOut,
    body_needed=False,
)
operations.do(
    "/decline",
    commands.decline_change,
    may=PARTY,
    label=N_("decline a change of a programme"),
    shows=ProgramOut,
)
operations.do(
    "/withdraw",
    commands.withdraw_change,
    may=PARTY,
    label=N_("withdraw a change of a programme"),
    shows=ProgramOut,
)
operations.do(
    "/approve",
    commands.approve_change,
    may=COORDINATOR + PARTY,
    label=N_("put a change of a programme in force on a decision of the board"),
    shows=ProgramOut,
)
