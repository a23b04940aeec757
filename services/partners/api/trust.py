"""Trust rounds over HTTP: scores go in, what of it may be known comes out (C2)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field
from starlette.responses import Response

from services.partners.commands import trust as commands
from services.partners.model.disclosure import LEFT
from services.partners.model.trust import TrustRound
from services.partners.permissions import OFFICE, PARTY, SECRETARY
from services.partners.queries import trust as queries
from shared.contracts.vocabulary import Mutual, RoundState, Withheld
from shared.fields import Moment, RequestBody
from shared.http.door import DoorDep, etag
from shared.http.history import Happened
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import PUBLIC

operations = Operations("trust rounds")

Points = Annotated[int, Field(ge=1, le=5, strict=True)]


class RoundIn(RequestBody):
    """A round to open; it closes between one and ninety days from now."""

    partnership_id: UUID
    closes_at: Moment


class ScoresIn(RequestBody):
    """How the own organisation sees one other: 1 (not at all) to 5 (entirely), on all six dimensions."""

    rated: UUID
    honesty: Points
    sincerity: Points
    transparency: Points
    accountability: Points
    strengthening: Points
    benefit: Points


class SubmissionIn(RequestBody):
    """The scores of one party, which replace those that it handed in before."""

    scores: list[ScoresIn] = Field(min_length=1, max_length=50)


class MeansOut(BaseModel):
    """What is left of a closed round, of the parties that scored all others.

    ``coverage`` from 0 to 1; ``mutual`` whether trust holds, or too few scored to tell;
    ``dimensions`` and ``received`` (by organisation) are means from 1 to 5. These are left out where a party
    could reckon from them what another gave; ``withheld`` then says why: ``too_few`` scored, or their scores
    are ``too_alike``.
    """

    coverage: float
    mutual: Mutual
    dimensions: dict[str, float]
    received: dict[str, float]
    withheld: Withheld | None


class RoundPartyOut(BaseModel):
    """A party of the round, and whether it has scored all the others."""

    organisation_id: UUID
    scored: bool


class RoundOut(BaseModel):
    """A trust round; ``means`` is null while it is open."""

    id: UUID
    agency: str
    partnership_id: UUID
    number: int
    state: RoundState
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    parties: list[RoundPartyOut]
    means: MeansOut | None

    @classmethod
    def of(cls, round_: TrustRound) -> Self:
        """The view of a round."""
        means = None
        if round_.state is RoundState.CLOSED and round_.coverage is not None:
            why = Withheld.TOO_ALIKE if round_.complete > LEFT else Withheld.TOO_FEW
            means = MeansOut(
                coverage=round_.coverage,
                mutual=round_.mutual or Mutual.TOO_FEW,
                dimensions=round_.dimensions,
                received=round_.received,
                withheld=None if round_.dimensions else why,
            )
        return cls(
            id=round_.id,
            agency=round_.agency,
            partnership_id=round_.partnership_id,
            number=round_.number,
            state=round_.state,
            opened_at=round_.opened_at,
            closes_at=round_.closes_at,
            closed_at=round_.closed_at,
            parties=[
                RoundPartyOut(organisation_id=party.organisation_id, scored=party.scored_at is not None)
                for party in round_.parties
            ],
            means=means,
        )


@operations.post(
    "/trust-rounds", may=OFFICE, label=N_("open a trust round"), status_code=201, response_model=RoundOut
)
async def open_trust_round(body: RoundIn, door: DoorDep) -> Response:
    """Open the next trust round of a partnership (role secretary or coordinator)."""
    command = commands.OpenTrustRound(body.partnership_id, body.closes_at)
    return await door.create(commands.open_trust_round, command, RoundOut.of)


@operations.get("/trust-rounds", may=PUBLIC)
async def list_trust_rounds(
    door: DoorDep, paging: PageDep, partnership_id: UUID | None = None, state: RoundState | None = None
) -> Page[RoundOut]:
    """List trust rounds."""
    wanted = {"partnership_id": partnership_id, "state": state}
    found = await door.read(queries.list_trust_rounds, wanted, paging.after, paging.limit + 1)
    return paging.page(found, RoundOut.of, lambda item: item.id)


@operations.get("/trust-rounds/{round_id}", may=PUBLIC)
async def show_trust_round(round_id: UUID, door: DoorDep, response: Response) -> RoundOut:
    """Show one trust round."""
    found = await door.read(queries.trust_round, round_id)
    response.headers["ETag"] = etag(found.version)
    return RoundOut.of(found)


@operations.put(
    "/trust-rounds/{round_id}/scores",
    may=PARTY,
    label=N_("score parties in a trust round"),
    response_model=RoundOut,
)
async def score_parties(round_id: UUID, body: SubmissionIn, door: DoorDep) -> Response:
    """Hand in the own organisation's scores, in place of earlier ones (role representative).

    Nobody can read them: not while the round is open, and when it closes they are deleted.
    """
    # Not a creation with an Idempotency-Key: its fingerprint would outlive the scores.
    command = commands.ScoreParties(
        round_id, tuple(commands.Scores(**score.model_dump()) for score in body.scores)
    )
    return await door.do(commands.score_parties, command, RoundOut.of)


@operations.post(
    "/trust-rounds/{round_id}/close", may=SECRETARY, label=N_("close a trust round"), response_model=RoundOut
)
async def close_trust_round(round_id: UUID, door: DoorDep) -> Response:
    """Close a round before its time, once every party has scored all others (role secretary)."""
    command = commands.CloseTrustRound(round_id)
    await door.ask(commands.round_to_close, command)
    door.refuse_dry_run()  # its answer would open the seal
    return await door.do(commands.close_trust_round, command, RoundOut.of)


@operations.get("/trust-rounds/{round_id}/timeline", may=PUBLIC)
async def show_trust_round_timeline(round_id: UUID, door: DoorDep) -> list[Happened]:
    """Everything that happened to a round, oldest first; without what anybody gave."""
    return [Happened.of(event) for event in await door.read(queries.timeline, round_id, door.actor)]
