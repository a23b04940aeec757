"""Field types of the programmes' commands."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from shared.fields import Day

Figure = Annotated[float, Field(ge=-1e15, le=1e15, allow_inf_nan=False, strict=True)]
"""A measured number: finite, and small enough that its integer part is exact."""

Amount = Annotated[float, Field(gt=0, le=1e15, allow_inf_nan=False, strict=True)]
"""A quantity, in a unit that is given separately."""

Money = Annotated[int, Field(ge=0, le=10**15, strict=True)]
"""A value in whole units of a currency; 0 if there is no price."""

Revision = Annotated[int, Field(ge=1, le=10**6, strict=True)]
"""The revision of a proposal that the caller has read."""

Before = Annotated[Day | None, Field(description="The day, if it is entered afterwards; by default today.")]
"""The day of an act that is entered afterwards."""
