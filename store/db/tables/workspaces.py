"""Workspaces, who moderates them, and who let the app in."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from store.db.tables.columns import Moment, StorableText, metadata

moderators = Table(
    "moderators",
    metadata,
    Column("platform", StorableText, nullable=False),
    Column("workspace", StorableText, nullable=False),
    Column("id", StorableText, nullable=False),
    Column("is_group", Boolean, nullable=False),
    PrimaryKeyConstraint("platform", "workspace", "id", "is_group"),
)
workspaces = Table(
    "workspaces",
    metadata,
    Column("platform", StorableText, nullable=False),
    Column("id", StorableText, nullable=False),
    Column("name", StorableText, nullable=False),
    Column("first_seen", Moment, nullable=False),
    Column("curates", Boolean, nullable=False),
    Column(
        "blocked",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="it gets no answers and no posts",
    ),
    PrimaryKeyConstraint("platform", "id"),
)
installations = Table(
    "installations",
    metadata,
    Column("platform", StorableText, nullable=False),
    Column("workspace", StorableText, nullable=False),
    Column("enterprise", StorableText, nullable=False, comment="what it belongs to; else empty"),
    Column("bot", StorableText, nullable=False, comment="the bot's own id there"),
    Column("bot_name", StorableText, nullable=False),
    Column("scopes", StorableText, nullable=False, comment="divided by commas"),
    Column("installed_at", Moment, nullable=False),
    Column("sealed", Text, nullable=False, comment="its tokens; empty once it ended"),
    Column("expires_at", Moment, comment="the token's; null: it does not expire"),
    Column("renewed_until", Moment, comment="a process renews it; another may after this"),
    Column("ended_at", Moment),
    Column("ended_why", Text, nullable=False),
    PrimaryKeyConstraint("platform", "workspace"),
)
