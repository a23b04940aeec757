"""Service declaration of products."""

from pathlib import Path

from services.products.api import OPERATIONS
from services.products.commands import validity
from services.products.commands.search import reindex
from services.products.tables import metadata
from services.products.tables.partnerships import REGISTRY
from services.products.visibility import visible
from shared.host.service import Service
from shared.timer_runner import Timer

service = Service(
    name="products",
    title="products (publications of partnerships)",
    operations=OPERATIONS,
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    projections=REGISTRY.projections,
    timers=(
        Timer(validity.EXPIRING, validity.product_expiring),
        Timer(validity.EXPIRED, validity.product_expired),
        Timer(validity.LAPSED, validity.legal_umbrella_lapsed),
    ),
    keeps_files=True,
    derive=reindex,
    visible=visible,
    area_of=REGISTRY.area_of,
)
