"""Entries, and what is counted and looked up of them."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from store.db.tables.columns import Moment, Number, metadata

numbers = Table(
    "numbers",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("entry", Number, nullable=False, comment="the last entry id given"),
    Column("serial", Number, nullable=False, comment="the last serial given"),
    Column(
        "writes",
        Number,
        nullable=False,
        server_default="0",
        comment="units of work that wrote, on PostgreSQL",
    ),
    Column(
        "version",
        Number,
        nullable=False,
        server_default="0",
        comment="rises with each unit of work that changed what is public",
    ),
    Column("host", Text, comment="of the public ids of entries"),
    Column(
        "since", Text, comment="the oldest revision whose programs work with this shape of tables"
    ),
    comment="One row. Who writes to several tables locks it first, so that such units queue.",
)
entries = Table(
    "entries",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=False),
    Column("title", Text, nullable=False),
    Column("url", Text, comment="the main link as it was given"),
    Column("url_key", LargeBinary(16), comment="digest of its canonical form"),
    Column("title_key", LargeBinary(16), comment="digest of title and date, without a link"),
    Column("key", Text, comment="the caller's own id"),
    Column("links", JSON, nullable=False, comment="[[url, title or null], ...]"),
    Column("note", Text, nullable=False),
    Column("image", Text),
    Column("published", Text, comment="ISO, cut to its precision"),
    Column("sort_day", Integer, nullable=False, comment="YYYYMMDD, 00 for what is not known"),
    Column("language", Text),
    Column("tags", JSON, nullable=False, comment="the names, in the curator's order"),
    Column("added_by", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("serial", Number, comment="null until it is published"),
    Column("imported", LargeBinary(16), comment="digest of the item that was last imported"),
    Column(
        "renditions",
        JSON(none_as_null=True),
        comment="[{language, title, note, drafted_by, reviewed_by, at, of: the text's digest}]",
    ),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("first_published_at", Moment),
    Column(
        "votes",
        Integer,
        nullable=False,
        server_default="0",
        comment="its rows in the table of votes, counted",
    ),
    Column(
        "starred",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="the moderators' pick",
    ),
    UniqueConstraint("url_key"),
    UniqueConstraint("key"),
    Index("ix_entries_latest", "status", "sort_day", "id"),
    Index(
        "ix_entries_language",
        "status",
        "language",
        "sort_day",
        "id",
        sqlite_where=text("language IS NOT NULL"),
    ),
    Index(
        "ix_entries_told",
        "updated_at",
        sqlite_where=text("renditions IS NOT NULL"),
    ),
    Index("ix_entries_title_key", "title_key"),
    Index("ix_entries_serial", "status", "serial"),
    Index("ix_entries_first_published", "first_published_at", "serial"),
)
tags = Table(
    "tags",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, comment="the form in which tags are compared"),
    Column("name", Text, nullable=False, comment="the form first seen, which is shown"),
    Column("used", Integer, nullable=False, comment="published entries that carry it"),
    UniqueConstraint("key"),
    Index("ix_tags_used", "used", "key"),
)
entry_tags = Table(
    "entry_tags",
    metadata,
    Column("tag_id", Number, ForeignKey("tags.id"), nullable=False),
    Column("sort_day", Integer, nullable=False),
    Column("entry_id", Number, ForeignKey("entries.id"), nullable=False),
    PrimaryKeyConstraint("tag_id", "sort_day", "entry_id"),
    comment="Published entries by tag, in the order in which they are shown.",
    sqlite_with_rowid=False,
)
folded_titles = Table(
    "folded_titles",
    metadata,
    Column("entry_id", Number, ForeignKey("entries.id"), primary_key=True, autoincrement=False),
    Column("title", Text, nullable=False),
    comment="Titles in the form in which completion compares them.",
)
search_states = Table(
    "search_states",
    metadata,
    Column("slot", Text, primary_key=True, comment="a or b: the end of its tables' names"),
    Column("version", Text, nullable=False, comment="name of the analyzer that made its terms"),
    Column("active", Boolean, nullable=False, comment="whether it answers"),
    Column("upto", Number, comment="the last entry id that is built in; null when all are"),
    Column("entries", Number, nullable=False),
    Column("length", Number, nullable=False, comment="of all its entries, in characters"),
    comment="The indexes of search_index_a and search_index_b, which each engine has its own way.",
)
search_terms = {
    slot: Table(
        f"search_terms_{slot}",
        metadata,
        Column("term", Text().with_variant(Text(collation="C"), "postgresql"), primary_key=True),
        Column("entries", Integer, nullable=False, comment="that hold it"),
        sqlite_with_rowid=False,
    )
    for slot in ("a", "b")
}
