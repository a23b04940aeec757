"""The kinds of values that the registry's requests hold."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import Field, StringConstraints

from shared.contracts.partners import OrganisationKind
from shared.http.fields import AreaCode, Storable

Phone = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=r"^\+62[1-9][0-9]{7,11}$"),
    Field(examples=["+6281234567890"]),
]
"""An Indonesian number in international form (E.164)."""

Search = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
    Storable,
    Query(description="A piece of the name"),
]
AreaFilter = Annotated[AreaCode, Query(description="An area, and what lies in it")]
KindFilter = Annotated[OrganisationKind, Query(description="A kind of organisation")]
