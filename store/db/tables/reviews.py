"""What waits for a moderator: decisions, suggestions, a model's drafts."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from store.db.tables.columns import Moment, Number, StorableText, all_required, metadata, required

reviews = Table(
    "reviews",
    metadata,
    Column("entry_id", Number, ForeignKey("entries.id"), primary_key=True, autoincrement=False),
    required("touched_at", Moment, comment="from when on it waits for a moderator"),
    required("postponed", Boolean, comment="stands behind what is not"),
    Column("decision", Text, comment="null while it waits"),
    Column("decided_at", Moment),
    Column("into", Number, ForeignKey("entries.id"), comment="the entry that tells the same story"),
    Column("joined", JSON, comment="what went there: links, and what sources told"),
    required("platform", StorableText, comment="of who decided or put it off"),
    *all_required(StorableText, "workspace", "person", "person_name"),
    comment="What moderators did with entries that waited for them.",
)
drafts = Table(
    "drafts",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    required("entry_id", Number, ForeignKey("entries.id")),
    required("language", StorableText),
    required("of", LargeBinary(16), comment="digest of the text it is made from"),
    required("prompt", Integer, comment="version of what the model is asked"),
    required("model", StorableText),
    required("state", Text),
    *all_required(StorableText, "title", "note"),
    required("tags", JSON),
    required("flags", JSON, comment="[[kept sentence, words of the draft], ...]"),
    required("tokens", Integer, comment="that it took so far"),
    required("reserved", Integer, comment="that it may take besides"),
    required("asked_for", Boolean, comment="by a person"),
    Column("asked_at", Moment, comment="when the model was asked last"),
    Column("due_at", Moment, comment="when lease() looks at it; null while nobody is to ask"),
    Column("lease_owner", Text),
    required("tries", Integer),
    required("reason", StorableText, comment="why there is none"),
    required("at", Moment, comment="since when it stands so"),
    Column("platform", StorableText, comment="of who decided; null: nobody did"),
    Column("workspace", StorableText),
    Column("person", StorableText),
    Column("person_name", StorableText),
    UniqueConstraint("entry_id", "language", "of", "prompt", "model", name="uq_drafts_text"),
    Index("ix_drafts_due", "state", "due_at"),
    Index("ix_drafts_asked", "asked_at"),
    comment="What a model drafted of entries, for moderators to decide about.",
)
suggestions = Table(
    "suggestions",
    metadata,
    Column("entry_id", Number, ForeignKey("entries.id"), primary_key=True, autoincrement=False),
    *all_required(StorableText, "platform", "workspace", "person", "person_name"),
    required("why", Text),
    required("at", Moment),
    required("language", Text, comment="in which they are told"),
    Column("hears_at", Moment, comment="not told before; null once settled, or not wanted"),
    required("tries", Integer),
    Index("ix_suggestions_at", "platform", "workspace", "at"),
    Index("ix_suggestions_hears", "platform", "hears_at"),
)
