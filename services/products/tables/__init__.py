"""The products' tables, and the mapping of the model onto them."""

from services.products.tables import coverage, partnerships, products, records, search
from services.products.tables.registry import metadata

__all__ = ["coverage", "metadata", "partnerships", "products", "records", "search"]
