"""Validation errors: translated messages by pydantic error type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic_core import ErrorDetails

from shared.i18n import N_

TEXT = N_("This should be text.")
WHOLE = N_("This should be a whole number.")
NUMBER = N_("This should be a number.")
YES_OR_NO = N_("This should be true or false.")
LIST = N_("This should be a list.")
OBJECT = N_("This should be an object with named fields.")
DAY = N_("This should be a date, such as 2026-01-31.")
MOMENT = N_("This should be a date and time, such as 2026-01-31T09:30:00+07:00.")
ID = N_("This should be an id (UUID).")
CHOICE = N_("This should be one of: %(expected)s.")
NO_JSON = N_("This is not valid JSON.")
NO_FILE = N_("This should be a file.")
UNFIT = N_("This is not accepted here.")
"""The message for errors without a text; a test finds those that models can cause."""
WORDS: Mapping[str, str] = {
    "missing": N_("This is missing."),
    "extra_forbidden": N_("There is no such field; check its spelling."),
    "json_invalid": NO_JSON,
    "json_type": NO_JSON,
    "string_type": TEXT,
    "string_unicode": TEXT,
    "string_too_short": N_("This should have at least %(min_length)s characters."),
    "string_too_long": N_("This should have at most %(max_length)s characters."),
    "string_pattern_mismatch": N_("This does not match the pattern %(pattern)s"),
    "too_short": N_("This should have at least %(min_length)s items, not %(actual_length)s."),
    "too_long": N_("This should have at most %(max_length)s items."),
    "greater_than": N_("This should be more than %(gt)s."),
    "greater_than_equal": N_("This should be at least %(ge)s."),
    "less_than": N_("This should be less than %(lt)s."),
    "less_than_equal": N_("This should be at most %(le)s."),
    "multiple_of": N_("This should be a multiple of %(multiple_of)s."),
    "finite_number": NUMBER,
    "literal_error": CHOICE,
    "enum": CHOICE,
    "none_required": N_("This should be empty."),
    "model_type": OBJECT,
    "model_attributes_type": OBJECT,
    "dict_type": OBJECT,
    "mapping_type": OBJECT,
    "list_type": LIST,
    "set_type": LIST,
    "tuple_type": LIST,
    "frozen_set_type": LIST,
    "iterable_type": LIST,
    "bool_type": YES_OR_NO,
    "bool_parsing": YES_OR_NO,
    "int_type": WHOLE,
    "int_parsing": WHOLE,
    "int_parsing_size": N_("This number is too large."),
    "int_from_float": WHOLE,
    "float_type": NUMBER,
    "float_parsing": NUMBER,
    "decimal_type": NUMBER,
    "decimal_parsing": NUMBER,
    "decimal_max_digits": N_("This should have at most %(max_digits)s digits."),
    "decimal_max_places": N_("This should have at most %(decimal_places)s digits after the point."),
    "decimal_whole_digits": N_("This should have at most %(whole_digits)s digits before the point."),
    "date_type": DAY,
    "date_parsing": DAY,
    "date_from_datetime_parsing": DAY,
    "date_from_datetime_inexact": DAY,
    "date_past": N_("This should be a date in the past."),
    "date_future": N_("This should be a date in the future."),
    "datetime_type": MOMENT,
    "datetime_parsing": MOMENT,
    "datetime_object_invalid": MOMENT,
    "datetime_from_date_parsing": MOMENT,
    "timezone_aware": N_("This time needs a time zone, such as +07:00 or Z."),
    "timezone_naive": N_("This time should have no time zone."),
    "uuid_type": ID,
    "uuid_parsing": ID,
    "uuid_version": ID,
    # A validation error of our own with values in it: pydantic does not keep its template.
    "unwritten_sign": N_("the text contains %(sign)s, a line break, control or bidirectional character"),
}
_VALUE_ERROR = "Value error, "


def field_error(error: ErrorDetails | Mapping[str, Any], translate: Callable[[str], str]) -> dict[str, str]:
    """One error of a request: the JSON pointer of its place, what was expected there, and a code."""
    place, code = list(error["loc"]), str(error["type"])
    if code == "json_invalid":
        place = place[:1]  # a body that is not JSON has no places
    return {
        "in": str(place[0]),
        "pointer": "".join(f"/{_escaped(part)}" for part in place[1:]),
        "detail": _detail(code, error, translate),
        "code": code,
    }


def _escaped(part: object) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


def _detail(code: str, error: Mapping[str, Any], translate: Callable[[str], str]) -> str:
    context = {name: _plain(value) for name, value in (error.get("ctx") or {}).items()}
    if code in WORDS:
        return translate(WORDS[code]) % context
    said = str(error["msg"]).removeprefix(_VALUE_ERROR)
    if said.startswith("Expected UploadFile"):
        return translate(NO_FILE)
    # A validation error of our own is its own message id; others must not appear in another language.
    in_words = translate(said)
    unknown = in_words == said and translate(UNFIT) != UNFIT
    return translate(UNFIT) if unknown else in_words


def _plain(value: object) -> object:
    """Choices as a list in every language: pydantic writes "'a', 'b' or 'c'"."""
    return value.replace("' or '", "', '").replace("'", "") if isinstance(value, str) else value
