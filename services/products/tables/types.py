"""Column types: word lists and facets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

from services.products.model.facets import Facets, LegalTerms
from shared.contracts.vocabulary import LegalRank, Means, Medium, Phase, Subject, Tense


class Words(TypeDecorator[list[str]]):
    """A set of words, stored as `` prevention handling ``, so that :func:`holds` can find one."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[str] | None, dialect: Any) -> str | None:  # noqa: ARG002
        return None if value is None else f" {' '.join(value)} "

    def process_result_value(self, value: str | None, dialect: Any) -> list[str] | None:  # noqa: ARG002
        return None if value is None else value.split()


def holds(column: sa.Column[Any], *words: str) -> sa.ColumnElement[bool]:
    """Whether a column of :class:`Words` has one of these words."""
    kept = sa.type_coerce(column, sa.Text)
    return sa.or_(*(kept.contains(f" {word} ", autoescape=True) for word in words))


class FacetsColumn(TypeDecorator[Facets]):
    """The facets of a version as JSON."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: Facets | None, dialect: Any) -> Any:  # noqa: ARG002
        if value is None:
            return None
        legal = value.legal
        return {
            "phases": value.phases,
            "audiences": value.audiences,
            "media": value.media,
            "tense": value.tense,
            "subject": value.subject,
            "problem_id": str(value.problem_id) if value.problem_id else None,
            "legal": None if legal is None else _legal(legal),
        }

    def process_result_value(self, value: dict[str, Any] | None, dialect: Any) -> Facets | None:  # noqa: ARG002
        if value is None:
            return None
        legal, problem = value["legal"], value["problem_id"]
        return Facets(
            phases=tuple(map(Phase, value["phases"])),
            audiences=tuple(value["audiences"]),
            media=tuple(map(Medium, value["media"])),
            tense=Tense(value["tense"]) if value["tense"] else None,
            subject=Subject(value["subject"]) if value["subject"] else None,
            problem_id=UUID(problem) if problem else None,
            legal=None if legal is None else _terms(legal),
        )


def _legal(terms: LegalTerms) -> dict[str, Any]:
    until = terms.in_force_until
    return {
        "number": terms.number,
        "issuer": terms.issuer,
        "in_force_from": terms.in_force_from.isoformat(),
        "in_force_until": until.isoformat() if until else None,
        "means": terms.means,
        "areas": terms.areas,
        "actors": terms.actors,
        "rank": terms.rank,
    }


def _terms(kept: dict[str, Any]) -> LegalTerms:
    until = kept["in_force_until"]
    return LegalTerms(
        number=kept["number"],
        issuer=kept["issuer"],
        in_force_from=date.fromisoformat(kept["in_force_from"]),
        in_force_until=date.fromisoformat(until) if until else None,
        means=tuple(map(Means, kept["means"])),
        areas=tuple(kept["areas"]),
        actors=tuple(kept["actors"]),
        rank=LegalRank(rank) if (rank := kept.get("rank")) else None,
    )
