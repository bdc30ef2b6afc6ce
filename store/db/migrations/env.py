"""Run by Alembic with the connection that `store.db.migrations.run` gives it."""

from __future__ import annotations

from alembic import context

from store.db.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=context.config.attributes["version_table"],
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
