"""Channels that are somebody's own conversation with the bot: what a person follows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the column, and the index by which a person's own channel is found."""
    op.add_column(
        "channels",
        sa.Column(
            "direct",
            sa.Boolean(),
            nullable=False,
            server_default=sa.text("false"),
            comment="its owner's own conversation with the bot, of which nobody else is told",
        ),
    )
    op.create_index("ix_channels_owner", "channels", ["owner_platform", "owner_id"])
