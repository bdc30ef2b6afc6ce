"""The index in SQLite: FTS5 without content, which only says what entry holds what term."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from store.db.thread_writes import Run
from store.search.index.engine import COUNTING, SIZING, Difference, Engine
from store.search.index.reader import WITHIN, Days, IndexReader
from store.search.query.expressions import fts5
from store.search.query.plan import Weighted


class SqliteReader(IndexReader):
    """Asks FTS5."""

    number_column = "rowid"
    matching = "search_index_{slot} MATCH :{name}"
    among = "IN (SELECT value FROM json_each(:{name}))"
    like = "GLOB"
    written = staticmethod(fts5)

    @staticmethod
    def listed(values: Collection[Any]) -> str:
        """Return values as JSON."""
        return json.dumps(list(values), ensure_ascii=False)

    def pattern(self, syllables: Sequence[str], before: str | None) -> str:
        """Return the pattern of texts with syllables in a row."""
        return f"{'*' if before is None else before}{''.join(syllables)}*"

    def heaviest(self, parts: Weighted, days: Days, *, limit: int, first: int = 0) -> list[int]:
        """Return the ids of entries by the sum of the weights of the expressions that find them."""
        dated = (
            "" if days.unbounded else f"CROSS JOIN entries e WHERE e.id = found.id AND {WITHIN} "
        )
        return self._ids(
            "WITH parts (match, weight) AS MATERIALIZED ("
            "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') "
            "FROM json_each(:parts)), "
            "found (id, weight) AS (SELECT i.rowid, sum(parts.weight) "
            f"FROM parts CROSS JOIN search_index_{self._slot} i "
            f"WHERE search_index_{self._slot} MATCH parts.match AND i.rowid >= :first "
            "GROUP BY i.rowid) "
            f"SELECT found.id FROM found {dated}"
            "ORDER BY found.weight DESC, found.id DESC LIMIT :limit",
            {
                "parts": json.dumps([(fts5(expression), weight) for expression, weight in parts]),
                "limit": limit,
                "first": first,
                **days.bounds,
            },
        )


class SqliteEngine(Engine):
    """Statements for FTS5."""

    reader = SqliteReader

    def change(self, run: Run, slot: str, difference: Difference) -> None:
        """Bring an index, its counts and its size up to date."""
        name = f"search_index_{slot}"
        for number, terms in difference.gone.items():
            run(
                f"INSERT INTO {name} ({name}, rowid, terms) VALUES ('delete', :number, :terms)",
                {"number": number, "terms": terms},
            )
        for number, terms in difference.come.items():
            run(
                f"INSERT INTO {name} (rowid, terms) VALUES (:number, :terms)",
                {"number": number, "terms": terms},
            )
        run(
            f"INSERT INTO search_terms_{slot} AS known (term, entries) "
            f"SELECT key, value FROM json_each(:terms) WHERE true {COUNTING}",
            {"terms": json.dumps(difference.counts, ensure_ascii=False), "times": difference.times},
        )
        size = {"entries": difference.entries, "length": difference.length}
        run(SIZING, {**size, "slot": slot})

    def clear(self, run: Run, slot: str) -> None:
        """Take everything out, the counts too."""
        name = f"search_index_{slot}"
        run(f"INSERT INTO {name} ({name}) VALUES ('delete-all')", {})
        run(f"DELETE FROM search_terms_{slot}", {})
