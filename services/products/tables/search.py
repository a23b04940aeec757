"""Search index: published versions by language, with facets and terms.

The words are stored in the database's own full-text index (FTS5 on SQLite, a tsvector with a GIN index on
PostgreSQL), created by the migration products_0002. Both get words that :mod:`model.terms` has analysed, and
do not process them: PostgreSQL parses no text, FTS5 splits at spaces. So the same question finds the same
texts on both, unlike with their own parsers and stemmers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa

from services.products.model.terms import Clause
from services.products.tables.registry import metadata
from shared.database.tables import Instant
from shared.database.transaction import Transaction

search_texts = sa.Table(
    "search_texts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("product_id", sa.Uuid, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("partnership_id", sa.Uuid, nullable=False, index=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("summary", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("published_at", Instant, nullable=False, index=True),
    sa.UniqueConstraint("product_id", "language"),
    info={"derived": True},
)
search_facets = sa.Table(
    "search_facets",
    metadata,
    sa.Column("product_id", sa.Uuid, primary_key=True),
    sa.Column("facet", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, primary_key=True),
    sa.Index("ix_search_facets_value", "facet", "value"),
    info={"derived": True},
)

FIELDS = ("title", "summary", "body")
"""The fields of stems, highest weight first; ``words`` also has each word as written."""

_WEIGHTS = dict(zip((*FIELDS, "words"), "ABCD", strict=True))
_INSERT = {
    "sqlite": sa.text(
        "INSERT INTO search_index(rowid, title, summary, body, words)"
        " VALUES (:id, :title, :summary, :body, :words)"
    ),
    "postgresql": sa.text("INSERT INTO search_index(id, terms) VALUES (:id, CAST(:terms AS tsvector))"),
}
_OF_PRODUCT = "(SELECT id FROM search_texts WHERE product_id = :product)"
_DELETE = {
    "sqlite": f"DELETE FROM search_index WHERE rowid IN {_OF_PRODUCT}",  # noqa: S608  (all of it is ours)  # nosec B608
    "postgresql": f"DELETE FROM search_index WHERE id IN {_OF_PRODUCT}",  # noqa: S608  # nosec B608
}
# The distance between fields, so that no phrase spans two of them.
_APART = 10
# PostgreSQL counts positions to 16383 and keeps 256 of a word; later words are found, but not in phrases.
_LAST_POSITION = 16_383


def put_words(tx: Transaction, row: int, fields: Mapping[str, Sequence[str]]) -> None:
    """Index the words of a row of ``search_texts``: stems in each of FIELDS, and ``words``."""
    dialect = tx.session.connection().dialect.name
    if dialect == "sqlite":
        tx.execute(_INSERT[dialect], {"id": row} | {name: " ".join(stems) for name, stems in fields.items()})
    else:
        tx.execute(_INSERT[dialect], {"id": row, "terms": _vector(fields)})


def drop_words(tx: Transaction, product_id: UUID) -> None:
    """Remove the words of a product's rows."""
    delete = sa.text(_DELETE[tx.session.connection().dialect.name])
    tx.execute(delete.bindparams(sa.bindparam("product", type_=sa.Uuid)), {"product": product_id})


def matching(dialect: str, clauses: Sequence[Clause]) -> sa.ColumnElement[bool]:
    """The rows of ``search_texts`` that meet every clause, in any field."""
    ways = [_WRITERS[dialect](clause, (*FIELDS, "words")) for clause in clauses]
    return _met(dialect, _AND[dialect].join(ways))


def score(dialect: str, clauses: Sequence[Clause]) -> sa.ColumnElement[int]:
    """The score of a row, from 0 to 63.

    All words in the title count 32, any there 16; all in the summary 8, any 4; all in the body 2, any 1.
    """
    total: sa.ColumnElement[int] = sa.literal(0)
    worth = 64
    for field in FIELDS:
        ways = [_WRITERS[dialect](clause, (field,)) for clause in clauses]
        for joint in (_AND, _OR):
            worth //= 2
            total = total + sa.case((_met(dialect, joint[dialect].join(ways)), worth), else_=0)
    return total


def _met(dialect: str, question: str) -> sa.ColumnElement[bool]:
    if dialect == "sqlite":
        matches = sa.text("SELECT rowid FROM search_index WHERE search_index MATCH :q").columns(
            sa.column("rowid", sa.Integer)
        )
    else:
        matches = sa.text("SELECT id FROM search_index WHERE terms @@ CAST(:q AS tsquery)").columns(
            sa.column("id", sa.Integer)
        )
    return search_texts.c.id.in_(matches.bindparams(sa.bindparam("q", question, unique=True)))


def _fts5(clause: Clause, fields: Sequence[str]) -> str:
    ways = [f'"{" ".join(way)}"' for way in clause.stems]
    if clause.begins:
        ways.append(f'"{clause.begins}" *')
    return f"({{{' '.join(fields)}}} : ({' OR '.join(ways)}))"


def _tsquery(clause: Clause, fields: Sequence[str]) -> str:
    weights = "".join(_WEIGHTS[field] for field in fields)
    ways = [" <-> ".join(f"'{word}':{weights}" for word in way) for way in clause.stems]
    if clause.begins:
        ways.append(f"'{clause.begins}':*{weights}")
    return " | ".join(f"({way})" for way in ways).join("()")


_WRITERS: dict[str, Callable[[Clause, Sequence[str]], str]] = {"sqlite": _fts5, "postgresql": _tsquery}
_AND = {"sqlite": " AND ", "postgresql": " & "}
_OR = {"sqlite": " OR ", "postgresql": " | "}


def _vector(fields: Mapping[str, Sequence[str]]) -> str:
    """The tsvector of words; they are only letters and digits, so nothing needs escaping."""
    places: dict[str, list[str]] = {}
    at = 0
    for name, stems in fields.items():
        for word in stems:
            at += 1
            places.setdefault(word, []).append(f"{min(at, _LAST_POSITION)}{_WEIGHTS[name]}")
        at += _APART
    return " ".join(f"'{word}':{','.join(kept[:255])}" for word, kept in places.items())
