"""Every fault of the table, on both platforms, at every deed: what must hold, holds."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import transport
from tests.faults.block import NEWS, OneProcessBot, a_block
from tests.faults.faults import FAULTS, PlatformFault
from tests.faults.points import Deed
from tests.faults.transport import Answer

_PARTS = 3
"""Of the table, so that several workers share it."""
_UNFORESEEN = "unforeseen"
_LOOKS = 4
"""Requests beyond those in trouble that it may take to look a post up, in Slack also in a thread,
on Discord also elsewhere."""


@pytest.mark.parametrize("part", range(_PARTS))
@pytest.mark.parametrize("deed", [Deed.PUBLISH, Deed.FIND, Deed.UPDATE])
@pytest.mark.parametrize("platform", sorted(NEWS))
async def test_nothing_is_lost_or_repeated(
    tmp_path: Path, platform: str, deed: Deed, part: int
) -> None:
    complaints: list[str] = []
    async with a_block(tmp_path) as block:
        for fault in FAULTS[part::_PARTS]:
            complaints += [
                f"{fault.name}: {each}" for each in await _hit(block, platform, deed, fault)
            ]
    assert not complaints, "\n".join(complaints)


async def _hit(block: OneProcessBot, platform: str, deed: Deed, fault: PlatformFault) -> list[str]:
    """Let a fault happen on a new morning; return what should not be."""
    way = block.town.wires[platform]
    place = block.place(NEWS[platform])
    about = place.ref.id if platform == "discord" and not fault.whole else ""
    await block.people.publish(2, random.Random(len(block.people.stories)))
    await block.morning()
    deliveries = block.deliveries()
    if deed is Deed.UPDATE:
        await block.settle(deliveries, hours=0)
        await block.people.revise(list(block.people.stories.values())[-1])
    if deed is Deed.FIND:
        path = place.ref.id if platform == "discord" else ""
        way.trouble(Deed.PUBLISH, transport.lost, times=3, path=path)
    trouble = way.trouble(deed, fault.answer, times=fault.times, path=about)
    before = way.deeds[deed]
    await block.step(deliveries)
    behind = block.behind()
    reasons = await block.settle(deliveries, watched=place.name)
    way.clear()
    return [
        *_delayed(block, platform, fault, behind),
        *_unsaid(platform, deed, fault, reasons),
        *_stormed(deed, fault, way.deeds[deed] - before),
        *(["it never happened"] if not trouble.seen else []),
        *await block.differences(),
    ]


def _delayed(
    block: OneProcessBot, platform: str, fault: PlatformFault, behind: set[str]
) -> Iterator[str]:
    for place in block.town.places:
        elsewhere = place.ref.platform != platform
        neighbour = place.name != NEWS[platform] and platform == "discord" and not fault.whole
        if place.name in behind and (elsewhere or neighbour):
            yield f"{place.name} was delayed"


def _unsaid(platform: str, deed: Deed, fault: PlatformFault, reasons: set[str]) -> Iterator[str]:
    wanted = fault.reason(platform)
    if deed is Deed.PUBLISH and wanted and not any(re.search(wanted, one) for one in reasons):
        yield f"the store did not say why, but {reasons}"
    if any(_UNFORESEEN in one for one in reasons):
        yield f"it was not foreseen: {reasons}"


def _stormed(deed: Deed, fault: PlatformFault, requests: int) -> Iterator[str]:
    most = fault.requests + 1 if deed is Deed.PUBLISH else fault.times + _LOOKS
    if requests > most:
        yield f"{requests} requests, where {most} are the most"


@pytest.mark.parametrize(
    "then",
    [transport.limited(600), transport.refused((403, 50013), "restricted_action")],
    ids=["429", "403"],
)
async def test_a_refusal_after_a_lost_answer_says_nothing_of_the_first_try(
    tmp_path: Path, then: Answer
) -> None:
    async with a_block(tmp_path) as block:
        await block.people.publish(2, random.Random(1))
        await block.morning()
        way, place = block.town.wires["discord"], block.place(NEWS["discord"])
        way.trouble(Deed.PUBLISH, transport.lost, path=place.ref.id)
        way.trouble(Deed.PUBLISH, then, path=place.ref.id)
        await block.settle(block.deliveries())
        assert way.deeds[Deed.FIND] > 0
        assert await block.differences() == []
