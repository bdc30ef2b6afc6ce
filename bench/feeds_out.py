"""What a feed of 50 entries costs to write, in each form, once they are read.

`uv run --group dev python -m bench.feeds_out` prints milliseconds of CPU, the least of 20 rounds.
Wanted: Atom in at most 5.
"""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

from adapters.web.addresses import FeedForm, page_at
from adapters.web.feeds import Feeds
from bot.i18n.translator import Translators
from tests.fakes.archive import FakeArchive, archived

ENTRIES = 50
ROUNDS = 20
# As long as most notes are: 200 letters.
NOTE = "모델이 공개되었습니다. 자세한 것은 [논문](https://paper.example/1)에 있습니다.\n\n" * 3


async def main() -> None:
    archive = FakeArchive(*(archived(n, f"소식 {n}", note=NOTE) for n in range(1, ENTRIES + 1)))
    feeds = Feeds(archive, Translators("en"))
    for form in FeedForm:
        address = page_at(f"/ko/feed.{form}", "")
        if address is None:
            raise RuntimeError(form)
        least = float("inf")
        for _ in range(ROUNDS):
            began = time.process_time()
            written = await feeds.draw(address)
            least = min(least, time.process_time() - began)
        took = timedelta(seconds=least) / timedelta(milliseconds=1)
        print(f"{form:5} {took:6.2f} ms {len(written.encode()) / 1024:6.1f} KB")


if __name__ == "__main__":
    asyncio.run(main())
