"""Service declaration of partners."""

from pathlib import Path

from services.partners.api import OPERATIONS
from services.partners.commands import agreements, boards, commitments, meetings, partnerships, trust
from services.partners.personal import PERSONAL
from services.partners.queries.partnerships import area_of
from services.partners.tables import metadata
from services.partners.tables.custodians import CUSTODIANS
from services.partners.visibility import visible
from shared.host.service import Service
from shared.timer_runner import Timer

service = Service(
    name="partners",
    title="partners (the registry of partnerships)",
    operations=OPERATIONS,
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    timers=(
        Timer("agreement-entered-into-force", agreements.agreement_entered_into_force),
        Timer("agreement-expiring", agreements.agreement_expiring),
        Timer("agreement-expired", agreements.agreement_expired),
        Timer("board-term-ended", boards.board_term_ended),
        Timer("meeting-approaching", meetings.meeting_approaching),
        Timer("meeting-lapsed", meetings.meeting_lapsed),
        Timer("commitment-due-soon", commitments.commitment_due_soon),
        Timer("commitment-overdue", commitments.commitment_overdue),
        Timer("commitment-broken", commitments.commitment_broken),
        Timer("partnership-ended", partnerships.ending_unopposed),
        Timer("trust-round-closed", trust.trust_round_closed),
    ),
    projections=(CUSTODIANS.projection,),
    keeps_files=True,
    derive=trust.ask_again,
    personal=PERSONAL,
    visible=visible,
    area_of=area_of,
)
