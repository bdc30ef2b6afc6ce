"""Workspaces in which somebody installed the app, with what it may do there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Make the table."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "installations",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column(
            "enterprise", sa.Text(), nullable=False, comment="what it belongs to; else empty"
        ),
        sa.Column("bot", sa.Text(), nullable=False, comment="the bot's own id there"),
        sa.Column("bot_name", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False, comment="divided by commas"),
        sa.Column("installed_at", moment, nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False, comment="its tokens; empty once it ended"),
        sa.Column(
            "expires_at", moment, nullable=True, comment="the token's; null: it does not expire"
        ),
        sa.Column(
            "renewed_until",
            moment,
            nullable=True,
            comment="a process renews it; another may after this",
        ),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "workspace", name="pk_installations"),
    )
