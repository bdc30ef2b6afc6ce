"""What a model drafts of entries, and what people accepted of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the column and the table."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column(
        "entries",
        sa.Column(
            "renditions",
            sa.JSON(),
            comment="[{language, title, note, drafted_by, reviewed_by, at, of: the text's digest}]",
        ),
    )
    told = sa.text("renditions IS NOT NULL")
    op.create_index(
        "ix_entries_told", "entries", ["updated_at"], sqlite_where=told, postgresql_where=told
    )
    op.create_table(
        "drafts",
        sa.Column("id", number, primary_key=True, autoincrement=True),
        sa.Column("entry_id", number, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column(
            "of", sa.LargeBinary(16), nullable=False, comment="digest of the text it is made from"
        ),
        sa.Column(
            "prompt", sa.Integer(), nullable=False, comment="version of what the model is asked"
        ),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column(
            "flags", sa.JSON(), nullable=False, comment="[[kept sentence, words of the draft], ...]"
        ),
        sa.Column("tokens", sa.Integer(), nullable=False, comment="that it took so far"),
        sa.Column("reserved", sa.Integer(), nullable=False, comment="that it may take besides"),
        sa.Column("asked_for", sa.Boolean(), nullable=False, comment="by a person"),
        sa.Column("asked_at", _MOMENT, comment="when the model was asked last"),
        sa.Column(
            "due_at", _MOMENT, comment="when lease() looks at it; null while nobody is to ask"
        ),
        sa.Column("lease_owner", sa.Text()),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, comment="why there is none"),
        sa.Column("at", _MOMENT, nullable=False, comment="since when it stands so"),
        sa.Column("platform", sa.Text(), comment="of who decided; null: nobody did"),
        sa.Column("workspace", sa.Text()),
        sa.Column("person", sa.Text()),
        sa.Column("person_name", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name="fk_drafts_entry_id"),
        sa.UniqueConstraint("entry_id", "language", "of", "prompt", "model", name="uq_drafts_text"),
        comment="What a model drafted of entries, for moderators to decide about.",
    )
    op.create_index("ix_drafts_due", "drafts", ["state", "due_at"])
    op.create_index("ix_drafts_asked", "drafts", ["asked_at"])
