"""A program loads SQLAlchemy's engines without its ORM, and the ORM once something asks for it."""

from __future__ import annotations

import subprocess
import sys

from tests.patience import PATIENCE

_PROGRAM = """
import sys
from store.db.without_orm import WithoutOrm
WithoutOrm.install()
WithoutOrm.install()
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.ext.asyncio import exc
create_async_engine("sqlite+aiosqlite://")
print("sqlalchemy.orm" in sys.modules)
from sqlalchemy.ext.asyncio import AsyncSession
import sqlalchemy.ext.asyncio
print(issubclass(AsyncSession, object), sqlalchemy.ext.asyncio.AsyncConnection is AsyncConnection)
print("sqlalchemy.orm" in sys.modules, hasattr(sqlalchemy.ext.asyncio, "nothing_of_theirs"))
"""


def test_the_engines_come_alone_and_the_rest_when_it_is_asked_for() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=True,
    )

    assert done.stdout.split() == ["False", "True", "True", "True", "False"]
