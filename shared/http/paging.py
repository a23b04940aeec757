"""Cursor pagination."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BaseModel, StringConstraints

from shared.fields import Storable
from shared.refusal import Refusal

T = TypeVar("T")
S = TypeVar("S")


class CursorUnreadable(Refusal):
    """The cursor is not one of this system."""

    kind = "invalid"
    message = "The cursor %(cursor)s cannot be read."
    remedy = "Use the cursor from the field next of the previous page, or leave it out to start over."


Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    Storable,
    Query(description="Words; each must occur, also as a part of a longer word"),
]
"""The words to search for."""


class Page(BaseModel, Generic[T]):
    """Items in the order of creation; ``next`` is the cursor of the following page, if there is one."""

    items: list[T]
    next: str | None = None

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        """A page of BoardOut is named BoardPage, in documents and in generated clients."""
        return f"{params[0].__name__.removesuffix('Out')}Page"


class PageParams:
    """The requested page: ``after`` (exclusive) and at most ``limit`` items."""

    def __init__(
        self,
        cursor: Annotated[str | None, Query(max_length=64, description="`next` of the previous page")] = None,
        limit: Annotated[int, Query(ge=1, le=100, description="The maximum number of items")] = 50,
    ) -> None:
        self.limit = limit
        self.after = _decode(cursor) if cursor else None

    def page(self, rows: Sequence[S], view: Callable[[S], T], key: Callable[[S], UUID]) -> Page[T]:
        """A page from at most ``limit + 1`` items (the extra one tells that there are more)."""
        shown = rows[: self.limit]
        more = len(rows) > self.limit
        return Page(items=[view(item) for item in shown], next=_encode(key(shown[-1])) if more else None)


PageDep = Annotated[PageParams, Depends()]


def _encode(last: UUID) -> str:
    return base64.urlsafe_b64encode(last.bytes).decode().rstrip("=")


def _decode(cursor: str) -> UUID:
    try:
        return UUID(bytes=base64.urlsafe_b64decode(cursor + "=="))
    except (ValueError, binascii.Error):
        raise CursorUnreadable(cursor=cursor) from None
