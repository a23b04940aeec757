"""Who did something for a party's work, or belongs to it, judges that work under no other hat."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import aiohttp

from shared.contracts.partners import (
    AttendanceCorrected,
    DecisionTaken,
    MembershipBegan,
    MembershipEnded,
    OrganisationRegistered,
)
from shared.contracts.vocabulary import Mandate, OrganisationKind
from tests.programs.test_stages import refused
from tests.programs.world import BASE, act, approve_minutes, approved, complete, hear, signed, submit
from tests.support.system import System


def hat(here: System, organisation: UUID, person: str) -> str:
    """The token of one person as an organisation's representative."""
    return here.token("representative", organisation=organisation, person=person)


async def upload(here: System, partnership: UUID, token: str) -> str:
    """A file that somebody hands in."""
    form = aiohttp.FormData({"partnership_id": str(partnership)}, quote_fields=False)
    form.add_field("file", f"{uuid4()}\n".encode(), filename="bukti.csv", content_type="text/csv")
    return str((await here.call("POST", f"{BASE}/evidence", form, token=token)).body["id"])


async def test_who_uploaded_the_evidence_does_not_accept_the_stage(here: System) -> None:
    partnership = await signed(here)
    program, person = await approved(here, partnership), str(uuid4())
    await act(here, program, 1, "start", partnership.police)
    file = await upload(here, partnership.id, hat(here, partnership.police, person))
    await act(here, program, 1, "submit", partnership.police, {"evidence": [file]})
    own = await act(here, program, 1, "accept", hat(here, partnership.village, person))
    assert refused(own, 403, "judged-by-the-same-person")


async def test_who_belongs_to_the_party_does_not_accept_its_stage(here: System) -> None:
    partnership = await signed(here)
    program, person = await approved(here, partnership), uuid4()
    for organisation in (partnership.police, partnership.village):
        member = MembershipBegan(
            membership_id=uuid4(), organisation_id=organisation, member=person, since=date(2026, 1, 1)
        )
        await hear(here, member)
    await act(here, program, 1, "start", partnership.police)
    await submit(here, program, 1, partnership.police)
    own = await act(here, program, 1, "accept", hat(here, partnership.village, str(person)))
    assert refused(own, 403, "judged-by-the-same-person")
    ended = MembershipEnded(
        membership_id=uuid4(), organisation_id=partnership.village, member=person, until=date(2026, 1, 2)
    )
    await hear(here, ended)
    left = await act(here, program, 1, "accept", hat(here, partnership.village, str(person)))
    assert refused(left, 403, "left-the-organisation")


async def test_a_programme_is_closed_by_what_its_boards_decided_and_takes_nothing_then(here: System) -> None:
    partnership = await signed(here)
    program = await approved(here, partnership)
    await complete(here, program, 1, partnership.police, partnership.village)
    await complete(here, program, 2, partnership.village, partnership.police)
    decision, meeting, stranger = uuid4(), uuid4(), uuid4()
    known = DecisionTaken(
        meeting_id=meeting,
        board_id=uuid4(),
        partnership_id=partnership.id,
        outcome_id=decision,
        mandate=Mandate.EVALUATE,
        text="Selesai",
    )
    body = {"recommendations": ["Lanjutkan"], "decision_id": str(decision)}
    path, token = f"{BASE}/programs/{program['id']}/close", here.token("coordinator")
    assert refused(await here.call("POST", path, body, token=token), 422, "decision-unknown")
    await hear(here, known)
    counted = {
        "meeting_id": meeting,
        "board_id": known.board_id,
        "partnership_id": partnership.id,
        "title": "Rapat",
        "seats": 3,
        "present": 1,
        "attendees": (),
        "reason": "Keliru",
    }
    await hear(here, AttendanceCorrected.model_validate(counted | {"quorate": False}))
    assert refused(await here.call("POST", path, body, token=token), 422, "decision-unknown")
    await hear(here, AttendanceCorrected.model_validate(counted | {"quorate": True}))
    await approve_minutes(here, known)
    foreign = OrganisationRegistered(
        organisation_id=stranger, name="Lain", kind=OrganisationKind.POLICE, area="35.25"
    )
    await hear(here, foreign, "polres-lain")
    handover = {"organisation_id": str(stranger), "note": "Ronda"}
    elsewhere = await here.call("POST", path, body | {"handover": handover}, token=token)
    assert refused(elsewhere, 422, "handed-over-elsewhere")
    assert (await here.call("POST", path, body, token=token)).status == 200
    gift = {
        "program_id": program["id"],
        "kind": "funds",
        "amount": 1,
        "unit": "session",
        "value": 5,
        "on": "2026-01-05",
    }
    late = await here.call(
        "POST", f"{BASE}/contributions", gift, token=here.representative(partnership.police)
    )
    assert refused(late, 409, "program-over")
