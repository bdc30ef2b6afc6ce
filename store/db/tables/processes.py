"""Processes that share a store, and what they keep for each other."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    Index,
    Integer,
    Table,
    Text,
)

from store.db.tables.columns import Moment, StorableText, metadata

processes = Table(
    "processes",
    metadata,
    Column("id", Text, primary_key=True, comment="as in the leases of posts"),
    Column("host", StorableText, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("kind", Text, nullable=False, comment="what it does"),
    Column("platforms", JSON, nullable=False, comment="those that it runs"),
    Column(
        "shares",
        JSON,
        comment="platforms of whose workspaces it takes a share; null: of none",
    ),
    Column("started_at", Moment, nullable=False),
    Column(
        "beat_at",
        Moment,
        nullable=False,
        comment="when it last said that it lives, by the database's clock",
    ),
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
    Column("until", Moment, nullable=False, comment="it is forgotten"),
    Index("ix_seen_until", "until"),
)
notes = Table(
    "notes",
    metadata,
    Column("key", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("until", Moment, nullable=False, comment="it is forgotten"),
    Index("ix_notes_until", "until"),
)
