"""Installations: kept when somebody installs the app, renewed, ended once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, insert, or_, select, update

from store.db.rows import Room, from_row
from store.db.schema import installations
from store.model import SealedInstallation

RENEWING = timedelta(seconds=60)
"""How long one process alone may renew a token: longer than a platform takes to answer."""


class SealedInstallations(Room):
    """The workspaces that let the app in."""

    async def install(self, one: SealedInstallation) -> None:
        """Keep an installation, in the place of an earlier one of the same workspace."""
        place = {"platform": one.platform, "workspace": one.workspace}
        values = {
            **asdict(one),
            "scopes": ",".join(one.scopes),
            "installed_at": self._clock(),
            "renewed_until": None,
            "ended_at": None,
            "ended_why": "",
        }
        async with self._database.write() as connection:
            known = update(installations).filter_by(**place)
            if not (await connection.execute(known.values(**values))).rowcount:
                await connection.execute(insert(installations).values(**values))

    async def get(self, platform: str, workspace: str) -> SealedInstallation | None:
        """Return a workspace's installation, also one that ended; None where there was none."""
        statement = select(installations).filter_by(platform=platform, workspace=workspace)
        row = await self._database.first(statement)
        return None if row is None else _installation(row)

    async def living(self, platform: str) -> tuple[SealedInstallation, ...]:
        """Return the installations of a platform that have not ended, by workspace."""
        statement = (
            select(installations)
            .filter_by(platform=platform, ended_at=None)
            .order_by(installations.c.workspace)
        )
        return tuple(map(_installation, await self._database.fetch(statement)))

    async def seal_anew(self, one: SealedInstallation, sealed: str) -> bool:
        """Keep the same tokens under another seal. False: it has changed meanwhile."""
        return await self._change(one, sealed=sealed)

    async def begin_renewal(self, one: SealedInstallation) -> bool:
        """Take it on to renew a token, alone. False: another does, or it has changed meanwhile."""
        now = self._clock()
        free = or_(installations.c.renewed_until.is_(None), installations.c.renewed_until <= now)
        return await self._change(one, free, renewed_until=now + RENEWING)

    async def renew(self, one: SealedInstallation, sealed: str, expires_at: datetime) -> bool:
        """Keep the tokens that came in the place of others. False: it was installed anew."""
        return await self._change(one, sealed=sealed, expires_at=expires_at, renewed_until=None)

    async def end(self, one: SealedInstallation, why: str) -> bool:
        """End an installation, and forget what opened it. False: it ended, or has changed."""
        values = {"sealed": "", "expires_at": None, "ended_at": self._clock(), "ended_why": why}
        return await self._change(one, **values)

    async def _change(
        self, one: SealedInstallation, *conditions: ColumnElement[bool], **values: Any
    ) -> bool:
        """Change the one that was read. False: it ended, was renewed or installed anew since."""
        still = {
            "platform": one.platform,
            "workspace": one.workspace,
            "ended_at": None,
            "sealed": one.sealed,
        }
        statement = update(installations).filter_by(**still).where(*conditions).values(**values)
        return await self._database.execute(statement) > 0


def _installation(row: Mapping[Any, Any]) -> SealedInstallation:
    return from_row(SealedInstallation, row, scopes=tuple(filter(None, row["scopes"].split(","))))
