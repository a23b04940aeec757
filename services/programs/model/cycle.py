"""Cycles: recommendations of a closed programme, and their answers in the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.refusal import Refusal


class RecommendationsUnanswered(Refusal):
    """Each recommendation of the previous cycle is adopted, or rejected with a reason."""

    kind = "conflict"
    message = "Recommendations of the preceding programme have no answer: %(texts)s."
    remedy = "Adopt each recommendation, or reject it with a reason."


class RecommendationUnknown(Refusal):
    """Answers refer to recommendations of the previous programme."""

    kind = "invalid"
    message = "The preceding programme has no recommendation with the id %(id)s."
    remedy = "Open that programme to see its recommendations."


class AnsweredTwice(Refusal):
    """A recommendation has one answer."""

    kind = "invalid"
    message = "The recommendation %(id)s is answered twice."
    remedy = "Give one answer to each recommendation."


class RejectedWithoutReason(Refusal):
    """A rejection has a reason."""

    kind = "invalid"
    message = "The recommendation “%(text)s” is rejected without a reason."
    remedy = "Give the reason for the rejection."


class NotAdopted(Refusal):
    """Only an adopted recommendation is followed."""

    kind = "conflict"
    message = "The programme has not adopted a recommendation with the id %(id)s."
    remedy = "Open the programme to see which recommendations it adopted."


class FollowedAlready(Refusal):
    """A recommendation is followed once."""

    kind = "conflict"
    message = "That this recommendation was followed has already been recorded."
    remedy = "Open the programme to see by what."


class FollowedByOneThing(Refusal):
    """A recommendation is followed by a stage or by a decision."""

    kind = "invalid"
    message = "A recommendation is followed by a stage or by a decision: name one of them, and only one."
    remedy = "Give the id of a completed stage, or of a decision of the board."


class StageNotCompleted(Refusal):
    """What follows a recommendation has been done."""

    kind = "conflict"
    message = "The stage “%(title)s” is not completed, so it has followed no recommendation."
    remedy = "Wait until another party has accepted the stage."


class StageOfAnotherPartnership(Refusal):
    """What follows a recommendation is of the same partnership."""

    kind = "invalid"
    message = "There is no stage with the id %(id)s in this partnership."
    remedy = "Choose a completed stage of a programme of this partnership."


@dataclass(eq=False)
class Recommendation:
    """A recommendation of a closed programme for the next one."""

    id: UUID
    position: int
    text: str


@dataclass(eq=False)
class Answer:
    """The answer of a programme to a recommendation of the previous one.

    An adopted one is followed by ``stage_id`` or ``decision_id``, as ``followed_by``, a party, says.
    """

    recommendation_id: UUID
    adopted: bool
    reason: str = ""
    stage_id: UUID | None = None
    decision_id: UUID | None = None
    followed_by: UUID | None = None

    def follow(self, stage_id: UUID | None, decision_id: UUID | None, by: UUID) -> None:
        """Record by what it was followed."""
        if not self.adopted:
            raise NotAdopted(id=str(self.recommendation_id))
        if self.followed_by is not None:
            raise FollowedAlready
        self.stage_id, self.decision_id, self.followed_by = stage_id, decision_id, by


def check_answers(recommendations: Sequence[Recommendation], answers: Sequence[Answer]) -> None:
    """Refuse answers that are superfluous, missing, or without a needed reason."""
    texts = {recommendation.id: recommendation.text for recommendation in recommendations}
    answered: set[UUID] = set()
    for answer in answers:
        if answer.recommendation_id not in texts:
            raise RecommendationUnknown(id=str(answer.recommendation_id))
        if answer.recommendation_id in answered:
            raise AnsweredTwice(id=str(answer.recommendation_id))
        if not answer.adopted and not answer.reason:
            raise RejectedWithoutReason(text=texts[answer.recommendation_id])
        answered.add(answer.recommendation_id)
    missing = [f"“{text}”" for wording, text in texts.items() if wording not in answered]
    if missing:
        raise RecommendationsUnanswered(texts=missing)
