"""The parameters by which lists of the registry are narrowed."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import StringConstraints

from shared.contracts.vocabulary import OrganisationKind
from shared.fields import AreaCode, Storable

Search = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
    Storable,
    Query(description="A part of the name"),
]
AreaFilter = Annotated[AreaCode, Query(description="An area, including the areas in it")]
KindFilter = Annotated[OrganisationKind, Query(description="A kind of organisation")]
