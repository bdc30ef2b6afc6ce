"""Installations: kept when somebody installs the app, renewed, ended once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, insert, or_, select, update

from store.db.database import Database
from store.db.schema import installations
from store.model import SealedInstallation

RENEWING = timedelta(seconds=60)
"""How long one process alone may renew a token: longer than a platform takes to answer."""


class SealedInstallations:
    """The workspaces that let the app in."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def install(self, one: SealedInstallation) -> None:
        """Keep an installation, in the place of an earlier one of the same workspace."""
        values = {
            "enterprise": one.enterprise,
            "bot": one.bot,
            "bot_name": one.bot_name,
            "scopes": ",".join(one.scopes),
            "installed_at": self._clock(),
            "sealed": one.sealed,
            "expires_at": one.expires_at,
            "renewed_until": None,
            "ended_at": None,
            "ended_why": "",
        }
        async with self._database.write() as connection:
            changed = await connection.execute(
                update(installations).where(_is(one.platform, one.workspace)).values(**values)
            )
            if not changed.rowcount:
                await connection.execute(
                    insert(installations).values(
                        platform=one.platform, workspace=one.workspace, **values
                    )
                )

    async def get(self, platform: str, workspace: str) -> SealedInstallation | None:
        """Return a workspace's installation, also one that ended; None where there was none."""
        statement = select(installations).where(_is(platform, workspace))
        async with self._database.read() as connection:
            row = (await connection.execute(statement)).first()
        return None if row is None else _installation(row)

    async def living(self, platform: str) -> tuple[SealedInstallation, ...]:
        """Return the installations of a platform that have not ended, by workspace."""
        statement = (
            select(installations)
            .where(installations.c.platform == platform, installations.c.ended_at.is_(None))
            .order_by(installations.c.workspace)
        )
        async with self._database.read() as connection:
            return tuple(map(_installation, await connection.execute(statement)))

    async def seal_anew(self, one: SealedInstallation, sealed: str) -> bool:
        """Keep the same tokens under another seal. False: it has changed meanwhile."""
        async with self._database.write() as connection:
            changed = await connection.execute(
                update(installations).where(_still(one)).values(sealed=sealed)
            )
        return bool(changed.rowcount)

    async def begin_renewal(self, one: SealedInstallation) -> bool:
        """Take it on to renew a token, alone. False: another does, or it has changed meanwhile."""
        now = self._clock()
        free = or_(installations.c.renewed_until.is_(None), installations.c.renewed_until <= now)
        async with self._database.write() as connection:
            taken = await connection.execute(
                update(installations).where(_still(one), free).values(renewed_until=now + RENEWING)
            )
        return bool(taken.rowcount)

    async def renew(self, one: SealedInstallation, sealed: str, expires_at: datetime) -> bool:
        """Keep the tokens that came in the place of others. False: it was installed anew."""
        async with self._database.write() as connection:
            changed = await connection.execute(
                update(installations)
                .where(_still(one))
                .values(sealed=sealed, expires_at=expires_at, renewed_until=None)
            )
        return bool(changed.rowcount)

    async def end(self, one: SealedInstallation, why: str) -> bool:
        """End an installation, and forget what opened it. False: it ended, or has changed."""
        values = {"sealed": "", "expires_at": None, "ended_at": self._clock(), "ended_why": why}
        async with self._database.write() as connection:
            ended = await connection.execute(
                update(installations).where(_still(one)).values(**values)
            )
        return bool(ended.rowcount)


def _is(platform: str, workspace: str) -> ColumnElement[bool]:
    return and_(installations.c.platform == platform, installations.c.workspace == workspace)


def _still(one: SealedInstallation) -> ColumnElement[bool]:
    """Whether it is the one that was read: not ended, renewed or installed anew since."""
    return and_(
        _is(one.platform, one.workspace),
        installations.c.ended_at.is_(None),
        installations.c.sealed == one.sealed,
    )


def _installation(row: Row[Any]) -> SealedInstallation:
    return SealedInstallation(
        platform=row.platform,
        workspace=row.workspace,
        bot=row.bot,
        bot_name=row.bot_name,
        scopes=tuple(filter(None, row.scopes.split(","))),
        sealed=row.sealed,
        expires_at=row.expires_at,
        enterprise=row.enterprise,
        ended_at=row.ended_at,
        ended_why=row.ended_why,
    )
