"""Rows without an aggregate: what is written at once, what an upsert changes and what it leaves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import sqlalchemy as sa

from shared.clock import SystemClock, new_id
from shared.database.database import Database, DatabaseOptions
from shared.database.engines import open_database
from shared.database.transaction import Transaction
from tests.events.world import context, create_tables

metadata = sa.MetaData()
lamps = sa.Table(
    "lamps",
    metadata,
    sa.Column("street", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("colour", sa.Text),
    sa.Column("owner", sa.Text),
)
posts = sa.Table("posts", metadata, sa.Column("street", sa.Text, primary_key=True))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    create_tables(database_url)
    engine = sa.create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    metadata.create_all(engine)
    engine.dispose()
    database = open_database(database_url, DatabaseOptions(clock=SystemClock(), new_id=new_id))
    await database.start()
    yield database
    await database.stop()


def lamp(number: int, **values: Any) -> dict[str, Any]:
    return {"street": "Jalan Melati", "number": number, **values}


async def kept(database: Database) -> list[tuple[Any, ...]]:
    query = sa.select(lamps.c.number, lamps.c.colour, lamps.c.owner).order_by(lamps.c.number)
    return await database.read(lambda session: [tuple(row) for row in session.execute(query)])


async def test_an_upsert_inserts_or_updates_what_it_gives_and_nothing_else(database: Database) -> None:
    def run(tx: Transaction) -> None:
        tx.upsert(lamps, lamp(1, colour="white"), {"owner": "village"})
        tx.upsert(lamps, lamp(1, colour="yellow"), {"owner": "nobody"})
        tx.upsert(lamps, lamp(2, colour="red"))

    await database.write(context(), run)
    assert await kept(database) == [(1, "yellow", "village"), (2, "red", None)]
    await database.write(context(), lambda tx: tx.upsert(lamps, lamp(2, owner="city")))
    assert await kept(database) == [(1, "yellow", "village"), (2, "red", "city")]


async def test_an_upsert_of_a_key_alone_leaves_the_row_as_it_is(database: Database) -> None:
    await database.write(context(), lambda tx: tx.insert(lamps, lamp(1, colour="white")))
    await database.write(context(), lambda tx: tx.upsert(lamps, lamp(1), {"colour": "black"}))
    assert await kept(database) == [(1, "white", None)]


async def test_rows_are_written_in_their_order_whatever_their_kind(database: Database) -> None:
    def run(tx: Transaction) -> None:
        tx.insert(lamps, lamp(1, colour="white"))
        tx.upsert(lamps, lamp(1, colour="red"))
        tx.insert(posts, {"street": "Jalan Melati"})
        tx.upsert(lamps, lamp(1, owner="city"))
        tx.execute(sa.update(lamps).where(lamps.c.owner == "city"), {"colour": "green"})

    await database.write(context(), run)
    assert await kept(database) == [(1, "green", "city")]


async def test_consecutive_rows_of_a_kind_are_one_statement(database: Database) -> None:
    def run(tx: Transaction) -> int:
        statements: list[bool] = []
        sa.event.listen(
            tx.session.connection(), "after_cursor_execute", lambda *given: statements.append(given[-1])
        )
        for number in range(50):
            tx.upsert(lamps, lamp(number, colour="white"))
        _ = tx.session  # as before anything reads
        return len(statements)

    assert await database.write(context(), run) == 1
    assert len(await kept(database)) == 50
