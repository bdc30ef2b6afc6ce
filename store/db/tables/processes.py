"""Processes that share a store, and what they keep for each other."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, Integer, Table, Text

from store.db.tables.columns import Moment, StorableText, metadata, required

processes = Table(
    "processes",
    metadata,
    Column("id", Text, primary_key=True, comment="as in the leases of posts"),
    required("host", StorableText),
    required("pid", Integer),
    required("kind", Text, comment="what it does"),
    required("platforms", JSON, comment="those that it runs"),
    Column("shares", JSON, comment="platforms of whose workspaces it takes a share; null: of none"),
    required("started_at", Moment),
    required("beat_at", Moment, comment="when it last said that it lives, by the database's clock"),
)
domains = Table(
    "domains",
    metadata,
    Column("name", Text, primary_key=True, comment="what one process alone does"),
    Column("owner", Text, comment="that process; null: nobody"),
)
seen = Table(
    "seen",
    metadata,
    Column("key", Text, primary_key=True, comment="a platform's id of a delivery"),
    required("until", Moment, comment="it is forgotten"),
    Index("ix_seen_until", "until"),
)
notes = Table(
    "notes",
    metadata,
    Column("key", Text, primary_key=True),
    required("text", Text),
    required("until", Moment, comment="it is forgotten"),
    Index("ix_notes_until", "until"),
)
