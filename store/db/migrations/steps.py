"""The second step of a change of shape: what programs before it cannot do without goes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def since(revision: str) -> None:
    """Say that programs older than a revision cannot work with the shape from here on.

    A revision that contracts (drops, renames, forbids) gives its own, or that of the first program
    that no longer uses what goes. To be called within `upgrade`.
    """
    op.execute(sa.text("UPDATE numbers SET since = :revision").bindparams(revision=revision))
