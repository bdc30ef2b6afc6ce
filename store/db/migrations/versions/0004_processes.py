"""The processes that run, so that leases end with their process."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "processes",
        sa.Column("id", sa.Text(), nullable=False, comment="as in the leases of posts"),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="what it does"),
        sa.Column("platforms", sa.JSON(), nullable=False, comment="those that it runs"),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "beat_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when it last said that it lives, by the database's clock",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_processes"),
    )
