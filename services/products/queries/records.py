"""Queries of uses and print batches, and print code look-up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.products.model.code import read_code
from services.products.model.product import Product
from services.products.model.records import PrintBatch, Use
from services.products.model.version import Version
from services.products.queries.relations import Related, related
from services.products.tables.products import versions
from services.products.tables.records import print_batches, uses
from shared.database import reading
from shared.refusal import Refusal

R = TypeVar("R", Use, PrintBatch)
_TABLES: dict[type, sa.Table] = {Use: uses, PrintBatch: print_batches}


class UnknownCode(Refusal):
    """No published version has that code."""

    kind = "unknown"
    message = "No published version has the code %(code)s."
    remedy = "Enter the ten characters exactly as printed next to the QR code."


@dataclass(frozen=True, slots=True)
class Counts:
    """The number of uses, the people reached by them, and the copies of each version."""

    used: int
    reached: int
    copies: dict[int, int]


class Resolved(NamedTuple):
    """The product and version of a printed code."""

    product: Product
    version: Version
    related: list[Related]


def list_of(session: Session, kind: type[R], product_id: UUID, after: UUID | None, limit: int) -> list[R]:
    """The uses or print batches of a product that the reader may see, in the order of recording."""
    reading.find_one(session, Product, product_id).require_kept()
    return reading.find_many(session, kind, _TABLES[kind], {"product_id": product_id}, after, limit)


def counts(session: Session, product_id: UUID) -> Counts:
    """The uses and printed copies of a product."""
    used, reached = session.execute(
        sa.select(sa.func.count(), sa.func.sum(uses.c.reached)).where(uses.c.product_id == product_id)
    ).one()
    copies = session.execute(
        sa.select(print_batches.c.product_version, sa.func.sum(print_batches.c.copies))
        .where(print_batches.c.product_id == product_id)
        .group_by(print_batches.c.product_version)
        .order_by(print_batches.c.product_version)
    ).all()
    return Counts(used, int(reached or 0), {number: int(total) for number, total in copies})


def resolved(session: Session, typed: str, today: date) -> Resolved:
    """The version that a code is printed on; codes never expire; raises :class:`UnknownCode`."""
    code = read_code(typed)
    row = session.execute(sa.select(versions).where(versions.c.code == code)).first()
    if code is None or row is None or row.published_at is None:
        raise UnknownCode(code=typed[:40])
    product = session.get_one(Product, row.product_id)
    return Resolved(product, product.numbered(row.number), related(session, [product], today)[product.id])
