"""The shape of the database: every table, by its subject's file in `store/db/tables`.

Whoever asks imports tables from here, so that all of them are known to `metadata`. Migrations in
`store/db/migrations` bring a database to this shape.
"""

from __future__ import annotations

from store.db.tables.channels import channels, notices, post_entries, posts
from store.db.tables.columns import Moment, metadata
from store.db.tables.entries import (
    entries,
    entry_tags,
    folded_titles,
    numbers,
    search_states,
    search_terms,
    tags,
)
from store.db.tables.people import audit, languages, public_answers, saved, votes
from store.db.tables.processes import domains, notes, processes, seen
from store.db.tables.reviews import drafts, reviews, suggestions
from store.db.tables.sources import entry_sources, source_items, source_keys, sources
from store.db.tables.workspaces import installations, moderators, workspaces

REVISIONS = (
    "0001", "0002", "0003", "0004", "0005", "0007", "0008", "0010", "0011", "0012",
    "0013", "0014", "0015", "0016", "0017", "0018", "0019", "0020", "0021",
)  # fmt: skip
"""Every revision that this program knows, oldest first, as they lie in `migrations/versions`."""

REVISION = REVISIONS[-1]
"""The revision of this shape."""
