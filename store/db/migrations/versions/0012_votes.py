"""Votes for entries, and which counts of them the posts show."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table, the counts, and what finds saves by entry."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "votes",
        sa.Column("entry_id", number, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "platform", "workspace", "person", name="pk_votes"),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name="fk_votes_entry_id"),
    )
    op.create_index("ix_votes_person", "votes", ["platform", "workspace", "person"])
    op.create_index("ix_saved_entry", "saved", ["entry_id"])
    op.add_column(
        "entries",
        sa.Column(
            "votes",
            sa.Integer(),
            nullable=False,
            server_default="0",
            comment="its rows in the table of votes, counted",
        ),
    )
    op.add_column(
        "posts",
        sa.Column("votes", sa.Text(), comment="the counts that it shows; null where nobody knows"),
    )
    op.add_column(
        "posts",
        sa.Column("voted_at", _MOMENT, comment="since when it may show counts that are no more"),
    )
    op.create_index(
        "ix_posts_voted",
        "posts",
        ["voted_at"],
        sqlite_where=sa.text("voted_at IS NOT NULL"),
        postgresql_where=sa.text("voted_at IS NOT NULL"),
    )
