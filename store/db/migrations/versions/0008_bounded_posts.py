"""Posts of a bounded length: which entries go first, what becomes of the rest, how a post looks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the columns; what is there keeps what it does."""
    op.add_column("channels", _text("ordering", "oldest"))
    op.add_column("channels", _text("leftover", "wait"))
    op.add_column("channels", _text("layout", "full"))
    op.add_column("posts", _no("leaves", "whether no later post carries the rest"))
    op.add_column("posts", _text("layout", "full"))
    op.add_column(
        "post_entries",
        _no("left_out", "the post does not carry it, and no later one to the channel does"),
    )


def _text(name: str, default: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default=default)


def _no(name: str, comment: str) -> sa.Column[bool]:
    return sa.Column(
        name, sa.Boolean(), nullable=False, server_default=sa.text("false"), comment=comment
    )
