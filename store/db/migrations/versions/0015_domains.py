"""Which process does what, and what came in from outside, for several on one store."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "domains",
        sa.Column("name", sa.Text(), nullable=False, comment="what one process alone does"),
        sa.Column("owner", sa.Text(), nullable=True, comment="that process; null: nobody"),
        sa.PrimaryKeyConstraint("name", name="pk_domains"),
    )
    op.create_table(
        "seen",
        sa.Column("key", sa.Text(), nullable=False, comment="a platform's id of a delivery"),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False, comment="it is forgotten"),
        sa.PrimaryKeyConstraint("key", name="pk_seen"),
    )
    op.create_index("ix_seen_until", "seen", ["until"])
