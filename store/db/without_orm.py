"""SQLAlchemy's engines for asyncio without its ORM, which comes with them and nothing here uses.

It is a tenth of what a start takes, and 8 MB.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec
from types import ModuleType
from typing import Any

_PACKAGE = "sqlalchemy.ext.asyncio"


class WithoutOrm(MetaPathFinder):
    """Finds that package so that only its engines are loaded, until more of it is asked for."""

    @classmethod
    def install(cls) -> None:
        """Let this process load the package so, unless it has done so. May be called twice."""
        if not any(isinstance(finder, cls) for finder in sys.meta_path):
            sys.meta_path.insert(0, cls())

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return what loads the package, None for any other module."""
        if fullname != _PACKAGE:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _EnginesFirst(spec.loader)
        return spec


class _EnginesFirst(Loader):
    """Loads the package, the part with the engines first."""

    def __init__(self, whole: Loader) -> None:
        self._whole = whole

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._whole.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        def get(name: str) -> Any:
            if name.startswith("__") or find_spec(f"{_PACKAGE}.{name}") is not None:
                raise AttributeError(name)  # what imports it as a module, goes on to do so
            engines = import_module(f"{_PACKAGE}.engine")
            if hasattr(engines, name):
                return getattr(engines, name)
            del module.__dict__["__getattr__"]
            self._whole.exec_module(module)
            return getattr(module, name)

        module.__dict__["__getattr__"] = get
