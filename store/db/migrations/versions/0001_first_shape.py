"""The first shape: entries, search, channels, posts, people, audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make every table."""
    _entries()
    _search()
    _posts()
    _people()
    op.execute("INSERT INTO numbers (id, entry, serial) VALUES (1, 0, 0)")


def _entries() -> None:
    op.create_table(
        "numbers",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry", _NUMBER, nullable=False, comment="the last entry id given"),
        sa.Column("serial", _NUMBER, nullable=False, comment="the last serial given"),
        sa.PrimaryKeyConstraint("id", name="pk_numbers"),
        comment="One row. Who writes to several tables locks it first, so that such units queue.",
    )
    op.create_table(
        "entries",
        sa.Column("id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True, comment="the main link as it was given"),
        sa.Column(
            "url_key",
            sa.LargeBinary(length=16),
            nullable=True,
            comment="digest of its canonical form",
        ),
        sa.Column(
            "title_key",
            sa.LargeBinary(length=16),
            nullable=True,
            comment="digest of title and date, without a link",
        ),
        sa.Column("key", sa.Text(), nullable=True, comment="the caller's own id"),
        sa.Column("links", sa.JSON(), nullable=False, comment="[[url, title or null], ...]"),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("image", sa.Text(), nullable=True),
        sa.Column("published", sa.Text(), nullable=True, comment="ISO, cut to its precision"),
        sa.Column(
            "sort_day", sa.Integer(), nullable=False, comment="YYYYMMDD, 00 for what is not known"
        ),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("tags", sa.JSON(), nullable=False, comment="the names, in the curator's order"),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("serial", _NUMBER, nullable=True, comment="null until it is published"),
        sa.Column(
            "imported",
            sa.LargeBinary(length=16),
            nullable=True,
            comment="digest of the item that was last imported",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_entries"),
        sa.UniqueConstraint("key", name="uq_entries_key"),
        sa.UniqueConstraint("url_key", name="uq_entries_url_key"),
    )
    op.create_index("ix_entries_first_published", "entries", ["first_published_at", "serial"])
    op.create_index(
        "ix_entries_language",
        "entries",
        ["status", "language", "sort_day", "id"],
        sqlite_where=sa.text("language IS NOT NULL"),
        postgresql_where=sa.text("language IS NOT NULL"),
    )
    op.create_index("ix_entries_latest", "entries", ["status", "sort_day", "id"])
    op.create_index("ix_entries_serial", "entries", ["status", "serial"])
    op.create_index("ix_entries_title_key", "entries", ["title_key"])
    op.create_table(
        "tags",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="the form in which tags are compared"),
        sa.Column("name", sa.Text(), nullable=False, comment="the form first seen, which is shown"),
        sa.Column("used", sa.Integer(), nullable=False, comment="published entries that carry it"),
        sa.PrimaryKeyConstraint("id", name="pk_tags"),
        sa.UniqueConstraint("key", name="uq_tags_key"),
    )
    op.create_index("ix_tags_used", "tags", ["used", "key"])
    op.create_table(
        "entry_tags",
        sa.Column("tag_id", _NUMBER, nullable=False),
        sa.Column("sort_day", sa.Integer(), nullable=False),
        sa.Column("entry_id", _NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name="fk_entry_tags_entry_id"),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name="fk_entry_tags_tag_id"),
        sa.PrimaryKeyConstraint("tag_id", "sort_day", "entry_id", name="pk_entry_tags"),
        comment="Published entries by tag, in the order in which they are shown.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "folded_titles",
        sa.Column("entry_id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name="fk_folded_titles_entry_id"),
        sa.PrimaryKeyConstraint("entry_id", name="pk_folded_titles"),
        comment="Titles in the form in which completion compares them.",
    )


def _search() -> None:
    op.create_table(
        "search_states",
        sa.Column(
            "slot", sa.Text(), nullable=False, comment="a or b: the end of its tables' names"
        ),
        sa.Column(
            "version", sa.Text(), nullable=False, comment="name of the analyzer that made its terms"
        ),
        sa.Column("active", sa.Boolean(), nullable=False, comment="whether it answers"),
        sa.Column(
            "upto",
            _NUMBER,
            nullable=True,
            comment="the last entry id that is built in; null when all are",
        ),
        sa.Column("entries", _NUMBER, nullable=False),
        sa.Column("length", _NUMBER, nullable=False, comment="of all its entries, in characters"),
        sa.PrimaryKeyConstraint("slot", name="pk_search_states"),
        comment=(
            "The indexes of search_index_a and search_index_b, which each engine has its own way."
        ),
    )
    for slot in ("a", "b"):
        op.create_table(
            f"search_terms_{slot}",
            sa.Column(
                "term", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
            ),
            sa.Column("entries", sa.Integer(), nullable=False, comment="that hold it"),
            sa.PrimaryKeyConstraint("term", name=f"pk_search_terms_{slot}"),
            sqlite_with_rowid=False,
        )
        if op.get_bind().dialect.name == "sqlite":
            # Terms come ready, divided by spaces; every sign that stands in one is part of it.
            op.execute(
                f"CREATE VIRTUAL TABLE search_index_{slot} USING fts5(terms, content='', "
                "detail=none, columnsize=0, tokenize=\"ascii tokenchars '+#.*/@^_-'\")"
            )
        else:
            op.create_table(
                f"search_index_{slot}",
                sa.Column("entry_id", _NUMBER, autoincrement=False, nullable=False),
                sa.Column("terms", postgresql.TSVECTOR(), nullable=False),
                sa.PrimaryKeyConstraint("entry_id", name=f"pk_search_index_{slot}"),
            )
            op.create_index(
                f"ix_search_index_{slot}_terms",
                f"search_index_{slot}",
                ["terms"],
                postgresql_using="gin",
            )


def _posts() -> None:
    op.create_table(
        "channels",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False, comment="the platform's own id"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False, comment="entries in a post"),
        sa.Column("quiet_days", sa.Boolean(), nullable=False),
        sa.Column("threaded", sa.Boolean(), nullable=False),
        sa.Column("owner_platform", sa.Text(), nullable=False),
        sa.Column("owner_workspace", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("owner_name", sa.Text(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen", _NUMBER, nullable=False),
        sa.Column("last_slot", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "trouble_since",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="null where the last post arrived",
        ),
        sa.Column(
            "try_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when it is tried again, while it is broken",
        ),
        sa.Column(
            "rest",
            sa.Integer(),
            nullable=True,
            comment="seconds between two such tries, null once a post arrived",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_channels"),
        sa.UniqueConstraint(
            "platform", "workspace", "channel", name="uq_channels_platform_workspace_channel"
        ),
    )
    op.create_index("ix_channels_due", "channels", ["state", "next_at"])
    op.create_index("ix_channels_place", "channels", ["platform", "workspace", "state"])
    for name, column in (("trouble", "trouble_since"), ("try", "try_at")):
        op.create_index(
            f"ix_channels_{name}",
            "channels",
            [column],
            sqlite_where=sa.text(f"{column} IS NOT NULL"),
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )
    op.create_table(
        "posts",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("channel_id", _NUMBER, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False, comment="the channel's, for lease()"),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rest", sa.Integer(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "due_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when lease() looks at it; null when nothing is to be done",
        ),
        sa.Column(
            "turn",
            sa.Integer(),
            nullable=False,
            comment="lease() hands out lower ones before others",
        ),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("receipt_platform", sa.Text(), nullable=True),
        sa.Column("receipt", sa.JSON(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name="fk_posts_channel_id"),
        sa.PrimaryKeyConstraint("id", name="pk_posts"),
        sa.UniqueConstraint("channel_id", "slot", "part", name="uq_posts_channel_id_slot_part"),
        sa.UniqueConstraint("key", name="uq_posts_key"),
    )
    op.create_index("ix_posts_channel_state", "posts", ["channel_id", "state"])
    op.create_index("ix_posts_due", "posts", ["due_at"])
    op.create_index(
        "ix_posts_lease",
        "posts",
        ["platform", "turn", "due_at", "slot", "part", "id"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index("ix_posts_state", "posts", ["state"])
    op.create_table(
        "post_entries",
        sa.Column("post_id", _NUMBER, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("entry_id", _NUMBER, nullable=False),
        sa.Column(
            "channel_id",
            _NUMBER,
            nullable=True,
            comment="null where the post failed, so that another may carry the entry",
        ),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name="fk_post_entries_channel_id"),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name="fk_post_entries_entry_id"),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name="fk_post_entries_post_id"),
        sa.PrimaryKeyConstraint("post_id", "position", name="pk_post_entries"),
        sa.UniqueConstraint("channel_id", "entry_id", name="uq_post_entries_channel_id_entry_id"),
    )
    op.create_index("ix_post_entries_entry", "post_entries", ["entry_id"])
    _notices()


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("channel_id", _NUMBER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False, comment="the owner's"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "due_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when lease() looks at it; null when it is settled",
        ),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("obstacle", sa.Text(), nullable=False, comment="why it did not arrive"),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name="fk_notices_channel_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint("channel_id", "kind", name="uq_notices_channel_id_kind"),
        comment="What owners are told, kept until a post arrives, so that each is told once.",
    )
    op.create_index("ix_notices_due", "notices", ["platform", "due_at"])
    op.create_index("ix_notices_state", "notices", ["state"])


def _people() -> None:
    op.create_table(
        "moderators",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("is_group", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "workspace", "id", "is_group", name="pk_moderators"),
    )
    op.create_table(
        "saved",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("entry_id", _NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name="fk_saved_entry_id"),
        sa.PrimaryKeyConstraint("platform", "workspace", "person", "entry_id", name="pk_saved"),
    )
    op.create_index(
        "ix_saved_newest", "saved", ["platform", "workspace", "person", "at", "entry_id"]
    )
    op.create_table(
        "languages",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "workspace", "person", name="pk_languages"),
    )
    op.create_table(
        "audit",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_subject", "audit", ["subject", "id"])
