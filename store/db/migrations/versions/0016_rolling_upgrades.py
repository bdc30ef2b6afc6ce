"""Since when programs can work with the shape of the tables, so that an upgrade can roll."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.db.migrations.steps import since

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the column. Programs before it know of no such thing, and refuse a later shape."""
    op.add_column(
        "numbers",
        sa.Column(
            "since",
            sa.Text(),
            comment="the oldest revision whose programs work with this shape of tables",
        ),
    )
    since(revision)
