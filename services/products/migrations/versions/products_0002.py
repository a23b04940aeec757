"""The words of the search index, in each database's own full-text search."""

from alembic import op

revision = "products_0002"
down_revision = "products_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create it: what it holds was analysed already, so that neither database needs a language of its own."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_index USING fts5(title, summary, body, words, tokenize = 'ascii')"
        )
    else:
        op.execute("CREATE TABLE search_index (id integer PRIMARY KEY, terms tsvector NOT NULL)")
        op.execute("CREATE INDEX ix_search_index_terms ON search_index USING gin (terms)")
