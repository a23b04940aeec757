"""Tables of products and their mapping."""

from services.products.tables import coverage, partnerships, products, records, search
from services.products.tables.registry import metadata

__all__ = ["coverage", "metadata", "partnerships", "products", "records", "search"]
