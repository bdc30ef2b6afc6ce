"""What people chose and did."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from store.db.tables.columns import Moment, Number, StorableText, metadata

public_answers = Table(
    "public_answers",
    metadata,
    Column("platform", StorableText, nullable=False),
    Column("workspace", StorableText, nullable=False),
    Column("channel", StorableText, nullable=False, comment="the platform's own id"),
    PrimaryKeyConstraint("platform", "workspace", "channel"),
    comment="Channels in which everybody sees what somebody looks up.",
)
saved = Table(
    "saved",
    metadata,
    Column("platform", StorableText, nullable=False),
    Column("workspace", StorableText, nullable=False),
    Column("person", StorableText, nullable=False),
    Column("entry_id", Number, ForeignKey("entries.id"), nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("platform", "workspace", "person", "entry_id"),
    Index("ix_saved_newest", "platform", "workspace", "person", "at", "entry_id"),
    Index("ix_saved_entry", "entry_id"),
)
votes = Table(
    "votes",
    metadata,
    Column("entry_id", Number, ForeignKey("entries.id"), nullable=False),
    Column("platform", StorableText, nullable=False),
    Column("workspace", StorableText, nullable=False),
    Column("person", StorableText, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("entry_id", "platform", "workspace", "person"),
    Index("ix_votes_person", "platform", "workspace", "person"),
)
languages = Table(
    "languages",
    metadata,
    Column("platform", StorableText, nullable=False),
    Column("workspace", StorableText, nullable=False),
    Column("person", StorableText, nullable=False),
    Column("language", StorableText, nullable=False),
    PrimaryKeyConstraint("platform", "workspace", "person"),
)
audit = Table(
    "audit",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("platform", StorableText, nullable=False),
    Column("workspace", StorableText, nullable=False),
    Column("person", StorableText, nullable=False),
    Column("name", StorableText, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", StorableText, nullable=False),
    Column("details", JSON, nullable=False),
    Index("ix_audit_subject", "subject", "id"),
)
