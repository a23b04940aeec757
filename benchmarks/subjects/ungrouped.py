"""Ceiling without group commit: asyncpg pool."""

from __future__ import annotations

from functools import cache
from typing import Any

import asyncpg

from benchmarks.subjects.bare import SCHEMA, URL, Work, serve


class Pool:
    """One transaction, and one commit, for each request."""

    async def start(self) -> None:
        """Connect and create the tables."""
        self.pool = await asyncpg.create_pool(URL, min_size=10, max_size=10)
        async with self.pool.acquire() as connection:
            for statement in SCHEMA:
                await connection.execute(statement.format(serial="BIGSERIAL", bytes="BYTEA"))

    async def write(self, work: Work) -> Any:
        """Run work in a transaction."""
        async with self.pool.acquire() as connection, connection.transaction():
            try:
                sql, values = next(work)
                while True:
                    if isinstance(values, list):
                        await connection.executemany(_numbered(sql), values)
                        rows: list[Any] = []
                    else:
                        rows = await connection.fetch(_numbered(sql), *values)
                    sql, values = work.send(rows)
            except StopIteration as done:
                return done.value

    async def read(self, sql: str) -> list[Any]:
        """The rows of a query."""
        async with self.pool.acquire() as connection:
            return [tuple(row) for row in await connection.fetch(sql)]


@cache
def _numbered(sql: str) -> str:
    parts = sql.split("?")
    return "".join(part + f"${number}" for number, part in enumerate(parts[:-1], 1)) + parts[-1]


if __name__ == "__main__":
    serve(Pool())
