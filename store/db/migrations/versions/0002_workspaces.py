"""Workspaces, the first of each platform curating."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_KNOWN = """
SELECT platform, workspace, MIN(turn) AS turn FROM (
    SELECT platform, workspace, MIN(id) AS turn FROM audit GROUP BY platform, workspace
    UNION ALL
    SELECT platform, workspace, NULL AS turn FROM channels
    UNION ALL
    SELECT platform, workspace, NULL AS turn FROM moderators
) AS known
WHERE workspace <> '' AND platform NOT IN ('', 'terminal')
GROUP BY platform, workspace
"""
"""What the log, the channels and the moderators tell; the log numbers its records in turn."""


def upgrade() -> None:
    """Make the table; of what is known already, the earliest of each platform curates."""
    table = op.create_table(
        "workspaces",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("curates", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "id", name="pk_workspaces"),
    )
    connection = op.get_bind()
    known = connection.execute(sa.text(_KNOWN)).all()
    now = datetime.now(UTC)
    homes: set[str] = set()
    for row in sorted(known, key=lambda row: (row.turn is None, row.turn or 0, row.workspace)):
        connection.execute(
            table.insert().values(
                platform=row.platform,
                id=row.workspace,
                name="",
                first_seen=now,
                curates=row.platform not in homes,
            )
        )
        homes.add(row.platform)
