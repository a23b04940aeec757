"""Products over HTTP: parties draft, approve and publish; everybody reads and downloads."""

from fastapi import APIRouter

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

# The routes as they are: an included router is matched a second time on every request.
router = APIRouter(
    routes=[
        *products.router.routes,
        *versions.router.routes,
        *files.router.routes,
        *umbrellas.router.routes,
        *records.router.routes,
        *codes.router.routes,
        *coverage.router.routes,
        *documents.router.routes,
        *search.router.routes,
        *feeds.router.routes,
    ]
)
