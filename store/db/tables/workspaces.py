"""Workspaces, who moderates them, and who let the app in."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, PrimaryKeyConstraint, Table, Text

from store.db.tables.columns import Moment, StorableText, all_required, flag, metadata, required

moderators = Table(
    "moderators",
    metadata,
    *all_required(StorableText, "platform", "workspace", "id"),
    required("is_group", Boolean),
    PrimaryKeyConstraint("platform", "workspace", "id", "is_group"),
)
workspaces = Table(
    "workspaces",
    metadata,
    *all_required(StorableText, "platform", "id", "name"),
    required("first_seen", Moment),
    required("curates", Boolean),
    flag("blocked", "it gets no answers and no posts"),
    PrimaryKeyConstraint("platform", "id"),
)
installations = Table(
    "installations",
    metadata,
    *all_required(StorableText, "platform", "workspace"),
    required("enterprise", StorableText, comment="what it belongs to; else empty"),
    required("bot", StorableText, comment="the bot's own id there"),
    required("bot_name", StorableText),
    required("scopes", StorableText, comment="divided by commas"),
    required("installed_at", Moment),
    required("sealed", Text, comment="its tokens; empty once it ended"),
    Column("expires_at", Moment, comment="the token's; null: it does not expire"),
    Column("renewed_until", Moment, comment="a process renews it; another may after this"),
    Column("ended_at", Moment),
    required("ended_why", Text),
    PrimaryKeyConstraint("platform", "workspace"),
)
