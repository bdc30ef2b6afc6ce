"""The bot is killed and started again, and every channel gets every entry once: a short run.

`python -m tests.faults` is the long one.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from tests.faults.harness import open_harness
from tests.scenario.process import installed

SEED = 20_261_123

pytestmark = installed("discord", "slack")


@pytest.mark.timeout(300)  # half a minute on a busy machine, minutes on one that stalls
@pytest.mark.parametrize(("database", "kills"), [("sqlite", 8), ("postgresql", 4)])
async def test_killed_again_and_again_nothing_is_lost_or_repeated(
    request: pytest.FixtureRequest, tmp_path: Path, database: str, kills: int
) -> None:
    url: str = request.getfixturevalue(database)
    async with open_harness(tmp_path, url, SEED) as harness:
        for point in islice(harness.plan(), kills):
            await harness.life(point)
        await harness.settle()
        await harness.count()
        report = harness.report
        failures = "\n".join([*report.failures, *harness.evidence()] if report.failures else ())
    assert not report.failures, f"seed {SEED}:\n{failures}"
    assert report.killed == kills
    assert report.kills.total() > kills / 2
    assert report.messages > kills
