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

from store.db.tables.columns import Moment, Number, all_required, metadata, required

numbers = Table(
    "numbers",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    required("entry", Number, comment="the last entry id given"),
    required("serial", Number, comment="the last serial given"),
    required(
        "writes", Number, server_default="0", comment="units of work that wrote, on PostgreSQL"
    ),
    required(
        "version",
        Number,
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
    required("title", Text),
    Column("url", Text, comment="the main link as it was given"),
    Column("url_key", LargeBinary(16), comment="digest of its canonical form"),
    Column("title_key", LargeBinary(16), comment="digest of title and date, without a link"),
    Column("key", Text, comment="the caller's own id"),
    required("links", JSON, comment="[[url, title or null], ...]"),
    required("note", Text),
    Column("image", Text),
    Column("published", Text, comment="ISO, cut to its precision"),
    required("sort_day", Integer, comment="YYYYMMDD, 00 for what is not known"),
    Column("language", Text),
    required("tags", JSON, comment="the names, in the curator's order"),
    *all_required(Text, "added_by", "status"),
    Column("serial", Number, comment="null until it is published"),
    Column("imported", LargeBinary(16), comment="digest of the item that was last imported"),
    Column(
        "renditions",
        JSON(none_as_null=True),
        comment="[{language, title, note, drafted_by, reviewed_by, at, of: the text's digest}]",
    ),
    *all_required(Moment, "created_at", "updated_at"),
    Column("first_published_at", Moment),
    required(
        "votes", Integer, server_default="0", comment="its rows in the table of votes, counted"
    ),
    required("starred", Boolean, server_default=false(), comment="the moderators' pick"),
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
    Index("ix_entries_told", "updated_at", sqlite_where=text("renditions IS NOT NULL")),
    Index("ix_entries_title_key", "title_key"),
    Index("ix_entries_serial", "status", "serial"),
    Index("ix_entries_first_published", "first_published_at", "serial"),
)
tags = Table(
    "tags",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    required("key", Text, comment="the form in which tags are compared"),
    required("name", Text, comment="the form first seen, which is shown"),
    required("used", Integer, comment="published entries that carry it"),
    UniqueConstraint("key"),
    Index("ix_tags_used", "used", "key"),
)
entry_tags = Table(
    "entry_tags",
    metadata,
    required("tag_id", Number, ForeignKey("tags.id")),
    required("sort_day", Integer),
    required("entry_id", Number, ForeignKey("entries.id")),
    PrimaryKeyConstraint("tag_id", "sort_day", "entry_id"),
    comment="Published entries by tag, in the order in which they are shown.",
    sqlite_with_rowid=False,
)
folded_titles = Table(
    "folded_titles",
    metadata,
    Column("entry_id", Number, ForeignKey("entries.id"), primary_key=True, autoincrement=False),
    required("title", Text),
    comment="Titles in the form in which completion compares them.",
)
search_states = Table(
    "search_states",
    metadata,
    Column("slot", Text, primary_key=True, comment="a or b: the end of its tables' names"),
    required("version", Text, comment="name of the analyzer that made its terms"),
    required("active", Boolean, comment="whether it answers"),
    Column("upto", Number, comment="the last entry id that is built in; null when all are"),
    required("entries", Number),
    required("length", Number, comment="of all its entries, in characters"),
    comment="The indexes of search_index_a and search_index_b, which each engine has its own way.",
)
search_terms = {
    slot: Table(
        f"search_terms_{slot}",
        metadata,
        Column("term", Text().with_variant(Text(collation="C"), "postgresql"), primary_key=True),
        required("entries", Integer, comment="that hold it"),
        sqlite_with_rowid=False,
    )
    for slot in ("a", "b")
}
