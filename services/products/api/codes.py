"""Print code API: status of a printed version."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import Path
from pydantic import BaseModel

from services.products.api.reading import today, words
from services.products.api.related import RelatedOut, WarningOut
from services.products.api.views import BASE
from services.products.model.version import Version
from services.products.queries import records as queries
from shared.contracts.vocabulary import Fate, Standing, VersionState
from shared.http.door import Door, DoorDep
from shared.http.routes import Operations
from shared.identity.permissions import PUBLIC

operations = Operations("prints")
FATES = {
    VersionState.PUBLISHED: Fate.CURRENT,
    VersionState.SUPERSEDED: Fate.SUPERSEDED,
    VersionState.WITHDRAWN: Fate.WITHDRAWN,
    VersionState.EXPIRED: Fate.EXPIRED,
}


class CurrentOut(BaseModel):
    """The version that is currently published."""

    number: int
    code: str
    title: str
    link: str


class PrintedOut(BaseModel):
    """The status of a printed version.

    ``current`` is the published version, if there is one; ``replaced_by`` lists products that replaced this
    one; ``reason`` says why it was withdrawn; ``standing`` is set for a revoked legal umbrella.
    """

    code: str
    status: Fate
    product_id: UUID
    kind: str
    title: str
    number: int
    languages: list[str]
    published_at: datetime
    valid_until: date | None
    closed_at: datetime | None
    reason: str | None
    link: str
    standing: Standing
    revoked_on: date | None
    current: CurrentOut | None
    replaced_by: list[RelatedOut]
    warnings: list[WarningOut]

    @classmethod
    def of(cls, resolved: queries.Resolved, door: Door) -> Self:
        """The view of the version of a code."""
        product, version = resolved.product, resolved.version
        link = f"{BASE}/products/{product.id}"
        return cls.model_validate(
            {
                "code": version.code,
                "status": FATES[version.state],
                "product_id": product.id,
                "kind": product.kind,
                "title": version.title,
                "number": version.number,
                "languages": version.languages,
                "published_at": version.published_at,
                "valid_until": version.valid_until,
                "closed_at": version.closed_at,
                "reason": version.withdrawn_reason,
                "link": link,
                "standing": product.standing(today(door)),
                "revoked_on": product.legal.revoked_on if product.legal else None,
                "current": _current(product.published, link),
                "replaced_by": [
                    RelatedOut.of(link)
                    for link in resolved.related
                    if (link.relation, link.direction, link.standing)
                    == ("replaces", "from", Standing.PUBLISHED)
                ],
                "warnings": WarningOut.all_of(resolved.related, words(door)),
            }
        )


@operations.get("/prints/{code}", may=PUBLIC)
async def resolve_code(code: Annotated[str, Path(max_length=60)], door: DoorDep) -> PrintedOut:
    """Show the status of the version that a code is printed on; codes never expire."""
    return PrintedOut.of(await door.read(queries.resolved, code, today(door)), door)


def _current(version: Version | None, link: str) -> CurrentOut | None:
    if version is None:
        return None
    return CurrentOut(number=version.number, code=version.code, title=version.title, link=link)
