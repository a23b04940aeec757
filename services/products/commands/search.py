"""Search index maintenance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

import sqlalchemy as sa

from services.products.model.product import Product
from services.products.model.terms import stems, words
from services.products.model.text import Text
from services.products.model.version import Version
from services.products.render.words import words_of
from services.products.tables.partnerships import partnerships
from services.products.tables.products import products, versions
from services.products.tables.search import drop_words, put_words, search_facets, search_texts
from shared.areas import area_name
from shared.contracts.vocabulary import Phase
from shared.database.transaction import Transaction
from shared.i18n import LOCALES, translator
from shared.i18n.audiences import AUDIENCES


def index_version(tx: Transaction, product: Product) -> None:
    """Index the product's published version; of one that is no longer published, only the title."""
    unindex(tx, product.id)
    if (version := product.published) is not None:
        texts = version.texts
    elif product.known:
        # The public may know that it existed and how it ended, but not read it.
        version = product.known[-1]
        texts = [
            Text(language=text.language, title=text.title, summary="", body="") for text in version.texts[:1]
        ]
    else:
        return
    for text in texts:
        _index_text(tx, product, version, text)
    facets: dict[str, Sequence[str]] = {
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
    """Rebuild the whole index, for example after an import: it is derived from published products."""
    ever = sa.select(versions.c.product_id).where(versions.c.published_at.is_not(None))
    published = sa.select(Product).where(products.c.id.in_(ever))
    for product in tx.session.scalars(published.order_by(products.c.id)):
        index_version(tx, product)


def unindex(tx: Transaction, product_id: UUID) -> None:
    """Remove the product from the index."""
    drop_words(tx, product_id)
    for table in (search_texts, search_facets):
        tx.execute(sa.delete(table).where(table.c.product_id == product_id))


def _about(tx: Transaction, product: Product) -> set[str]:
    """The stems of words that people search a product by and that its text may not contain.

    These are its facets in both languages, its partnership, and the names of its area and those around it.
    """
    of = tx.session.execute(
        sa.select(partnerships).where(partnerships.c.id == product.partnership_id)
    ).first()
    words = [product.kind, *map(Phase, product.phases), product.tense, product.subject]
    labels = [word.label for word in words if word]
    labels += [AUDIENCES.get(audience, audience) for audience in product.audiences]
    named = " ".join([of.title, *_around(of.area)]) if of else ""
    return {
        term
        for language in LOCALES
        for label in (*map(translator(language), labels), named)
        for term in stems(label.replace("_", " ").replace("-", " "), language)
    }


def _around(code: str) -> Iterator[str]:
    while code:
        yield area_name(code) or ""
        code = code.rpartition(".")[0]


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
    about = _about(tx, product)
    # A regulation is known by its number as much as by its title.
    title = f"{text.title}\n{product.legal.number}" if product.legal else text.title
    written = (title, text.summary, body)
    fields = {
        "title": stems(title, text.language),
        "summary": stems(text.summary, text.language),
        "body": stems(body, text.language),
        "words": sorted({word for part in written for word in words(part)} | about),
    }
    row: tuple[int] | None = added.inserted_primary_key
    if row is not None:
        put_words(tx, row[0], fields)
