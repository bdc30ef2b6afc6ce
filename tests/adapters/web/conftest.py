"""Templates that are compiled once for all sites of a worker: each test has a site of its own."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket

import adapters.web.drawing


class CompiledTemplates(BytecodeCache):
    """Remembers in memory what templates are compiled to."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(scope="session", autouse=True)
def shared_templates() -> Iterator[None]:
    """Sites that share what Jinja compiles."""
    with pytest.MonkeyPatch.context() as patch:
        making = partial(Environment, bytecode_cache=CompiledTemplates())
        patch.setattr(adapters.web.drawing, "Environment", making)
        yield
