"""Channels in which everybody sees what somebody looks up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "public_answers",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False, comment="the platform's own id"),
        sa.PrimaryKeyConstraint("platform", "workspace", "channel", name="pk_public_answers"),
        comment="Channels in which everybody sees what somebody looks up.",
    )
