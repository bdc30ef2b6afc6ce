"""Loads every module of the bot, and with it what it needs: the container gets their bytecode so.

Python writes bytecode at import; that of modules which nothing loads would only take room.
"""

import importlib
import pkgutil

_BY_ADDRESS = ("sqlalchemy.dialects.sqlite.aiosqlite", "sqlalchemy.dialects.postgresql.asyncpg")
"""What is loaded once the database's address is known."""


def load() -> None:
    """Import all but what does something when it is imported."""
    for name in ("store", "bot", "adapters"):
        for module in pkgutil.walk_packages(importlib.import_module(name).__path__, f"{name}."):
            if not module.name.endswith((".__main__", ".migrations.env")):
                importlib.import_module(module.name)
    for name in _BY_ADDRESS:
        importlib.import_module(name)


if __name__ == "__main__":
    load()
