"""The version of what everybody may read, by which caches know it, and the host of its ids."""

from __future__ import annotations

import time

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the columns, and the index by which a source's entries are found."""
    op.add_column(
        "numbers",
        sa.Column(
            "version",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            server_default="0",
            comment="rises with each unit of work that changed what is public",
        ),
    )
    op.execute(sa.text(f"UPDATE numbers SET version = {int(time.time() * 1000)}"))  # noqa: S608 - a number
    op.add_column("numbers", sa.Column("host", sa.Text(), comment="of the public ids of entries"))
    op.create_index("ix_entry_sources_source", "entry_sources", ["source_id", "entry_id"])
