"""The products, wired together."""

from pathlib import Path

from services.products.api import router
from services.products.subscribers import signed_partnerships
from services.products.tables import metadata
from shared.contracts import products as events
from shared.host.service import Service

service = Service(
    name="products",
    title="products, what a partnership gives to people",
    router=router,
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    publishes=(events.ProductDrafted, events.ProductApproved, events.ProductPublished),
    projections=(signed_partnerships,),
    keeps_files=True,
)
