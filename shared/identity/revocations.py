"""Revocations of access tokens, by account, session or API token."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

ALL = 2**31 - 1
"""The minimum generation: earlier tokens are not accepted."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The origin of an access token: a state of an account, and a session or an API token.

    An account increases its ``generation`` when it loses rights. A token of an older one is recognised by
    that number, however the clocks of two machines differ.
    """

    account: UUID
    generation: int
    through: UUID

    @property
    def claims(self) -> dict[str, Any]:
        """The claims for a token."""
        return {"account": str(self.account), "gen": self.generation, "sid": str(self.through)}

    @classmethod
    def read(cls, claims: dict[str, Any]) -> Origin | None:
        """The origin in a token's claims; None for one minted on the host. Raises ValueError."""
        given = [claims.get(name) for name in ("account", "gen", "sid")]
        if given == [None, None, None]:
            return None
        account, generation, through = given
        if not isinstance(generation, int) or isinstance(generation, bool):
            raise ValueError("gen is no number")  # noqa: TRY004  (one kind of error for whatever is wrong)
        return cls(UUID(str(account)), generation, UUID(str(through)))


class Revocations:
    """The revocations of a service in memory, as in its table."""

    def __init__(self) -> None:
        self._below: dict[UUID, int] = {}

    def replace(self, rows: Iterable[tuple[UUID, int]]) -> None:
        """Replace them by those of the table."""
        self._below = dict(rows)

    def covers(self, origin: Origin | None) -> bool:
        """Whether tokens of an origin are revoked."""
        if origin is None or not self._below:
            return False
        return origin.through in self._below or origin.generation < self.generation_of(origin.account)

    def generation_of(self, account: UUID) -> int:
        """The minimum generation of an account's valid tokens; 0 if all are valid."""
        return self._below.get(account, 0)
