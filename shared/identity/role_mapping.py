"""Role mapping: OpenID Connect claim values to roles in agencies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.identity.actor import is_agency
from shared.identity.permissions import GRANTED, Role

MAPPED = frozenset(GRANTED) - {Role.CUSTODIAN, Role.OPERATOR}
"""The roles that a provider can grant: a custodian or an operator reaches beyond the agency."""

_ANOTHER = re.compile(rf"=\s*[a-z0-9-]+\s*:\s*(?:{'|'.join(Role)})\b")
"""A rule within a value: a separator other than the semicolon was used."""


@dataclass(frozen=True, slots=True)
class RoleMapping:
    """The roles for each value of the claim; a value may occur several times, for several roles."""

    rules: tuple[tuple[str, str, Role], ...] = ()

    @classmethod
    def parse(cls, text: str) -> RoleMapping:
        """Parse ``value=agency:role; value=agency:role``; raises ValueError for anything else.

        A value may contain any character but the semicolon, also ``=``: names of directories do.
        """
        return cls(tuple(_rule(part) for part in text.split(";") if part.strip()))

    def decided(self, agency: str) -> frozenset[Role]:
        """The roles of an agency that the provider decides on; administrators grant all others."""
        return frozenset(role for _, where, role in self.rules if where == agency)

    def given(self, agency: str, values: Iterable[str]) -> frozenset[Role]:
        """The roles that the values of the claim give in an agency."""
        held = set(values)
        return frozenset(role for value, where, role in self.rules if where == agency and value in held)


def _rule(text: str) -> tuple[str, str, Role]:
    value, equals, rest = text.rpartition("=")
    agency, colon, role = (part.strip() for part in rest.partition(":"))
    if not (value.strip() and equals and colon and is_agency(agency)) or _ANOTHER.search(value):
        raise ValueError(text)
    named = Role(role)
    if named not in MAPPED:
        raise ValueError(text)
    return value.strip(), agency, named


def values_of(claims: Mapping[str, Any], claim: str) -> frozenset[str] | None:
    """The values of a claim: a text, or a list of texts; ``realm.roles`` is also looked up within ``realm``.

    None if they are not stated: the provider stores them elsewhere, because there are too many (OpenID
    Connect Core, 5.6.2; Microsoft's ``hasgroups``), or the claim has another type. An absent claim means:
    none.
    """
    if claim in claims:
        return _texts(claims[claim])
    elsewhere = claims.get("_claim_names")
    if claims.get("hasgroups") is True or (isinstance(elsewhere, Mapping) and claim in elsewhere):
        return None
    value: Any = claims
    for step in claim.split("."):
        if not isinstance(value, Mapping):
            return None
        if step not in value:
            return frozenset()
        value = value[step]
    return _texts(value)


def _texts(value: object) -> frozenset[str] | None:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list):
        return None
    return frozenset(text for text in listed if isinstance(text, str))
