"""The names, passwords, codes and secrets that identity is given."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr
from pydantic_core import PydanticCustomError

from shared.fields import Storable, require_storable
from shared.i18n import N_

_USER_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{2,99}")
MANY = 1024


def _user_name(text: str) -> str:
    """Normalise a user name: case does not count."""
    name = text.strip().lower()
    if not _USER_NAME.fullmatch(name):
        raise PydanticCustomError(
            "user_name",
            N_("a user name has 3 to 100 characters: a-z, 0-9, . _ @ + and -, the first being a-z or 0-9"),
        )
    return name


def _secret(given: SecretStr) -> SecretStr:
    """Refuse text that cannot be encoded, such as half of a surrogate pair."""
    require_storable(given.get_secret_value())
    return given


UserName = Annotated[str, Field(max_length=100, repr=False), AfterValidator(_user_name)]
Password = Annotated[SecretStr, Field(min_length=1, max_length=MANY), AfterValidator(_secret)]
Secret = Annotated[SecretStr, Field(min_length=10, max_length=200), AfterValidator(_secret)]
Browser = Annotated[SecretStr, Field(max_length=200), AfterValidator(_secret)]
Code = Annotated[str, Field(max_length=10, repr=False), Storable]
