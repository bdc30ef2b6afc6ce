"""Who somebody is, as the columns of every table say it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, true

from store.model import Actor


def person_key(person: Actor) -> dict[str, str]:
    """Return the columns by which somebody is known."""
    return {"platform": person.platform, "workspace": person.workspace, "person": person.id}


def person_row(person: Actor) -> dict[str, str]:
    """Return the columns that say who it was, by name too."""
    return {**person_key(person), "person_name": person.name}


def person_of(values: Mapping[Any, Any]) -> Actor:
    """Return who it was that a row names."""
    return Actor(values["platform"], values["workspace"], values["person"], values["person_name"])


def of_person(table: Table, person: Actor) -> ColumnElement[bool]:
    """Whether a row is somebody's, there where they are.

    In a conversation that is of no workspace they have what they have in any, and what they did
    there they have in each.
    """
    there = table.c.workspace.in_((person.workspace, "")) if person.workspace else true()
    return and_(table.c.platform == person.platform, there, table.c.person == person.id)
