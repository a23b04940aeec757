"""The tables of the partners."""

import sqlalchemy as sa
from alembic import op

from shared.database.tables import Instant

revision = "partners_0001"
down_revision = None
branch_labels = ("partners",)
depends_on = None

NAMELESS = (
    ("persons", "name"),
    ("persons", "email"),
    ("persons", "phone"),
)


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "organisations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("registered_at", Instant, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("agency", "name", name=op.f("uq_organisations_agency_name")),
    )
    op.create_table(
        "partnerships",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("formed_at", Instant, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("lifecycle", sa.String(length=32), nullable=False),
        sa.Column("exit_plan", sa.Text, nullable=True),
        sa.Column("ended_at", Instant, nullable=True),
        sa.Column("end_reason", sa.Text, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnerships")),
    )
    op.create_table(
        "persons",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("registered_at", Instant, nullable=False),
        sa.Column("email", sa.Text, nullable=True),
        sa.Column("phone", sa.Text, nullable=True),
        sa.Column("retired_at", Instant, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
    )
    op.create_index(op.f("ix_persons_agency"), "persons", ["agency"], unique=False)
    op.create_table(
        "agreements",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("signed_on", sa.Date, nullable=False),
        sa.Column("in_force_from", sa.Date, nullable=False),
        sa.Column("in_force_until", sa.Date, nullable=True),
        sa.Column("registered_at", Instant, nullable=False),
        sa.Column("public", sa.Boolean, nullable=False),
        sa.Column("exception_reason", sa.Text, nullable=True),
        sa.Column("renews", sa.Uuid, nullable=True),
        sa.Column("renewed_by", sa.Uuid, nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("terminated_on", sa.Date, nullable=True),
        sa.Column("termination_reason", sa.Text, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnerships.id"], name=op.f("fk_agreements_partnership_id_partnerships")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
    )
    op.create_index(op.f("ix_agreements_partnership_id"), "agreements", ["partnership_id"], unique=False)
    op.create_table(
        "boards",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("quorum", sa.Integer, nullable=False),
        sa.Column("constituted_on", sa.Date, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("dissolved_at", Instant, nullable=True),
        sa.Column("dissolved_because", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnerships.id"], name=op.f("fk_boards_partnership_id_partnerships")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_boards")),
    )
    op.create_index(op.f("ix_boards_partnership_id"), "boards", ["partnership_id"], unique=False)
    op.create_table(
        "ceremonies",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnerships.id"], name=op.f("fk_ceremonies_partnership_id_partnerships")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ceremonies")),
    )
    op.create_index(op.f("ix_ceremonies_partnership_id"), "ceremonies", ["partnership_id"], unique=False)
    op.create_table(
        "charters",
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("vision", sa.Text, nullable=False),
        sa.Column("mission", sa.Text, nullable=False),
        sa.Column("means", sa.JSON, nullable=False),
        sa.Column("proposed_by", sa.Uuid, nullable=False),
        sa.Column("proposed_at", Instant, nullable=False),
        sa.Column("endorsed_at", Instant, nullable=True),
        sa.Column("withdrawn_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnerships.id"], name=op.f("fk_charters_partnership_id_partnerships")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["organisations.id"], name=op.f("fk_charters_proposed_by_organisations")
        ),
        sa.PrimaryKeyConstraint("partnership_id", "number", name=op.f("pk_charters")),
    )
    op.create_table(
        "contacts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnerships.id"], name=op.f("fk_contacts_partnership_id_partnerships")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    op.create_index(op.f("ix_contacts_partnership_id"), "contacts", ["partnership_id"], unique=False)
    op.create_table(
        "memberships",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_memberships_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_memberships_person_id_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
    )
    op.create_index(op.f("ix_memberships_organisation_id"), "memberships", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_memberships_person_id"), "memberships", ["person_id"], unique=False)
    op.create_table(
        "parties",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("organisation_name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("contributes", sa.Text, nullable=False),
        sa.Column("gains", sa.Text, nullable=False),
        sa.Column("joined_at", Instant, nullable=False),
        sa.Column("senior", sa.Uuid, nullable=True),
        sa.Column("left_at", Instant, nullable=True),
        sa.Column("leave_reason", sa.Text, nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_parties_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnerships.id"], name=op.f("fk_parties_partnership_id_partnerships")
        ),
        sa.ForeignKeyConstraint(["senior"], ["persons.id"], name=op.f("fk_parties_senior_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parties")),
    )
    op.create_index(op.f("ix_parties_organisation_id"), "parties", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_parties_partnership_id"), "parties", ["partnership_id"], unique=False)
    op.create_table(
        "trust_rounds",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("closes_at", Instant, nullable=False),
        sa.Column("closed_at", Instant, nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("coverage", sa.Float, nullable=True),
        sa.Column("trust", sa.Float, nullable=True),
        sa.Column("asymmetry", sa.Float, nullable=True),
        sa.Column("dimensions", sa.JSON, nullable=False),
        sa.Column("received", sa.JSON, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnerships.id"], name=op.f("fk_trust_rounds_partnership_id_partnerships")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trust_rounds")),
        sa.UniqueConstraint("partnership_id", "number", name=op.f("uq_trust_rounds_partnership_id_number")),
    )
    op.create_table(
        "agreement_files",
        sa.Column("agreement_id", sa.Uuid, nullable=False),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("added_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreements.id"], name=op.f("fk_agreement_files_agreement_id_agreements")
        ),
        sa.PrimaryKeyConstraint("agreement_id", name=op.f("pk_agreement_files")),
    )
    op.create_table(
        "agreement_signatories",
        sa.Column("agreement_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreements.id"], name=op.f("fk_agreement_signatories_agreement_id_agreements")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_agreement_signatories_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("agreement_id", "organisation_id", name=op.f("pk_agreement_signatories")),
    )
    op.create_table(
        "ceremony_organisations",
        sa.Column("ceremony_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.ForeignKeyConstraint(
            ["ceremony_id"], ["ceremonies.id"], name=op.f("fk_ceremony_organisations_ceremony_id_ceremonies")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_ceremony_organisations_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("ceremony_id", "organisation_id", name=op.f("pk_ceremony_organisations")),
    )
    op.create_table(
        "contact_organisations",
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_contact_organisations_contact_id_contacts")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_contact_organisations_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("contact_id", "organisation_id", name=op.f("pk_contact_organisations")),
    )
    op.create_table(
        "contact_people",
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_contact_people_contact_id_contacts")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_contact_people_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_contact_people_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("contact_id", "person_id", name=op.f("pk_contact_people")),
    )
    op.create_table(
        "meetings",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("board_id", sa.Uuid, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("agenda", sa.JSON, nullable=False),
        sa.Column("scheduled_at", Instant, nullable=False),
        sa.Column("called_at", Instant, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("cancelled_because", sa.Text, nullable=False),
        sa.Column("held_at", Instant, nullable=True),
        sa.Column("held_on", sa.Date, nullable=True),
        sa.Column("seats", sa.Integer, nullable=False),
        sa.Column("quorate", sa.Boolean, nullable=False),
        sa.Column("minutes", sa.Text, nullable=False),
        sa.Column("minutes_by", sa.JSON, nullable=False),
        sa.Column("minutes_public", sa.Boolean, nullable=False),
        sa.Column("withheld_because", sa.Text, nullable=False),
        sa.Column("approved_by", sa.Text, nullable=False),
        sa.Column("approved_at", Instant, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_meetings_board_id_boards")),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnerships.id"], name=op.f("fk_meetings_partnership_id_partnerships")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
    )
    op.create_index(op.f("ix_meetings_board_id"), "meetings", ["board_id"], unique=False)
    op.create_index(op.f("ix_meetings_partnership_id"), "meetings", ["partnership_id"], unique=False)
    op.create_table(
        "seats",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("board_id", sa.Uuid, nullable=False),
        sa.Column("holder", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("organisation_kind", sa.Text, nullable=False),
        sa.Column("position", sa.Text, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date, nullable=True),
        sa.Column("ended_on", sa.Date, nullable=True),
        sa.Column("ended_because", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_seats_board_id_boards")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_seats_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seats")),
    )
    op.create_index(op.f("ix_seats_board_id"), "seats", ["board_id"], unique=False)
    op.create_table(
        "signatures",
        sa.Column("party_id", sa.Uuid, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("charter_version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("signed_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id", "charter_version"],
            ["charters.partnership_id", "charters.number"],
            name=op.f("fk_signatures_partnership_id_charter_version_charters"),
        ),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_signatures_party_id_parties")),
        sa.PrimaryKeyConstraint("party_id", "partnership_id", "charter_version", name=op.f("pk_signatures")),
    )
    op.create_index(
        op.f("ix_signatures_partnership_id_charter_version"),
        "signatures",
        ["partnership_id", "charter_version"],
        unique=False,
    )
    op.create_table(
        "trust_parties",
        sa.Column("round_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("scored_at", Instant, nullable=True),
        sa.Column("scored_by", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_trust_parties_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["trust_rounds.id"], name=op.f("fk_trust_parties_round_id_trust_rounds")
        ),
        sa.PrimaryKeyConstraint("round_id", "organisation_id", name=op.f("pk_trust_parties")),
    )
    op.create_table(
        "trust_scores",
        sa.Column("round_id", sa.Uuid, nullable=False),
        sa.Column("rater", sa.Uuid, nullable=False),
        sa.Column("rated", sa.Uuid, nullable=False),
        sa.Column("honesty", sa.Integer, nullable=False),
        sa.Column("sincerity", sa.Integer, nullable=False),
        sa.Column("transparency", sa.Integer, nullable=False),
        sa.Column("accountability", sa.Integer, nullable=False),
        sa.Column("strengthening", sa.Integer, nullable=False),
        sa.Column("benefit", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["trust_rounds.id"], name=op.f("fk_trust_scores_round_id_trust_rounds")
        ),
        sa.PrimaryKeyConstraint("round_id", "rater", "rated", name=op.f("pk_trust_scores")),
        info={"sealed": True},
    )
    op.create_table(
        "attendances",
        sa.Column("meeting_id", sa.Uuid, nullable=False),
        sa.Column("seat_id", sa.Uuid, nullable=False),
        sa.Column("holder", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_attendances_meeting_id_meetings")
        ),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_attendances_seat_id_seats")),
        sa.PrimaryKeyConstraint("meeting_id", "seat_id", name=op.f("pk_attendances")),
    )
    op.create_table(
        "commitments",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("meeting_id", sa.Uuid, nullable=True),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("mandate", sa.Text, nullable=False),
        sa.Column("made_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("kept_on", sa.Date, nullable=True),
        sa.Column("confirmed_by", sa.Uuid, nullable=True),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("broken_on", sa.Date, nullable=True),
        sa.Column("broken_because", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_commitments_meeting_id_meetings")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_commitments_organisation_id_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnerships.id"], name=op.f("fk_commitments_partnership_id_partnerships")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitments")),
    )
    op.create_index(op.f("ix_commitments_meeting_id"), "commitments", ["meeting_id"], unique=False)
    op.create_index(op.f("ix_commitments_organisation_id"), "commitments", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_commitments_partnership_id"), "commitments", ["partnership_id"], unique=False)
    op.create_table(
        "outcomes",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("meeting_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("mandate", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("commitment_id", sa.Uuid, nullable=True),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_outcomes_meeting_id_meetings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcomes")),
    )
    op.create_index(op.f("ix_outcomes_meeting_id"), "outcomes", ["meeting_id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        # No statistics of what is personal: they hold values, and erasure does not reach them.
        for table, column in NAMELESS:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")
