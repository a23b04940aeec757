"""Every row that belongs to an agency carries it, or hangs on a row that does."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from shared.database import tables
from shared.host.service import Service
from tests.rows.filled import SERVICES

OTHERS = {
    "identity.attempts": "counts failures by account and address, before anybody knows whose they are",
    "identity.provider_visits": "somebody on the way to a provider, who is not known yet",
    "notifications.deliveries": "belongs to a notice, which carries the agency, and is sent on its own",
    "notifications.inbox_items": "belongs to a person, in whatever agency, and to a notice that carries it",
    "products.search_facets": "follows from published products, for everybody",
    "products.search_texts": "follows from published products, for everybody",
}
"""What neither carries an agency nor refers to what does, and why."""
BACKBONE = {
    "cursors": "how far a projection has read",
    "dead_letters": "events that were not worked off, for operators",
    "erased_persons": "who was erased: an agency, an id, an order",
    "idempotency_keys": "answers, by the person who asked",
    "imports": "which archives are being imported, for operators",
    "inbox": "ids of events",
    "outbox": "events; each names its agency itself, and is read by the id of what was seen",
    "personal_keys": "with which archives seal what is personal; by agency and person",
    "retries": "events that are tried again later; each names its agency itself, and nobody reads them",
    "revocations": "ids of accounts, sessions and tokens that are good no longer",
    "timers": "what falls due, by the ids of things",
}


@pytest.mark.parametrize("service", SERVICES, ids=lambda one: str(one.name))
def test_every_row_reaches_its_agency(service: Service) -> None:
    copies = {table for projection in service.follows for table in projection.tables}
    assert service.metadata is not None
    lost = {
        f"{service.name}.{table.name}"
        for table in service.metadata.sorted_tables
        if table not in copies and _way(table) is None
    }
    assert lost == {name for name in OTHERS if name.startswith(f"{service.name}.")}


def test_every_table_of_the_backbone_is_accounted_for() -> None:
    assert set(tables.metadata.tables) == BACKBONE.keys()


def test_the_way_to_an_agency_leads_through_what_a_row_cannot_be_without() -> None:
    products = next(one for one in SERVICES if one.name == "products").metadata
    assert products is not None
    assert _way(products.tables["texts"]) == ["versions", "products"]
    assert _way(products.tables["products"]) == []
    assert _way(products.tables["search_texts"]) is None


def _way(table: sa.Table) -> list[str] | None:
    """The tables to which one leads from a row until one carries an agency; None where none does."""
    if "agency" in table.c:
        return []
    for key in table.foreign_key_constraints:
        if not any(one.parent.nullable for one in key.elements) and key.referred_table is not table:
            onward = _way(key.referred_table)
            if onward is not None:
                return [key.referred_table.name, *onward]
    return None
