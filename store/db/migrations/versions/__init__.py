"""One file a migration, run in order by Alembic. A released one is never changed."""
