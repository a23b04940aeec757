"""Event data of products and versions."""

from __future__ import annotations

from typing import Any

from services.products.model.product import Product
from services.products.model.version import Version
from shared.contracts.products import ProductPublished


def facts(product: Product, version: Version) -> dict[str, Any]:
    """The fields of every event about a version."""
    return {
        "product_id": product.id,
        "partnership_id": product.partnership_id,
        "title": version.title,
        "product_version": version.number,
    }


def cells(version: Version) -> dict[str, Any]:
    """The kinds, phases and audiences of a version."""
    facets = version.facets
    return {
        "phases": facets.phases,
        "audiences": facets.audiences,
        "tense": facets.tense,
        "subject": facets.subject,
    }


def published(product: Product, version: Version) -> ProductPublished:
    """The event of a publication."""
    legal = version.facets.legal
    return ProductPublished.model_validate(
        {
            **facts(product, version),
            **cells(version),
            "kind": product.kind,
            "problem_id": version.facets.problem_id,
            "media": version.facets.media,
            "languages": version.languages,
            "valid_until": version.valid_until,
            "approved_by": [approval.organisation_id for approval in product.approvals_of(version.number)],
            "files": [file.sha256 for file in version.files],
            "texts": [{"language": text.language, "sha256": text.sha256} for text in version.texts],
            "legal": legal and {name: getattr(legal, name) for name in legal.__slots__},
        }
    )
