"""A sent post keeps the layout in which it was made, whatever becomes of its entries."""

from __future__ import annotations

from bot.delivery.renderer import PostRenderer
from bot.i18n.translator import Translators
from bot.views.sections import TagSections
from store.model import EntryDraft, Layout
from tests.bot.world import CURATOR, DeliveryWorld

RENDER = PostRenderer(Translators("en"), TagSections.shipped())
Drawn = list[tuple[int | None, bool, str]]


def drawn(world: DeliveryWorld) -> Drawn:
    """Return the entries of the one post: whether each is brief, and what stands over it."""
    (message,) = world.platform.messages
    return [(one.entry_id, one.brief, one.group) for one in message.card.sections]


async def test_a_brief_post_stays_brief(world: DeliveryWorld) -> None:
    await world.channel(layout=Layout.BRIEF)
    for number, tag in enumerate(("llm", "paper", "llm", "paper", "law"), 1):
        await world.add(f"entry {number}", tag)
    delivery = world.delivery(render=RENDER)
    await world.to_the_slot()
    await delivery.run_once()
    assert drawn(world) == [
        (1, False, ""),
        (3, True, "🧠 Models"),
        (2, True, "📄 Papers"),
        (4, True, ""),
        (5, True, "🏛️ Policy & reports"),
    ]

    await world.channel(layout=Layout.FULL)
    await world.store.entries.retract(1, CURATOR)
    await world.store.entries.retract(5, CURATOR)
    draft = EntryDraft(title="entry 4, again", tags=("llm",))
    await world.store.entries.edit(4, draft, CURATOR)
    await delivery.run_once()
    assert drawn(world) == [(2, False, ""), (3, True, "🧠 Models"), (4, True, "")]
    assert "entry 4, again" in world.platform.messages[0].card.summary


async def test_a_few_entries_are_drawn_full_and_stay_so(world: DeliveryWorld) -> None:
    await world.channel(layout=Layout.BRIEF)
    await world.add_all("abc")
    delivery = world.delivery(render=RENDER)
    await world.to_the_slot()
    await delivery.run_once()
    assert drawn(world) == [(1, False, ""), (2, False, ""), (3, False, "")]
    assert world.platform.messages[0].card.menu == ""
