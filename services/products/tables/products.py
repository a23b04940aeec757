"""Tables of products and versions."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import relationship

from services.products.model.product import Product
from services.products.model.relation import Link
from services.products.model.review import Approval
from services.products.model.text import Text
from services.products.model.umbrella import Umbrella
from services.products.model.version import File, Version
from services.products.tables.registry import mapper_registry, metadata
from services.products.tables.types import FacetsColumn, Words
from shared.contracts.vocabulary import (
    FileRole,
    Language,
    LegalRank,
    Medium,
    ProductKind,
    ProductRelation,
    Subject,
    Tense,
    VersionState,
)
from shared.database.tables import Instant, WordText, state_text

products = sa.Table(
    "products",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("partnership_id", sa.Uuid, nullable=False, index=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("kind", WordText(ProductKind), nullable=False),
    sa.Column("phases", Words, nullable=False),
    sa.Column("audiences", Words, nullable=False),
    sa.Column("tense", WordText(Tense)),
    sa.Column("subject", WordText(Subject)),
    sa.Column("media", Words, nullable=False),
    sa.Column("problem_id", sa.Uuid),
    sa.Column("drafted_by", sa.Uuid, nullable=False),
    sa.Column("drafted_at", Instant, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)
versions = sa.Table(
    "versions",
    metadata,
    sa.Column("product_id", sa.ForeignKey("products.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    sa.Column("drafted_by", sa.Uuid, nullable=False),
    sa.Column("drafted_at", Instant, nullable=False),
    sa.Column("facets", FacetsColumn, nullable=False),
    sa.Column("valid_until", sa.Date),
    sa.Column("state", state_text(VersionState), nullable=False),
    sa.Column("submitted_by", sa.Uuid),
    sa.Column("submitter", sa.Text, nullable=False),
    sa.Column("published_at", Instant),
    sa.Column("closed_at", Instant),
    sa.Column("withdrawn_reason", sa.Text),
)
_OF_VERSION = ("versions.product_id", "versions.number")
texts = sa.Table(
    "texts",
    metadata,
    sa.Column("product_id", sa.Uuid, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("language", WordText(Language), primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("summary", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.ForeignKeyConstraint(["product_id", "number"], _OF_VERSION),
)
files = sa.Table(
    "files",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("product_id", sa.Uuid, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("filename", sa.Text, nullable=False),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("language", WordText(Language)),
    sa.Column("medium", WordText(Medium), nullable=False),
    sa.Column("role", WordText(FileRole), nullable=False),
    sa.Column("added_at", Instant, nullable=False),
    sa.ForeignKeyConstraint(["product_id", "number"], _OF_VERSION),
    sa.Index("ix_files_version", "product_id", "number"),
)
approvals = sa.Table(
    "approvals",
    metadata,
    sa.Column("product_id", sa.ForeignKey("products.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("organisation_id", sa.Uuid, primary_key=True),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("member", sa.Text, nullable=False),
    sa.Column("approved_at", Instant, nullable=False),
)
relations = sa.Table(
    "relations",
    metadata,
    sa.Column("product_id", sa.ForeignKey("products.id"), primary_key=True),
    sa.Column("relation", WordText(ProductRelation), primary_key=True),
    sa.Column("target", sa.Uuid, primary_key=True, index=True),
    sa.Column("added_by", sa.Uuid, nullable=False),
    sa.Column("added_at", Instant, nullable=False),
)
umbrellas = sa.Table(
    "umbrellas",
    metadata,
    sa.Column("product_id", sa.ForeignKey("products.id"), primary_key=True),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("issuer", sa.Text, nullable=False),
    sa.Column("in_force_from", sa.Date, nullable=False),
    sa.Column("in_force_until", sa.Date),
    sa.Column("means", Words, nullable=False),
    sa.Column("areas", Words, nullable=False),
    sa.Column("actors", Words, nullable=False),
    sa.Column("rank", WordText(LegalRank)),
    sa.Column("revoked_on", sa.Date),
    sa.Column("replaced_by", sa.Uuid, index=True),
    sa.Column("lapse_told", sa.Date),
)

_WHOLE = "all, delete-orphan"
_reading_order = sa.case({language: at for at, language in enumerate(Language)}, value=texts.c.language)

mapper_registry.map_imperatively(Text, texts)
mapper_registry.map_imperatively(File, files)
mapper_registry.map_imperatively(
    Version,
    versions,
    properties={
        "texts": relationship(Text, lazy="selectin", order_by=_reading_order, cascade=_WHOLE),
        "files": relationship(File, lazy="selectin", order_by=files.c.id, cascade=_WHOLE),
    },
)
mapper_registry.map_imperatively(Approval, approvals)
mapper_registry.map_imperatively(Link, relations)
mapper_registry.map_imperatively(Umbrella, umbrellas)
mapper_registry.map_imperatively(
    Product,
    products,
    properties={
        "versions": relationship(Version, lazy="selectin", order_by=versions.c.number, cascade=_WHOLE),
        "approvals": relationship(
            Approval,
            lazy="selectin",
            order_by=(approvals.c.number, approvals.c.place),
            cascade=_WHOLE,
        ),
        "relations": relationship(
            Link, lazy="selectin", order_by=(relations.c.added_at, relations.c.target), cascade=_WHOLE
        ),
        "legal": relationship(Umbrella, lazy="selectin", uselist=False, cascade=_WHOLE),
    },
)
