"""Cycles: recommendations of a closed programme, and their answers in the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.refusal import Refusal


class RecommendationsUnanswered(Refusal):
    """A cycle learns from the one before: each recommendation is adopted, or rejected with a reason."""

    kind = "conflict"
    message = "Recommendations of the preceding programme have no answer: %(texts)s."
    remedy = "Adopt each recommendation, or reject it with a reason."


class RecommendationUnknown(Refusal):
    """Answers are given to the recommendations of the programme before."""

    kind = "invalid"
    message = "The preceding programme has no recommendation with the id %(id)s."
    remedy = "Open that programme to see its recommendations."


class AnsweredTwice(Refusal):
    """One recommendation, one answer."""

    kind = "invalid"
    message = "The recommendation %(id)s is answered twice."
    remedy = "Give one answer to each recommendation."


class RejectedWithoutReason(Refusal):
    """Whoever rejects a recommendation says why."""

    kind = "invalid"
    message = "The recommendation “%(text)s” is rejected without a reason."
    remedy = "Give the reason for the rejection."


@dataclass(eq=False)
class Recommendation:
    """What a programme advises the next one, when it closes."""

    id: UUID
    position: int
    text: str


@dataclass(eq=False)
class Answer:
    """What a programme makes of a recommendation of the one before it."""

    recommendation_id: UUID
    adopted: bool
    reason: str = ""


def check_answers(recommendations: Sequence[Recommendation], answers: Sequence[Answer]) -> None:
    """Refuse answers that are too many, too few, or without their reason."""
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
