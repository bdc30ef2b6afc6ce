"""What holds for every test."""

from __future__ import annotations

import gc
import os
import signal
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import settings

import store.db.database
from tests.fakes.engines import LightEngines
from tests.fakes.postgres import NoPostgres, PostgresServer

_TESTS = Path(__file__).parent
_LONG = tuple(str(_TESTS / folder) for folder in ("faults", "scenario"))
"""Folders of tests of whole bots, which take seconds."""
_MEMORY = Path("/dev/shm")  # noqa: S108 - whoever makes a folder there names it for itself alone
_ROOM = 2 << 30
"""Bytes that must be free there: some hundred megabytes are used."""
_IN_LOOP = tuple(
    str(_TESTS / place)
    for place in (
        "bot/commands",
        "bot/delivery",
        "faults/test_machine",
        "faults/test_matrix",
        "store/db/test_migrations",
    )
)
"""Where tests ask SQLite often, and no other process does: in which thread does not matter."""
_ENGINES = LightEngines()


def _has_room(folder: Path) -> bool:
    """Return whether all that the tests write may lie in a folder, and programs may run there."""
    if sys.platform == "win32" or not os.access(folder, os.W_OK):
        return False
    system = os.statvfs(folder)
    return system.f_bavail * system.f_frsize >= _ROOM and not system.f_flag & os.ST_NOEXEC


if "TMPDIR" not in os.environ and _has_room(_MEMORY):
    # Databases are made and thrown away by the thousand: no test waits for a disk.
    os.environ["TMPDIR"] = str(_MEMORY)
    tempfile.tempdir = None  # what was found before is looked for again
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell lets what it runs in the background ignore it, and so would every child of the tests.
    signal.signal(signal.SIGINT, signal.default_int_handler)

# How many cases a test tries that says nothing else. A busy machine is no failure: no deadline.
settings.register_profile("short", max_examples=40, deadline=None)
settings.register_profile("long", max_examples=2000, deadline=None)
settings.load_profile("short")


def pytest_xdist_auto_num_workers() -> int:
    """Return how many workers `-n auto` starts: tests of whole processes mostly wait."""
    return (os.cpu_count() or 1) + 2


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep from the garbage collector what is loaded once and stays."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(10_000)
        gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let half of the workers begin with the long tests: none is left for the end.

    They mostly wait, so the others have the processors meanwhile. `worksteal` gives each worker a
    run of the list, as long as that of the others.
    """
    workers: int = getattr(config, "workerinput", {}).get("workercount", 1)
    first = [one for one in items if str(one.path).startswith(_LONG)]
    rest = iter([one for one in items if not str(one.path).startswith(_LONG)])
    left, beginning = len(items), (workers + 1) // 2
    items.clear()
    for number in range(workers):
        size = left // (workers - number)
        share = first[number::beginning] if number < beginning else []
        items += [*share, *islice(rest, max(0, size - len(share)))]
        left -= size
    items += rest


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let some tests ask SQLite in the event loop, the others as the bot does."""
    _ENGINES.in_loop = str(item.path).startswith(_IN_LOOP)


@pytest.fixture(scope="session", autouse=True)
def engines() -> Iterator[None]:
    """Databases whose engines cost less."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store.db.database, "create_async_engine", _ENGINES.engine)
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server, where one can be run."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(PostgresServer())
        except NoPostgres as error:
            pytest.skip(str(error))
        yield server
