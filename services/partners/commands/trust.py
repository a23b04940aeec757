"""Trust rounds: opened, scored, closed."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field

from services.partners.commands.authority import permit
from services.partners.model.partnership import Partnership
from services.partners.model.trust import RoundOpenAlready, RoundParty, Score, TrustRound
from services.partners.tables.trust import trust_parties, trust_rounds
from shared.command import Command, Part
from shared.contracts.partners import TrustRoundClosed, TrustRoundOpened, TrustScored
from shared.contracts.vocabulary import RoundState
from shared.database.timers import Due
from shared.database.transaction import Transaction
from shared.fields import Moment

CLOSES = "trust-round-closed"
Points = Annotated[int, Field(ge=1, le=5, strict=True, repr=False)]
"""From 1 (not at all) to 5 (entirely)."""


class OpenTrustRound(Command):
    """Open the next trust round of a partnership (agency, or chair or secretary of a board).

    It closes between one and ninety days from now.
    """

    partnership_id: UUID
    closes_at: Moment


class Scores(Part, hide_input_in_errors=True):
    """Your organisation's scores of another one: 1 (not at all) to 5 (entirely), on all six dimensions."""

    # It has no repr, so that no log, trace or error message contains a score.
    rated: Annotated[UUID, Field(repr=False)]
    honesty: Points
    sincerity: Points
    transparency: Points
    accountability: Points
    strengthening: Points
    benefit: Points


class ScoreParties(Command, hide_input_in_errors=True):
    """Submit your organisation's scores, replacing earlier ones (role representative).

    Nobody can read them while the round is open, and they are deleted when it closes.
    """

    round_id: UUID
    scores: Annotated[tuple[Scores, ...], Field(min_length=1, max_length=50, repr=False)]


class CloseTrustRound(Command):
    """Close a round early, once every party has scored all others (role secretary or coordinator)."""

    round_id: UUID


def open_trust_round(tx: Transaction, command: OpenTrustRound) -> TrustRound:
    """Open the next round of a partnership; only one is open at a time."""
    partnership = tx.get(Partnership, command.partnership_id)
    permit(tx, partnership)
    partnership.require_running()
    last = _last(tx, partnership.id)
    if last is not None and last.state is RoundState.OPEN:
        raise RoundOpenAlready(number=last.number)
    bound = sorted(party.organisation_id for party in partnership.bound)
    round_ = tx.add(
        TrustRound(
            id=tx.new_id(),
            agency=partnership.agency,
            partnership_id=partnership.id,
            number=last.number + 1 if last else 1,
            opened_at=tx.now,
            closes_at=command.closes_at,
            parties=[RoundParty(organisation_id) for organisation_id in bound],
        )
    )
    tx.set_timer(CLOSES, round_.id, round_.closes_at)
    tx.record(
        TrustRoundOpened(
            round_id=round_.id,
            partnership_id=round_.partnership_id,
            number=round_.number,
            closes_at=round_.closes_at,
            parties=tuple(bound),
        )
    )
    return round_


def score_parties(tx: Transaction, command: ScoreParties) -> TrustRound:
    """Submit scores as representative of a party; only the fact of it is published (C2)."""
    round_ = tx.get(TrustRound, command.round_id)
    permit(tx, round_)
    partnership = tx.reach(Partnership, round_.partnership_id)
    partnership.require_bound(partnership.party_of(tx.actor.organisation))
    rater = round_.party(tx.actor.organisation).organisation_id
    scores = [Score(rater=rater, **score.model_dump()) for score in command.scores]
    complete = round_.score(rater, tx.actor.person, scores, tx.now)
    tx.record(
        TrustScored(
            round_id=round_.id,
            partnership_id=round_.partnership_id,
            organisation_id=rater,
            complete=complete,
        )
    )
    return round_


def round_to_close(tx: Transaction, command: CloseTrustRound) -> TrustRound:
    """The round, if the actor may close it."""
    round_ = tx.get(TrustRound, command.round_id)
    permit(tx, round_)
    return round_


def close_trust_round(tx: Transaction, command: CloseTrustRound) -> TrustRound:
    """Close a round early, once every party has scored all others."""
    round_ = round_to_close(tx, command)
    _close(tx, round_)
    tx.drop_timer(CLOSES, round_.id)
    return round_


def close_rounds_of(tx: Transaction, partnership_id: UUID) -> None:
    """Close the open round of a partnership that ends, whoever has scored."""
    last = _last(tx, partnership_id)
    if last is not None and last.state is RoundState.OPEN:
        _close(tx, tx.get(TrustRound, last.id), over=True)
        tx.drop_timer(CLOSES, last.id)


def trust_round_closed(tx: Transaction, due: Due) -> None:
    """Fires at the end of a round, whoever has scored."""
    round_ = tx.get(TrustRound, due.about)
    if round_.state is RoundState.OPEN:
        _close(tx, round_)


def ask_again(tx: Transaction) -> None:
    """Ask every party of an open round to score again: the archive that was imported holds no scores."""
    still_open = sa.select(trust_rounds.c.id).where(trust_rounds.c.state == RoundState.OPEN)
    tx.execute(
        sa.update(trust_parties)
        .where(trust_parties.c.round_id.in_(still_open))
        .values(scored_at=None, scored_by="")
    )


def _close(tx: Transaction, round_: TrustRound, *, over: bool = False) -> None:
    """Compute what may be published and delete the scores, in one transaction (C2)."""
    partnership = tx.reach(Partnership, round_.partnership_id)
    police = frozenset(party.organisation_id for party in partnership.parties if party.kind == "police")
    took_part = round_.close(tx.now, police, over=over)
    tx.record(
        TrustRoundClosed(
            round_id=round_.id,
            partnership_id=round_.partnership_id,
            number=round_.number,
            parties=tuple(party.organisation_id for party in round_.parties),
            complete_raters=took_part.complete,
            uniform_raters=took_part.uniform,
            mutual=round_.mutual,
        )
    )


def _last(tx: Transaction, partnership_id: UUID) -> TrustRound | None:
    """The newest round; the partnership is locked, so that no second one is opened."""
    query = (
        sa.select(TrustRound)
        .where(trust_rounds.c.partnership_id == partnership_id)
        .order_by(trust_rounds.c.number.desc())
        .limit(1)
    )
    return tx.session.scalars(query).first()
