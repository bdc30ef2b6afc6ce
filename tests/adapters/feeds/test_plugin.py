"""How the reader of sources is found and made."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points

from adapters.feeds.source import FeedSources
from adapters.http.fetcher import GuardedFetcher
from adapters.http.settings import FetchSettings
from bot.port.source import SOURCES


async def test_it_is_the_installed_reader_and_made_without_io() -> None:
    (point,) = entry_points(group=SOURCES)

    sources = point.load()(GuardedFetcher(FetchSettings()))

    assert isinstance(sources, FeedSources)
    await sources.close()


def test_who_reads_no_feed_loads_no_reader() -> None:
    program = "import sys, adapters.feeds; print('adapters.feeds.reader' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.PIPE)

    assert done.stdout.strip() == b"False"
