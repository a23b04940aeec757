"""Content of a version: facets, texts, legal data."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from services.products.model.facets import Facets, LegalTerms
from services.products.model.text import Text
from shared.command import Part
from shared.contracts.vocabulary import (
    Language,
    LegalRank,
    Means,
    Medium,
    OrganisationKind,
    Phase,
    Subject,
    Tense,
)
from shared.fields import AreaCode, Day, LegalDay, Line, Lines, Shown, Slug
from shared.i18n import N_

Body = Annotated[str, StringConstraints(max_length=100_000), Lines]
"""Restricted Markdown; empty if a file has the content."""
Summary = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000), Lines, Shown]


def _distinct(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(set(values)) != len(values):
        raise PydanticCustomError("named_twice", N_("a value is listed twice"))
    return values


Distinct = AfterValidator(_distinct)
"""For a tuple: no value is listed twice."""


class Words(Part):
    """The text in one language."""

    language: Language
    title: Line
    summary: Summary = ""
    body: Body = ""

    def text(self) -> Text:
        """The text as a model object."""
        return Text(self.language, self.title, self.summary, self.body)


class Legal(Part):
    """The scope of a regulation; ``in_force_until`` is its last day in force.

    An area covers every area whose code begins with its own; ``ID`` covers all of Indonesia.
    """

    number: Line
    issuer: Line
    in_force_from: LegalDay
    in_force_until: LegalDay | None = None
    means: Annotated[tuple[Means, ...], Field(min_length=1), Distinct]
    areas: Annotated[tuple[AreaCode, ...], Field(min_length=1, max_length=100), Distinct]
    actors: Annotated[tuple[OrganisationKind, ...], Field(min_length=1), Distinct]
    rank: LegalRank | None = None

    def terms(self) -> LegalTerms:
        """The scope as a model object."""
        return LegalTerms(
            self.number,
            self.issuer,
            self.in_force_from,
            self.in_force_until,
            self.means,
            self.areas,
            self.actors,
            self.rank,
        )


class Content(Part):
    """The whole content of a draft."""

    phases: Annotated[tuple[Phase, ...], Field(min_length=1), Distinct]
    audiences: Annotated[tuple[Slug, ...], Field(min_length=1, max_length=20), Distinct]
    media: Annotated[tuple[Medium, ...], Field(min_length=1), Distinct]
    tense: Tense | None = None
    subject: Subject | None = None
    problem_id: UUID | None = None
    legal: Legal | None = None
    texts: Annotated[tuple[Words, ...], Field(min_length=1, max_length=4)]
    valid_until: Day | None = None

    def facets(self) -> Facets:
        """The facets as a model object."""
        return Facets(
            self.phases,
            self.audiences,
            self.media,
            self.tense,
            self.subject,
            self.problem_id,
            self.legal.terms() if self.legal else None,
        )
