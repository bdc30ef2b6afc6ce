"""Three processes on one PostgreSQL, struck again and again: a short run, on a quick clock.

`python -m tests.faults --processes 3` is the long one.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.several import Blow, Pace, open_several
from tests.scenario.process import installed

SEED = 20_261_127

pytestmark = installed("discord", "slack")


@pytest.mark.timeout(300)  # each blow takes as long as a process counts for alive, three seconds
async def test_whatever_is_done_to_one_of_three_nothing_is_lost_or_repeated(
    postgresql: str, tmp_path: Path
) -> None:
    pace = Pace(life=3.0, look=0.5, frozen=5.0)
    async with open_several(tmp_path, postgresql, SEED, 3, pace) as several:
        for blow in (Blow.KILL, Blow.FREEZE, Blow.SWALLOW, Blow.STOP):
            await several.strike(blow)
        await several.end()
        harness = several.harness
        if not harness.report.failures:
            await harness.settle()
        failures = "\n".join([*harness.report.failures, *several.evidence()])
    assert not harness.report.failures, failures
    assert any(several.report.arrivals.values())
