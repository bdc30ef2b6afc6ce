"""Databases for whole bots: a file, and a PostgreSQL server where one can be run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.databases import new_database
from tests.fakes.postgres import PostgresServer


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    """The address of an empty SQLite file."""
    return new_database(tmp_path / "ainews.db")


@pytest.fixture
def postgresql(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of an empty database."""
    with postgres_server.database() as url:
        yield url
