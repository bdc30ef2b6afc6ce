"""docs/privacy.md names every table, and every column that may tell of a person."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from store.db.schema import metadata

ROOT = Path(__file__).parents[1]
PAGES = ("docs/privacy.md", "docs/privacy.ko.md")
COLUMNS = {f"{table.name}.{column.name}" for table in metadata.sorted_tables for column in table.c}
SUSPECT = re.compile(r"\.\w*(person|owner_id|owner_name|added_by|author|member|user|why|name)\w*$")
"""How columns are called that tell of people. Names of things are below."""

NAMES_OF_THINGS = {
    "domains.name",
    "entry_sources.name",
    "installations.bot_name",
    "installations.ended_why",
    "sources.name",
    "tags.name",
    "workspaces.name",
}


def named(page: str) -> set[str]:
    """Return what stands in backticks, blocks aside."""
    prose = re.sub(r"```.*?```", "", (ROOT / page).read_text("utf-8"), flags=re.DOTALL)
    return set(re.findall(r"`([^`]+)`", prose))


@pytest.mark.parametrize("page", PAGES)
def test_every_column_that_tells_of_people_is_named(page: str) -> None:
    telling = {one for one in COLUMNS if SUSPECT.search(one)} - NAMES_OF_THINGS

    assert sorted(telling - named(page)) == []


@pytest.mark.parametrize("page", PAGES)
def test_every_table_is_named(page: str) -> None:
    known = {one.partition(".")[0] for one in named(page)}

    assert sorted({table.name for table in metadata.sorted_tables} - known) == []


@pytest.mark.parametrize("page", PAGES)
def test_every_column_that_is_named_is_there(page: str) -> None:
    tables = {table.name for table in metadata.sorted_tables}
    columns = {one for one in named(page) if re.fullmatch(r"[a-z_]+\.[a-z_]+", one)}

    assert (
        sorted(one for one in columns if one.partition(".")[0] in tables and one not in COLUMNS)
        == []
    )
