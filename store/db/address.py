"""The address of a database: what the operator may write, and what the engines want.

`sqlite:///path`, `postgresql://user:password@host/name`; a driver may stand in it
(`sqlite+aiosqlite`, `postgresql+asyncpg`, or another one of the same database).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from store.errors import BadDatabaseUrl

_SQLITE = re.compile(r"sqlite(?:\+\w+)?://(.*?)(?:\?(\w+)=([^?/]*))?", re.DOTALL)
"""A path is no address: only `name=value` after the last question mark is no part of it."""

_SQLITE_MODES = frozenset({"ro", "rw", "rwc"})
_POSTGRES_NAMES = frozenset({"postgresql", "postgres"})
# What libpq calls an option, and what asyncpg calls it. `sslmode` has the same values in both.
_POSTGRES_OPTIONS = {
    "host": "host",
    "port": "port",
    "user": "user",
    "password": "password",
    "sslmode": "ssl",
    "ssl": "ssl",
    "target_session_attrs": "target_session_attrs",
    "passfile": "passfile",
    "service": "service",
    "servicefile": "servicefile",
}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is.

    `url` is for SQLAlchemy and may hold a password; `where` is for people and holds none.
    `path` is the file (None for PostgreSQL). `read_only`: opened so that nothing can be written.
    """

    url: URL = field(repr=False)
    where: str
    path: Path | None = None
    read_only: bool = False

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read an operator's setting. Raises BadDatabaseUrl, which never repeats a password."""
        if file := _SQLITE.fullmatch(text.strip()):
            return _sqlite(unquote(file[1]), file[2], file[3])
        try:
            url = make_url(text.strip())
        except (ArgumentError, ValueError):
            raise BadDatabaseUrl("not an address") from None
        engine = url.drivername.partition("+")[0]
        if engine in _POSTGRES_NAMES:
            return _postgres(url)
        raise BadDatabaseUrl(f"{engine!r} is unknown")

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file on this machine."""
        return self.path is not None

    def untouched(self) -> Address:
        """Return the same SQLite file, to be opened so that nothing of it can change.

        A file without a write-ahead log holds everything itself and is read as it is; beside a
        log, its reader takes part in the locking.
        """
        if self.path is None:
            return self
        log = self.path.with_name(f"{self.path.name}-wal")
        busy = log.exists() and log.stat().st_size > 0
        options = {"mode": "ro"} if busy else {"mode": "ro", "immutable": "1"}
        return Address(_sqlite_url(self.path, options), self.where, self.path, read_only=True)


def _sqlite(name: str, option: str | None, mode: str | None) -> Address:
    if not name.startswith("/"):
        raise BadDatabaseUrl("sqlite:// takes three slashes before the path: sqlite:///ainews.db")
    name = name[1:]
    if not name or name == ":memory:" or name.startswith("file:"):
        raise BadDatabaseUrl("sqlite:// needs the path of a file: sqlite:///ainews.db")
    if option not in {None, "mode"}:
        raise BadDatabaseUrl(f"sqlite:// knows no option {option!r}, only mode")
    mode = mode or "rwc"
    if mode not in _SQLITE_MODES:
        raise BadDatabaseUrl("the mode of a sqlite:// address is ro, rw or rwc")
    if not name.isprintable():
        raise BadDatabaseUrl("the path of a sqlite:// address has a control character in it")
    try:
        path = Path(name).expanduser().absolute()
    except RuntimeError:
        raise BadDatabaseUrl("the ~ of a sqlite:// address names a home that is unknown") from None
    options = {} if mode == "rwc" else {"mode": mode}
    return Address(_sqlite_url(path, options), str(path), path, read_only=mode == "ro")


def _sqlite_url(path: Path, options: Mapping[str, str]) -> URL:
    if not options:
        return URL.create("sqlite+aiosqlite", database=str(path))
    return URL.create(
        "sqlite+aiosqlite", database=f"file:{quote(str(path))}", query={**options, "uri": "true"}
    )


def _postgres(url: URL) -> Address:
    if not url.database:
        raise BadDatabaseUrl("postgresql:// needs the name of a database after the host")
    options: dict[str, str | tuple[str, ...]] = {}
    for name, value in url.query.items():
        if name not in _POSTGRES_OPTIONS:
            raise BadDatabaseUrl(f"postgresql:// knows no option {name!r}")
        options[_POSTGRES_OPTIONS[name]] = value
    shown = url.set(
        drivername="postgresql",
        query={name: value for name, value in url.query.items() if name != "password"},
    )
    return Address(
        url.set(drivername="postgresql+asyncpg", query=options),
        shown.render_as_string(hide_password=True),
    )
