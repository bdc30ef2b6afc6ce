"""Posts that say the same are rendered once, and no channel gets another's words."""

from __future__ import annotations

from dataclasses import replace

from bot.delivery.digest import DigestContent
from bot.delivery.renderer import PostRenderer
from bot.i18n.translator import Translators
from bot.views.digest import digest_card
from bot.views.sections import TagSections
from store.model import Actor, Channel, ChannelRef, ChannelState, Schedule, Subscription
from tests.fakes.clock import MORNING

SECTIONS = TagSections.shipped()
QUIET = DigestContent((), 0, late=False, slot=MORNING)


def channel(number: int, language: str = "en", timezone: str = "Asia/Seoul") -> Channel:
    subscription = Subscription(Schedule("0 9 * * *", timezone), MORNING, language=language)
    nobody = Actor("discord", "w", "1", "Ann")
    ref = ChannelRef("discord", "w", f"{number}")
    return Channel(number, ref, subscription, ChannelState.ACTIVE, "", nobody, MORNING, 0)


def test_channels_that_read_alike_share_a_card() -> None:
    renderer = PostRenderer(Translators("en"), SECTIONS)

    assert renderer(QUIET, channel(1)) is renderer(replace(QUIET), channel(2))


def test_each_channel_reads_its_own_language_zone_and_news() -> None:
    translators = Translators("en")
    renderer = PostRenderer(translators, SECTIONS)
    late = replace(QUIET, late=True)

    for _ in range(2):
        for language in ("en", "ko"):
            for zone in ("Asia/Seoul", "America/New_York"):
                for content in (QUIET, late, replace(QUIET, emptied=True)):
                    card = renderer(content, channel(1, language, zone))
                    assert card == digest_card(content, translators.of(language), zone, SECTIONS)


def test_in_ones_own_messages_a_post_can_be_ended() -> None:
    renderer = PostRenderer(Translators("en"), SECTIONS)
    mine = channel(1)
    mine = replace(mine, subscription=replace(mine.subscription, direct=True))

    assert [action.command for action in renderer(QUIET, mine).actions] == ["unfollow"]
    assert not renderer(QUIET, channel(2)).actions


def test_what_was_rendered_long_ago_is_rendered_again() -> None:
    renderer = PostRenderer(Translators("en"), SECTIONS)
    card = renderer(QUIET, channel(1))

    for rest in range(1, 50):
        renderer(replace(QUIET, rest=rest), channel(1))

    assert renderer(QUIET, channel(1)) == card
