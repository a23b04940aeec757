"""What a party sends of a product: its facets, its texts, and the legal facts of an umbrella."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Annotated, TypeVar
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from services.products.commands.products import Words
from services.products.model.facets import Facets, LegalTerms
from shared.contracts.partners import OrganisationKind
from shared.contracts.products import Language, Means, Medium, Phase, ProductKind, Subject, Tense
from shared.fields import AreaCode, Day, LegalDay, Line, Lines, RequestBody, Shown, Slug
from shared.i18n import N_

T = TypeVar("T", bound=Hashable)

Body = Annotated[str, StringConstraints(max_length=100_000), Lines]
"""Restricted Markdown; empty where a file holds the content."""
Summary = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000), Lines, Shown]


def _once(values: Sequence[T]) -> Sequence[T]:
    if len(set(values)) != len(values):
        raise PydanticCustomError("named_twice", N_("something is named twice"))
    return values


Once = AfterValidator(_once)


class TextIn(RequestBody):
    """The words in one language."""

    language: Language
    title: Line
    summary: Summary = ""
    body: Body = ""


class LegalIn(RequestBody):
    """What a regulation covers; ``in_force_until`` is its last day in force.

    An area covers every area whose code begins with its own; ``ID`` covers all of Indonesia.
    """

    number: Line
    issuer: Line
    in_force_from: LegalDay
    in_force_until: LegalDay | None = None
    means: Annotated[list[Means], Field(min_length=1), Once]
    areas: Annotated[list[AreaCode], Field(min_length=1, max_length=100), Once]
    actors: Annotated[list[OrganisationKind], Field(min_length=1), Once]

    def terms(self) -> LegalTerms:
        """The same for the model."""
        return LegalTerms(
            self.number,
            self.issuer,
            self.in_force_from,
            self.in_force_until,
            tuple(self.means),
            tuple(self.areas),
            tuple(self.actors),
        )


class ContentIn(RequestBody):
    """The whole content of a draft; ``valid_until`` is the last day on which it may be used."""

    phases: Annotated[list[Phase], Field(min_length=1), Once]
    audiences: Annotated[list[Slug], Field(min_length=1, max_length=20), Once]
    media: Annotated[list[Medium], Field(min_length=1), Once]
    tense: Tense | None = None
    subject: Subject | None = None
    problem_id: UUID | None = None
    legal: LegalIn | None = None
    texts: Annotated[list[TextIn], Field(min_length=1, max_length=4)]
    valid_until: Day | None = None

    def facets(self) -> Facets:
        """The facets for the model."""
        return Facets(
            tuple(self.phases),
            tuple(self.audiences),
            tuple(self.media),
            self.tense,
            self.subject,
            self.problem_id,
            self.legal.terms() if self.legal else None,
        )

    def words(self) -> tuple[Words, ...]:
        """The texts for the command."""
        return tuple(Words(one.language, one.title, one.summary, one.body) for one in self.texts)


class ProductIn(ContentIn):
    """A new product."""

    partnership_id: UUID
    kind: ProductKind
