"""What moderators decided about entries that waited for them, and what members suggested."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0008"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "reviews",
        sa.Column("entry_id", number, primary_key=True, autoincrement=False),
        sa.Column(
            "touched_at", _MOMENT, nullable=False, comment="from when on it waits for a moderator"
        ),
        sa.Column("postponed", sa.Boolean(), nullable=False, comment="stands behind what is not"),
        sa.Column("decision", sa.Text(), comment="null while it waits"),
        sa.Column("decided_at", _MOMENT),
        sa.Column("into", number, comment="the entry that tells the same story"),
        sa.Column("joined", sa.JSON(), comment="what went there: links, and what sources told"),
        sa.Column("platform", sa.Text(), nullable=False, comment="of who decided or put it off"),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name="pk_reviews"),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name="fk_reviews_entry_id"),
        sa.ForeignKeyConstraint(["into"], ["entries.id"], name="fk_reviews_into"),
        comment="What moderators did with entries that waited for them.",
    )
    op.create_table(
        "suggestions",
        sa.Column("entry_id", number, primary_key=True, autoincrement=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("language", sa.Text(), nullable=False, comment="in which they are told"),
        sa.Column("hears_at", _MOMENT, comment="not told before; null once settled, or not wanted"),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name="pk_suggestions"),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name="fk_suggestions_entry_id"),
    )
    op.create_index("ix_suggestions_at", "suggestions", ["platform", "workspace", "at"])
    op.create_index("ix_suggestions_hears", "suggestions", ["platform", "hears_at"])
