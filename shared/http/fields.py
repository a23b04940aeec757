"""The kinds of text that requests hold."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from shared.i18n import N_


def require_storable(text: str) -> str:
    """Refuse what no database keeps as text: NUL, and halves of surrogate pairs."""
    if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise PydanticCustomError("unstorable_text", N_("the text holds a NUL or half of a surrogate pair"))
    return text


Storable = AfterValidator(require_storable)

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200), Storable]
"""A name or a title."""

Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=5000), Storable]
"""A text of some paragraphs."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=60)]
"""A word for machines, such as the name of an audience or of a type of problem."""

AreaCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9.:/-]{0,39}$")]
"""An administrative code such as 35.15, or a free code elsewhere."""

Day = Annotated[date, Field(ge=date(1800, 1, 1), le=date(2199, 12, 31))]
"""A calendar day, within the centuries in which regulations are still in force or will be."""


class RequestBody(BaseModel):
    """What a request brings: a field that nobody knows is refused, as a misspelt one would do nothing."""

    model_config = ConfigDict(extra="forbid")


class ReasonIn(RequestBody):
    """Why something is done."""

    reason: Prose
