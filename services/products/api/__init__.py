"""HTTP API of products."""

from services.products.api import (
    codes,
    coverage,
    documents,
    feeds,
    files,
    products,
    records,
    search,
    umbrellas,
    versions,
)

OPERATIONS = (
    products.operations,
    versions.operations,
    files.operations,
    umbrellas.operations,
    records.operations,
    codes.operations,
    coverage.operations,
    documents.operations,
    search.operations,
    feeds.operations,
)
