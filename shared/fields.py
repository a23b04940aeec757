"""Field types of commands and requests: texts, dates, times, codes."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from shared import plain_text as writing
from shared.i18n import N_


def require_storable(text: str) -> str:
    """Refuse text that databases cannot store: NUL, and halves of surrogate pairs."""
    if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise PydanticCustomError(
            "unstorable_text", N_("the text contains a NUL character or an unpaired surrogate")
        )
    return text


Storable = AfterValidator(require_storable)


def _written(read: Callable[[str], str]) -> Callable[[str], str]:
    def check(text: str) -> str:
        try:
            return read(text)
        except ValueError as error:
            message = "the text contains {sign}, a line break, control or bidirectional character"
            raise PydanticCustomError("unwritten_sign", message, {"sign": str(error)}) from None

    return check


def _shown(text: str) -> str:
    if text and not writing.shows(text):
        raise PydanticCustomError("nothing_to_see", N_("the text has no visible characters"))
    return text


def _once(values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(values))


Once = AfterValidator(_once)
"""For a tuple: repeated values count once."""
OneLine = AfterValidator(_written(writing.one_line))
Lines = AfterValidator(_written(writing.lines))
Shown = AfterValidator(_shown)

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200), OneLine, Shown]
"""One line of 2 to 200 characters: a name or a title."""

Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=5000), Lines, Shown]
"""A text of some paragraphs, of 2 to 5000 characters."""

Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000), Lines, Shown]
"""The same, but it may be empty."""

Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60), OneLine, Shown]
"""A short name such as that of a unit."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=60)]
"""A word for programs, such as the name of an audience or of a type of problem."""

AreaCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9.:/-]{0,39}$")]
"""An administrative code such as 35.15, or a free code elsewhere."""

LegalDay = Annotated[date, Field(ge=date(1800, 1, 1), le=date(2199, 12, 31))]
"""A calendar day, within the centuries in which regulations are or will be in force."""

Day = Annotated[date, Field(ge=date(1960, 1, 1), le=date(2099, 12, 31))]
"""A calendar day within a working life."""


Moment = Annotated[
    AwareDatetime, Field(ge=datetime(1960, 1, 1, tzinfo=UTC), le=datetime(2099, 12, 31, tzinfo=UTC))
]
"""A time with a zone, within the same years."""


class RequestBody(BaseModel):
    """Base of request bodies: unknown fields are refused, as a misspelt one would have no effect."""

    model_config = ConfigDict(extra="forbid")


class ReasonIn(RequestBody):
    """The reason for an action."""

    reason: Prose
