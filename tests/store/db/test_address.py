"""Addresses of databases: every spelling that operators use, and no password in any error."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.db.address import Address
from store.errors import BadDatabaseUrl


@pytest.mark.parametrize("driver", ["sqlite", "sqlite+aiosqlite", "sqlite+pysqlite"])
def test_a_file_is_named_with_any_driver(driver: str) -> None:
    address = Address.parse(f" {driver}:////data/가 나/ai%20news.db\n")
    assert address.path == Path("/data/가 나/ai news.db")
    assert address.where == "/data/가 나/ai news.db"
    assert address.url.drivername == "sqlite+aiosqlite"
    assert not address.read_only


def test_paths_are_relative_to_the_folder_or_to_the_home() -> None:
    assert Address.parse("sqlite:///ainews.db").path == Path.cwd() / "ainews.db"
    assert Address.parse("sqlite:///~/ainews.db").path == Path.home() / "ainews.db"


def test_a_file_may_be_opened_for_reading_only() -> None:
    address = Address.parse("sqlite:////data/a.db?mode=ro")
    assert address.read_only
    assert address.where == "/data/a.db"


@pytest.mark.parametrize(
    "scheme", ["postgres", "postgresql", "postgresql+asyncpg", "postgresql+psycopg2"]
)
def test_a_server_is_named_with_any_driver(scheme: str) -> None:
    address = Address.parse(f"{scheme}://ann:s3cret%40@db.example:5433/news?sslmode=require")
    assert address.url.drivername == "postgresql+asyncpg"
    assert address.url.render_as_string(hide_password=False).startswith(
        "postgresql+asyncpg://ann:s3cret%40@"
    )
    assert dict(address.url.query) == {"ssl": "require"}
    assert address.where == "postgresql://ann:***@db.example:5433/news?sslmode=require"
    assert address.path is None
    assert "s3cret" not in repr(address)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "s3cret",
        "ainews.db",
        "mysql://u:s3cret@h/d",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///file:x?uri=true",
        "sqlite://u:s3cret@h/d",
        "sqlite://ainews.db",
        "sqlite:///a.db?mode=memory",
        "sqlite:///~nobody-by-that-name/a.db",
        "sqlite:///a\0.db",
        "sqlite:///a.db?cache=shared",
        "postgresql://u:s3cret@h",
        "postgresql://u:s3cret@h:port/d",
        "postgresql://u:s3cret@h/d?pool_size=5",
    ],
)
def test_what_is_no_address_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(BadDatabaseUrl) as caught:
        Address.parse(text)
    assert isinstance(caught.value, ValueError)
    assert caught.value.reason
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    for prefix in ("", "sqlite:///", "postgresql://u:p@h/", "postgresql://"):
        with suppress(BadDatabaseUrl):
            assert Address.parse(prefix + text).where


@pytest.mark.parametrize("name", ["what? folder", "a#b", "100%41", "그림 '한'", "-x", "?mode=ro"])
def test_a_path_is_no_address(tmp_path: Path, name: str) -> None:
    path = tmp_path / name / "ainews.db"

    address = Address.parse(f"sqlite:///{quote(str(path))}")

    assert address.path == path
    assert not address.read_only


def test_a_question_mark_may_stand_in_a_typed_path() -> None:
    assert Address.parse("sqlite:////data/what? folder/a.db").path == Path(
        "/data/what? folder/a.db"
    )
