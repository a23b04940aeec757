"""The registry, wired together."""

from pathlib import Path

from services.partners.api import router
from services.partners.tables import metadata
from shared.contracts import partners as events
from shared.host.service import Service

service = Service(
    name="partners",
    title="partners, the registry of partnerships",
    router=router,
    metadata=metadata,
    migrations=Path(__file__).parent / "migrations",
    publishes=(
        events.OrganisationRegistered,
        events.PartnershipFormed,
        events.CharterProposed,
        events.CharterEndorsed,
        events.PartnershipSigned,
    ),
)
