"""Sources, from which entries come on their own, and what they brought."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "sources",
        sa.Column("id", number, primary_key=True, autoincrement=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(16), nullable=False, comment="of the canonical address"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("reviewed", sa.Boolean(), nullable=False),
        sa.Column("only", sa.JSON(), nullable=False),
        sa.Column("without", sa.JSON(), nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False, comment="of who added it"),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("person_name", sa.Text(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("next_at", _MOMENT, comment="when it is asked again; null while it is not"),
        sa.Column("polled_at", _MOMENT),
        sa.Column("good_at", _MOMENT, comment="when it last answered as it should"),
        sa.Column("news_at", _MOMENT, comment="when it last brought something new"),
        sa.Column("failures", sa.Integer(), nullable=False, comment="in a row"),
        sa.Column("failing_since", _MOMENT),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("missed", sa.Boolean(), nullable=False),
        sa.Column("full_at", _MOMENT, comment="when it last answered whole"),
        sa.Column(
            "told",
            sa.Boolean(),
            nullable=False,
            comment="whether who added it knows of the trouble",
        ),
        sa.Column(
            "pace", sa.Integer(), nullable=False, comment="seconds from one poll to the next"
        ),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("last_modified", sa.Text(), nullable=False),
        sa.Column("moved_to", sa.Text(), nullable=False),
        sa.Column("moved_times", sa.Integer(), nullable=False, comment="in a row"),
        sa.Column("gone_times", sa.Integer(), nullable=False, comment="in a row"),
        sa.Column("lease_owner", sa.Text()),
        sa.Column("lease_until", _MOMENT),
        sa.Column("notice", sa.Text(), comment="what whoever added it is to be told"),
        sa.Column("notice_at", _MOMENT, comment="not told before"),
        sa.Column("notice_tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
        sa.UniqueConstraint("key", name="uq_sources_key"),
    )
    op.create_index("ix_sources_due", "sources", ["state", "next_at"])
    op.create_table(
        "source_items",
        sa.Column("id", number, nullable=False, autoincrement=True),
        sa.Column("source_id", number, nullable=False),
        sa.Column("title", sa.Text(), nullable=False, comment="as it was last seen"),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("entry_id", number, comment="that carries it"),
        sa.Column(
            "changed_at", _MOMENT, comment="when it got to say something else than its entry"
        ),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_source_items_source_id"),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name="fk_source_items_entry_id"),
        sa.PrimaryKeyConstraint("id", name="pk_source_items"),
    )
    op.create_index("ix_source_items_source", "source_items", ["source_id"])
    op.create_index("ix_source_items_entry", "source_items", ["entry_id"])
    op.create_table(
        "source_keys",
        sa.Column("source_id", number, nullable=False),
        sa.Column("key", sa.LargeBinary(16), nullable=False),
        sa.Column("item_id", number, nullable=False),
        sa.Column("title_at", _MOMENT, comment="when a title was last seen; null for other keys"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_source_keys_source_id"),
        sa.ForeignKeyConstraint(["item_id"], ["source_items.id"], name="fk_source_keys_item_id"),
        sa.PrimaryKeyConstraint("source_id", "key", name="pk_source_keys"),
        comment="Every key by which an item of a source was ever known.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "entry_sources",
        sa.Column("id", number, nullable=False, autoincrement=True),
        sa.Column("entry_id", number, nullable=False),
        sa.Column("source_id", number, nullable=False, comment="which may be gone"),
        sa.Column("name", sa.Text(), nullable=False, comment="of the source, then"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column(
            "joined", sa.Boolean(), nullable=False, comment="whether it came as a further link"
        ),
        sa.Column("offered", number, comment="an entry that may be the same story"),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name="fk_entry_sources_entry_id"),
        sa.PrimaryKeyConstraint("id", name="pk_entry_sources"),
        comment="Which sources tell the story of an entry.",
    )
    op.create_index("ix_entry_sources_entry", "entry_sources", ["entry_id"])
