"""The moderators' star: a pick that stands before others of as many votes and sources."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Let no entry have one."""
    op.add_column(
        "entries",
        sa.Column(
            "starred",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment="the moderators' pick",
        ),
    )
