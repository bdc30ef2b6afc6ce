"""The share of each channel's workspace, for several processes that bring posts to one platform."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

_SHARDS = 16


def upgrade() -> None:
    """Add the columns, and find the share of each workspace that has channels."""
    op.add_column(
        "channels",
        sa.Column(
            "shard",
            sa.Integer(),
            nullable=False,
            server_default=sa.text("0"),
            comment="the share of its workspace: who owns that brings its posts",
        ),
    )
    op.add_column(
        "processes",
        sa.Column(
            "shares",
            sa.JSON(),
            nullable=True,
            comment="platforms of whose workspaces it takes a share; null: of none",
        ),
    )
    connection = op.get_bind()
    channels = sa.table("channels", sa.column("workspace"), sa.column("shard"))
    known = connection.execute(sa.select(channels.c.workspace).distinct()).scalars().all()
    moved = [{"home": each, "share": _share(each)} for each in known]
    if moved:
        connection.execute(
            sa.update(channels)
            .where(channels.c.workspace == sa.bindparam("home"))
            .values(shard=sa.bindparam("share")),
            moved,
        )


def _share(workspace: str) -> int:
    return hashlib.sha256(workspace.encode("utf-8", "surrogatepass")).digest()[0] % _SHARDS
