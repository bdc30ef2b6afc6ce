"""What people chose and did."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, PrimaryKeyConstraint, Table, Text

from store.db.tables.columns import Moment, Number, StorableText, all_required, metadata, required

public_answers = Table(
    "public_answers",
    metadata,
    *all_required(StorableText, "platform", "workspace"),
    required("channel", StorableText, comment="the platform's own id"),
    PrimaryKeyConstraint("platform", "workspace", "channel"),
    comment="Channels in which everybody sees what somebody looks up.",
)
saved = Table(
    "saved",
    metadata,
    *all_required(StorableText, "platform", "workspace", "person"),
    required("entry_id", Number, ForeignKey("entries.id")),
    required("at", Moment),
    PrimaryKeyConstraint("platform", "workspace", "person", "entry_id"),
    Index("ix_saved_newest", "platform", "workspace", "person", "at", "entry_id"),
    Index("ix_saved_entry", "entry_id"),
)
votes = Table(
    "votes",
    metadata,
    required("entry_id", Number, ForeignKey("entries.id")),
    *all_required(StorableText, "platform", "workspace", "person"),
    required("at", Moment),
    PrimaryKeyConstraint("entry_id", "platform", "workspace", "person"),
    Index("ix_votes_person", "platform", "workspace", "person"),
)
languages = Table(
    "languages",
    metadata,
    *all_required(StorableText, "platform", "workspace", "person", "language"),
    PrimaryKeyConstraint("platform", "workspace", "person"),
)
audit = Table(
    "audit",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    required("at", Moment),
    *all_required(StorableText, "platform", "workspace", "person", "name"),
    required("action", Text),
    required("subject", StorableText),
    required("details", JSON),
    Index("ix_audit_subject", "subject", "id"),
)
