"""The index in PostgreSQL: a tsvector of ready terms under GIN, which only finds candidates."""

from __future__ import annotations

from collections.abc import Sequence

from store.db.thread_writes import Run
from store.search.index.engine import COUNTING, SIZING, Difference, Engine
from store.search.index.reader import WITHIN, Days, IndexReader
from store.search.query.expressions import tsquery
from store.search.query.plan import Weighted


class PostgresReader(IndexReader):
    """Asks a tsvector."""

    number_column = "entry_id"
    matching = "i.terms @@ CAST(:{name} AS tsquery)"
    among = "= ANY(CAST(:{name} AS {kind}[]))"
    like = "~"
    written = staticmethod(tsquery)
    listed = list

    def pattern(self, syllables: Sequence[str], before: str | None) -> str:
        """Return the pattern of texts with syllables in a row."""
        return f"{'' if before is None else '^' + before}{''.join(syllables)}"

    def heaviest(self, parts: Weighted, days: Days, *, limit: int, first: int = 0) -> list[int]:
        """Return the ids of entries by the sum of the weights of the expressions that find them."""
        dated = "" if days.unbounded else f"JOIN entries e ON e.id = found.id WHERE {WITHIN} "
        return self._ids(
            "WITH found (id, weight) AS (SELECT i.entry_id, sum(parts.weight) "
            "FROM unnest(CAST(:matches AS text[]), CAST(:weights AS float8[])) "
            "AS parts (match, weight) CROSS JOIN LATERAL (SELECT entry_id "
            f"FROM search_index_{self._slot} "
            "WHERE terms @@ CAST(parts.match AS tsquery) AND entry_id >= :first) i "
            "GROUP BY i.entry_id) "
            f"SELECT found.id FROM found {dated}"
            "ORDER BY found.weight DESC, found.id DESC LIMIT :limit",
            {
                "matches": [tsquery(expression) for expression, _ in parts],
                "weights": [weight for _, weight in parts],
                "limit": limit,
                "first": first,
                **days.bounds,
            },
        )


class PostgresEngine(Engine):
    """Statements for tsvector."""

    reader = PostgresReader

    def change(self, run: Run, slot: str, difference: Difference) -> None:
        """Bring an index, its counts and its size up to date, in one statement."""
        # In an order in which no two programs get stuck.
        terms = sorted(difference.counts)
        run(
            f"WITH gone AS (DELETE FROM search_index_{slot} "
            "WHERE entry_id = ANY(CAST(:gone AS bigint[]))), "
            f"come AS (INSERT INTO search_index_{slot} (entry_id, terms) "
            "SELECT id, array_to_tsvector(string_to_array(held, ' ')) "
            "FROM unnest(CAST(:come AS bigint[]), CAST(:held AS text[])) AS one (id, held) "
            "ON CONFLICT (entry_id) DO UPDATE SET terms = excluded.terms), "
            f"counted AS (INSERT INTO search_terms_{slot} AS known (term, entries) "
            "SELECT * FROM unnest(CAST(:terms AS text[]), CAST(:numbers AS int[])) "
            f"{COUNTING}) {SIZING}",
            {
                # What a statement takes out, it cannot put in again.
                "gone": [number for number in difference.gone if number not in difference.come],
                "come": list(difference.come),
                "held": list(difference.come.values()),
                "terms": terms,
                "numbers": [difference.counts[term] for term in terms],
                "times": difference.times,
                "entries": difference.entries,
                "length": difference.length,
                "slot": slot,
            },
        )

    def clear(self, run: Run, slot: str) -> None:
        """Take everything out, the counts too."""
        run(f"TRUNCATE search_index_{slot}, search_terms_{slot}", {})
