"""What every subject's room of the store has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from store.db.database import Database


class Room:
    """The queries of one subject, on the store's one database and by its clock."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
