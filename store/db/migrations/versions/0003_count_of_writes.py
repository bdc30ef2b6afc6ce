"""A count of what was written, by which other programs on PostgreSQL see that something was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column."""
    op.add_column(
        "numbers",
        sa.Column(
            "writes",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            server_default="0",
            comment="units of work that wrote, on PostgreSQL",
        ),
    )
