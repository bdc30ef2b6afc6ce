"""Workspaces that the operator blocked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the column; no workspace is blocked."""
    op.add_column(
        "workspaces",
        sa.Column(
            "blocked",
            sa.Boolean(),
            nullable=False,
            server_default=sa.text("false"),
            comment="it gets no answers and no posts",
        ),
    )
