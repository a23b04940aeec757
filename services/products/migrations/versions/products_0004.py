"""The whole copy of the registry: organisations, observers, and which agency told of a membership."""

from shared.partnership import migrations

revision = "products_0004"
down_revision = "products_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them; they are filled from the events."""
    migrations.create_organisations()
    migrations.tell_roles_of_parties()
    migrations.tell_agency_of_people()
