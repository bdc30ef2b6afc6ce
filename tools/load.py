"""Loads every module of the bot, and with it what it needs: the container gets their bytecode so.

Python writes bytecode at import; that of modules which nothing loads would only take room.
"""

import ast
import contextlib
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

_BY_ADDRESS = ("sqlalchemy.dialects.sqlite.aiosqlite", "sqlalchemy.dialects.postgresql.asyncpg")
"""What is loaded once the database's address is known."""


def load() -> None:
    """Import all but what does something when it is imported."""
    for name in ("store", "bot", "adapters"):
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not module.name.endswith((".__main__", ".migrations.env")):
                importlib.import_module(module.name)
        for path in Path(package.__path__[0]).rglob("*.py"):
            for late in _imported(path):
                with contextlib.suppress(ModuleNotFoundError):  # those of Windows
                    importlib.import_module(late)
    for name in _BY_ADDRESS:
        importlib.import_module(name)


def _imported(path: Path) -> Iterator[str]:
    """Yield the modules that a file imports, also where it does so only once it needs them."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


if __name__ == "__main__":
    load()
