"""Trust rounds (C2): sealed scores of each party for every other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from services.partners.model import disclosure
from shared.contracts.vocabulary import Mutual, RoundState, TrustDimension
from shared.refusal import Refusal
from shared.states import Machine

SHORTEST, LONGEST = timedelta(days=1), timedelta(days=90)


machine = Machine(
    "trust round",
    {
        (RoundState.OPEN, "score"): RoundState.OPEN,
        (RoundState.OPEN, "close"): RoundState.CLOSED,
    },
)


class ClosingImpossible(Refusal):
    """A round is open for between one and ninety days."""

    kind = "invalid"
    message = "A trust round cannot close at %(closes_at)s."
    remedy = "Choose a time between one and ninety days from now."


class PartiesMissing(Refusal):
    """Trust is scored between bound parties."""

    kind = "conflict"
    message = "A trust round needs at least two bound parties; there are %(parties)s."
    remedy = "Observers neither score nor are scored: wait until other parties have joined."


class RoundOpenAlready(Refusal):
    """Only one round is open at a time."""

    kind = "conflict"
    message = "Trust round %(number)s of this partnership is still open."
    remedy = "Wait until that round has closed."


class NotInTheRound(Refusal):
    """Only parties that were bound when the round opened take part in it."""

    kind = "forbidden"
    message = "The organisation %(organisation)s is not in this trust round."
    remedy = "A trust round includes the parties that were bound when it opened: open it to see them."
    reason = "the organisation is not in the trust round"


class OwnScore(Refusal):
    """Parties do not score themselves."""

    kind = "invalid"
    message = "A party does not score itself."
    remedy = "Leave your own organisation out."


class ScoredTwice(Refusal):
    """A submission scores each party once."""

    kind = "invalid"
    message = "The organisation %(organisation)s is scored twice in one submission."
    remedy = "Score each party once; a later submission replaces this one entirely."


class ScoredForAnotherParty(Refusal):
    """One person scores for one party only."""

    kind = "forbidden"
    message = "You have already submitted scores for another party of this trust round."
    remedy = "Ask another representative of your organisation to submit them."
    reason = "the person has already submitted scores for another party"


class ScoringOver(Refusal):
    """The round has ended."""

    kind = "conflict"
    message = "Scores were accepted until %(closes_at)s."
    remedy = "Wait for the next trust round."


class ScoresMissing(Refusal):
    """A round closes early only when every party has scored."""

    kind = "conflict"
    message = "%(missing)s parties have not scored all the others yet."
    remedy = "Wait for their scores; the round closes automatically at %(closes_at)s."


@dataclass(eq=False)
class Score:
    """How one party (``rater``) scores another: 1 to 5 on each dimension; deleted when the round closes."""

    rater: UUID
    rated: UUID
    honesty: int
    sincerity: int
    transparency: int
    accountability: int
    strengthening: int
    benefit: int

    @property
    def values(self) -> list[int]:
        """The six, in the order of the dimensions."""
        return [getattr(self, name) for name in TrustDimension]


@dataclass(eq=False)
class RoundParty:
    """A party of the round, and when it submitted scores of all others; incomplete scores do not count.

    ``scored_by`` is the opaque id of the person who last submitted scores for it.
    """

    organisation_id: UUID
    scored_at: datetime | None = None
    scored_by: str = ""


@dataclass(frozen=True, slots=True)
class Participation:
    """How many scored all others (``complete``), and how many of these gave uniform scores."""

    complete: int
    uniform: int


@dataclass(eq=False)
class TrustRound:
    """One round of mutual scoring; ``number`` counts a partnership's rounds.

    While it is open nobody may read scores. Closing it leaves, from the parties that scored all others:
    ``coverage`` (scored ordered pairs / n(n−1)), ``mutual`` (whether trust is mutual, as a band),
    ``dimensions`` (the mean of each over all scores) and ``received`` (the mean that each party received).
    The last two are left out as a whole unless no party can infer from any of them what another gave.
    """

    id: UUID
    agency: str
    partnership_id: UUID
    number: int
    opened_at: datetime
    closes_at: datetime
    parties: list[RoundParty]
    state: RoundState = RoundState.OPEN
    closed_at: datetime | None = None
    coverage: float | None = None
    mutual: Mutual | None = None
    dimensions: dict[str, float] = field(default_factory=dict)
    received: dict[str, float] = field(default_factory=dict)
    scores: list[Score] = field(default_factory=list)
    version: int = 0

    def __post_init__(self) -> None:
        """Refuse too few parties, or an invalid length."""
        if len(self.parties) < 2:
            raise PartiesMissing(parties=len(self.parties))
        if not SHORTEST <= self.closes_at - self.opened_at <= LONGEST:
            raise ClosingImpossible(closes_at=self.closes_at)

    def party(self, organisation_id: UUID | None) -> RoundParty:
        """A party of the round; raises :class:`NotInTheRound`."""
        for party in self.parties:
            if party.organisation_id == organisation_id:
                return party
        raise NotInTheRound(organisation=str(organisation_id or "–"))

    def score(self, rater: UUID | None, person: str, scores: Sequence[Score], at: datetime) -> bool:
        """Store one party's scores, replacing earlier ones; returns whether all others are scored.

        The ``person`` who submits them may do so for one party of the round only.
        """
        self.state = machine.after(self.state, "score")
        if at >= self.closes_at:
            raise ScoringOver(closes_at=self.closes_at)
        party = self.party(rater)
        if any(scorer.scored_by == person for scorer in self.parties if scorer is not party):
            raise ScoredForAnotherParty
        seen: set[UUID] = set()
        for score in scores:
            if score.rated == party.organisation_id:
                raise OwnScore
            self.party(score.rated)
            if score.rated in seen:
                raise ScoredTwice(organisation=str(score.rated))
            seen.add(score.rated)
        self.scores = [score for score in self.scores if score.rater != party.organisation_id] + list(scores)
        complete = len(seen) == len(self.parties) - 1
        party.scored_at, party.scored_by = at if complete else None, person
        return complete

    @property
    def complete(self) -> int:
        """How many parties scored all the others."""
        return sum(party.scored_at is not None for party in self.parties)

    def close(
        self, at: datetime, police: frozenset[UUID] = frozenset(), *, over: bool = False
    ) -> Participation:
        """Compute what may be published, and delete every score.

        Early only if every party has scored, or if the partnership is ``over``. Only parties that scored
        all others count; ``police`` are the organisations of that kind.
        """
        after = machine.after(self.state, "close")
        missing = len(self.parties) - self.complete
        if missing and at < self.closes_at and not over:
            raise ScoresMissing(missing=missing, closes_at=self.closes_at)
        raters = {party.organisation_id for party in self.parties if party.scored_at is not None}
        counted = [score for score in self.scores if score.rater in raters]
        means = {
            (score.rater, score.rated): round(sum(score.values) / len(TrustDimension), 4) for score in counted
        }
        members = len(self.parties)
        self.coverage = round(len(means) / (members * (members - 1)), 4)
        self.mutual = disclosure.mutual(means, members, police)
        self.dimensions, self.received = _numbers(counted, members)
        uniform = sum(
            len({tuple(score.values) for score in counted if score.rater == by}) == 1 for by in raters
        )
        self.scores = []
        self.state, self.closed_at = after, at
        return Participation(len(raters), uniform)


Given = dict[UUID, list[int]]


def _numbers(scores: Sequence[Score], members: int) -> tuple[dict[str, float], dict[str, float]]:
    """The means of the dimensions and of what each party received: none, if one may not be published.

    They add up, so that a missing one could be computed from the others.
    """
    dimensions: dict[str, Given] = {name: {} for name in TrustDimension}
    received: dict[str, Given] = {}
    for score in sorted(scores, key=lambda item: (item.rated, item.rater)):
        received.setdefault(str(score.rated), {})[score.rater] = score.values
        for name, value in zip(TrustDimension, score.values, strict=True):
            dimensions[name].setdefault(score.rater, []).append(value)
    if len(received) < members or any(len(given) <= disclosure.LEFT for given in received.values()):
        received = {}
    if not all(map(disclosure.may_be_known, [*dimensions.values(), *received.values()])):
        return {}, {}
    return _means(dimensions), _means(received)


def _means(numbers: dict[str, Given]) -> dict[str, float]:
    return {
        name: round(sum(map(sum, given.values())) / sum(map(len, given.values())), 4)
        for name, given in numbers.items()
    }
