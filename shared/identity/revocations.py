"""Revocations of access tokens, by account, session or API token."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

ALL = 2**31 - 1
"""The generation below which each one lies: nothing that comes from there is believed."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an access token comes from: an account as it was then, through a session or an API token.

    An account counts its ``generation`` up when it may do less than before. A token that was minted from an
    older one is told by that number, however the clocks of two machines differ.
    """

    account: UUID
    generation: int
    through: UUID

    @property
    def claims(self) -> dict[str, Any]:
        """What a token says of it."""
        return {"account": str(self.account), "gen": self.generation, "sid": str(self.through)}

    @classmethod
    def read(cls, claims: dict[str, Any]) -> Origin | None:
        """What a token's claims say; None for one that was minted on the host. Raises ValueError."""
        given = [claims.get(name) for name in ("account", "gen", "sid")]
        if given == [None, None, None]:
            return None
        account, generation, through = given
        if not isinstance(generation, int) or isinstance(generation, bool):
            raise ValueError("gen is no number")  # noqa: TRY004  (one kind of error for whatever is wrong)
        return cls(UUID(str(account)), generation, UUID(str(through)))


class Revocations:
    """Kept in memory by each service, as its table says."""

    def __init__(self) -> None:
        self._below: dict[UUID, int] = {}

    def replace(self, rows: Iterable[tuple[UUID, int]]) -> None:
        """Take what the table holds now."""
        self._below = dict(rows)

    def covers(self, origin: Origin | None) -> bool:
        """Whether what comes from there is no longer believed."""
        if origin is None or not self._below:
            return False
        return origin.through in self._below or origin.generation < self.generation_of(origin.account)

    def generation_of(self, account: UUID) -> int:
        """From which generation on an account's tokens are believed; 0 where all are."""
        return self._below.get(account, 0)
