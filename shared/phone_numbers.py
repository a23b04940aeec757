"""Telephone numbers, kept in one form however they are written."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from shared.i18n import N_

REGION = "ID"
"""The default country of telephone numbers."""


def _number(text: str) -> str:
    """Normalise a telephone number to international form (E.164)."""
    import phonenumbers  # imported late, with the numbering plans of every country

    international = f"+{text[2:]}" if text.startswith("00") else text
    try:
        number = phonenumbers.parse(international, REGION)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or number.extension or not phonenumbers.is_valid_number(number):
        raise PydanticCustomError(
            "phone", N_("the text is not a telephone number that can be called from abroad")
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


Phone = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=40),
    AfterValidator(_number),
    Field(examples=["+6281234567890"]),
]
"""A telephone number in international form (E.164); without a country code it is Indonesian."""
