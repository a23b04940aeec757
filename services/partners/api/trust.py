"""Trust rounds API: accepts sealed scores, returns what may be disclosed (C2)."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel
from starlette.responses import Response

from services.partners.commands import trust as commands
from services.partners.model.disclosure import LEFT
from services.partners.model.trust import TrustRound
from services.partners.permissions import OPENS_ROUNDS, PARTY
from services.partners.queries import trust as queries
from shared.contracts.vocabulary import Mutual, RoundState, Withheld
from shared.http.door import DoorDep, etag
from shared.http.history import Happened
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import PUBLIC

operations = Operations("trust rounds", at="/trust-rounds")


class MeansOut(BaseModel):
    """The result of a closed round, from the parties that scored all others.

    ``coverage`` from 0 to 1; ``mutual`` whether trust is mutual, or too few scored to tell; ``dimensions``
    and ``received`` (by organisation) are means from 1 to 5. These are left out if a party could infer from
    them what another gave; ``withheld`` then says why: ``too_few`` scored, or their scores are
    ``too_alike``.
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


operations.create(
    "", commands.open_trust_round, may=OPENS_ROUNDS, label=N_("open a trust round"), shows=RoundOut
)
# Not a creation with an Idempotency-Key: its fingerprint would outlive the scores.
operations.do(
    "/{round_id}/scores",
    commands.score_parties,
    may=PARTY,
    label=N_("score parties in a trust round"),
    shows=RoundOut,
    methods=["PUT"],
)


@operations.get("", may=PUBLIC)
async def list_trust_rounds(
    door: DoorDep, paging: PageDep, partnership_id: UUID | None = None, state: RoundState | None = None
) -> Page[RoundOut]:
    """List trust rounds."""
    wanted = {"partnership_id": partnership_id, "state": state}
    trust_rounds = await door.read(queries.list_trust_rounds, wanted, paging.after, paging.limit + 1)
    return paging.page(trust_rounds, RoundOut.of, lambda item: item.id)


@operations.get("/{round_id}", may=PUBLIC)
async def show_trust_round(round_id: UUID, door: DoorDep, response: Response) -> RoundOut:
    """Show one trust round."""
    trust_round = await door.read(queries.trust_round, round_id)
    response.headers["ETag"] = etag(trust_round.version)
    return RoundOut.of(trust_round)


@operations.post(
    "/{round_id}/close", may=OPENS_ROUNDS, label=N_("close a trust round"), response_model=RoundOut
)
async def close_trust_round(round_id: UUID, door: DoorDep) -> Response:
    """Close a round before its time, once every party has scored all others.

    Its secretary or coordinator may do so, and the chair or the secretary of a board of the partnership.
    """
    command = commands.CloseTrustRound(round_id=round_id)
    await door.ask(commands.round_to_close, command)
    door.refuse_dry_run()  # a response would reveal the scores
    return await door.do(commands.close_trust_round, command, RoundOut.of)


@operations.get("/{round_id}/timeline", may=PUBLIC)
async def show_trust_round_timeline(round_id: UUID, door: DoorDep) -> list[Happened]:
    """List everything that happened to a round, oldest first, without anybody's scores."""
    return [Happened.of(event) for event in await door.read(queries.timeline, round_id, door.actor)]
