"""Keeps the search index in step: called by every use case that changes what is published."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from services.products.model.product import Product
from services.products.model.terms import stems, words
from services.products.model.text import Text
from services.products.model.version import Version
from services.products.render.words import words_of
from services.products.tables.products import products, versions
from services.products.tables.search import drop_words, put_words, search_facets, search_texts
from shared.backbone.transaction import Transaction


def index_version(tx: Transaction, product: Product) -> None:
    """Have the index hold the product's published version, or nothing of it when none is published."""
    unindex(tx, product.id)
    version = product.published
    if version is None:
        return
    for text in version.texts:
        _index_text(tx, product, version, text)
    facets = {
        "kind": [product.kind],
        "phase": product.phases,
        "audience": product.audiences,
        "medium": product.media,
        "tense": [product.tense] if product.tense else [],
        "subject": [product.subject] if product.subject else [],
    }
    for facet, values in facets.items():
        for value in values:
            tx.insert(search_facets, {"product_id": product.id, "facet": facet, "value": value})


def reindex(tx: Transaction) -> None:
    """Make the whole index anew, as after an import: it follows from what is published."""
    ever = sa.select(versions.c.product_id).where(versions.c.published_at.is_not(None))
    published = sa.select(Product).where(products.c.id.in_(ever))
    for product in tx.session.scalars(published.order_by(products.c.id)):
        index_version(tx, product)


def unindex(tx: Transaction, product_id: UUID) -> None:
    """Have the product found no more."""
    drop_words(tx, product_id)
    for table in (search_texts, search_facets):
        tx.execute(sa.delete(table).where(table.c.product_id == product_id))


def _index_text(tx: Transaction, product: Product, version: Version, text: Text) -> None:
    body = words_of(text.body)
    added = tx.execute(
        sa.insert(search_texts),
        {
            "product_id": product.id,
            "number": version.number,
            "language": text.language,
            "partnership_id": product.partnership_id,
            "title": text.title,
            "summary": text.summary,
            "body": body,
            "published_at": version.published_at,
        },
    )
    # A regulation is known by its number as much as by its title.
    title = f"{text.title}\n{product.legal.number}" if product.legal else text.title
    written = (title, text.summary, body)
    fields = {
        "title": stems(title, text.language),
        "summary": stems(text.summary, text.language),
        "body": stems(body, text.language),
        "words": sorted({word for one in written for word in words(one)}),
    }
    row: tuple[int] | None = added.inserted_primary_key
    if row is not None:
        put_words(tx, row[0], fields)
