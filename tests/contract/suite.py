"""What every platform adapter does, whatever language its platform speaks."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest

from bot.port.card import DRAWN_WHOLE, Text
from store.model import Receipt
from tests.contract.harness import PlatformHarness
from tests.fakes.cards import EXPECTED, SHAPES, digest, entry, message
from tests.fakes.handler import card_answer

KEY = "k123456789abcdefghijklmno"
"""As long as a key may be: 25 characters."""

OTHER_KEY = "k123456789abcdefghijklmnp"
HOUR = timedelta(hours=1)


class PlatformContract:
    """Subclass it as `Test…` and give a fixture `harness`."""

    async def test_publish_shows_the_card_and_returns_a_receipt(
        self, harness: PlatformHarness
    ) -> None:
        await harness.start()
        receipt = await harness.platform.publish(harness.channel, message("First post"), KEY)
        assert receipt.platform == harness.platform.name
        assert all(isinstance(value, str) for value in receipt.data.values())
        assert "First post" in one_line(await harness.message(receipt))
        assert len(await harness.messages()) == 1

    async def test_a_receipt_that_was_stored_still_leads_to_the_post(
        self, harness: PlatformHarness
    ) -> None:
        await harness.start()
        receipt = await harness.platform.publish(harness.channel, message("First post"), KEY)
        await harness.restart()
        await harness.platform.update(stored(receipt), message("Second thoughts"))
        assert "Second thoughts" in one_line(await harness.message(stored(receipt)))

    async def test_find_returns_what_was_published(self, harness: PlatformHarness) -> None:
        await harness.start()
        await harness.platform.publish(harness.channel, message("First post"), KEY)
        other = await harness.platform.publish(harness.channel, message("Other post"), OTHER_KEY)
        found = await harness.platform.find(harness.channel, KEY, harness.clock() - HOUR)
        assert found is not None
        assert "First post" in one_line(await harness.message(found))
        await harness.platform.update(found, message("Found again"))
        assert "Found again" in one_line(await harness.message(found))
        assert "Other post" in one_line(await harness.message(other))
        assert len(await harness.messages()) == 2

    async def test_find_works_after_the_process_was_killed(self, harness: PlatformHarness) -> None:
        await harness.start()
        since = harness.clock()
        receipt = await harness.platform.publish(harness.channel, message("First post"), KEY)
        await harness.restart()
        harness.clock.forward(minutes=10)
        found = await harness.platform.find(harness.channel, KEY, since)
        assert found is not None
        assert await harness.message(found) == await harness.message(receipt)
        assert len(await harness.messages()) == 1

    async def test_find_returns_nothing_for_another_key(self, harness: PlatformHarness) -> None:
        await harness.start()
        since = harness.clock() - HOUR
        assert await harness.platform.find(harness.channel, KEY, since) is None
        await harness.platform.publish(harness.channel, message("First post"), KEY)
        assert await harness.platform.find(harness.channel, OTHER_KEY, since) is None

    async def test_find_returns_nothing_older_than_since(self, harness: PlatformHarness) -> None:
        await harness.start()
        await harness.platform.publish(harness.channel, message("First post"), KEY)
        harness.clock.forward(hours=3)
        assert await harness.platform.find(harness.channel, KEY, harness.clock() - HOUR) is None

    async def test_update_replaces_what_a_post_says(self, harness: PlatformHarness) -> None:
        await harness.start()
        receipt = await harness.platform.publish(harness.channel, message("First post"), KEY)
        for _ in range(2):
            await harness.platform.update(receipt, message("Second thoughts"))
            shown = one_line(await harness.message(receipt))
            assert "Second thoughts" in shown
            assert "First post" not in shown
        assert len(await harness.messages()) == 1

    async def test_remove_takes_a_post_away_and_twice_is_no_error(
        self, harness: PlatformHarness
    ) -> None:
        await harness.start()
        receipt = await harness.platform.publish(harness.channel, message("First post"), KEY)
        stays = await harness.platform.publish(harness.channel, message("Other post"), OTHER_KEY)
        await harness.platform.remove(receipt)
        await harness.platform.remove(receipt)
        assert await harness.message(receipt) is None
        assert "Other post" in one_line(await harness.message(stays))
        since = harness.clock() - HOUR
        assert await harness.platform.find(harness.channel, KEY, since) is None

    async def test_close_is_possible_unstarted_and_twice(self, harness: PlatformHarness) -> None:
        await harness.platform.close()
        await harness.start()
        await harness.platform.close()
        await harness.platform.close()

    async def test_it_is_connected_from_its_start_to_its_end(
        self, harness: PlatformHarness
    ) -> None:
        assert not harness.platform.connected
        await harness.start()
        while not harness.platform.connected:  # noqa: ASYNC110 - the port has no event for it
            await asyncio.sleep(0.01)
        await harness.platform.close()
        assert not harness.platform.connected

    async def test_waiting_ends_when_the_platform_is_closed(self, harness: PlatformHarness) -> None:
        await harness.start()
        waiting = asyncio.create_task(harness.platform.wait_closed())
        await asyncio.sleep(0)
        await harness.platform.close()
        await waiting

    async def test_as_much_as_the_port_says_is_drawn_whole(self, harness: PlatformHarness) -> None:
        await harness.start()
        lines = "단어 word " * ((DRAWN_WHOLE - 200) // 8)
        card = digest(entry(body=((Text(lines),), (Text("the very end"),))))
        receipt = await harness.platform.publish(harness.channel, card, KEY)
        shown = one_line(await harness.message(receipt))
        assert shown.count("단어") == lines.count("단어")
        assert "the very end" in shown

    @pytest.mark.parametrize("shape", SHAPES)
    async def test_a_card_of_any_shape_is_published_and_updated(
        self, harness: PlatformHarness, shape: str
    ) -> None:
        await harness.start()
        await harness.platform.publish(harness.channel, message("First post"), OTHER_KEY)
        receipt = await harness.platform.publish(harness.channel, SHAPES[shape](), KEY)
        self.check_words(shape, await harness.message(receipt))
        await harness.platform.update(receipt, message("Something else"))
        await harness.platform.update(receipt, SHAPES[shape]())
        self.check_words(shape, await harness.message(receipt))
        found = await harness.platform.find(harness.channel, KEY, harness.clock() - HOUR)
        assert found is not None
        assert len(await harness.messages()) == 2
        assert not await harness.obeyed()

    @pytest.mark.parametrize("shape", SHAPES)
    async def test_a_card_of_any_shape_is_an_answer(
        self, harness: PlatformHarness, shape: str
    ) -> None:
        harness.handler.answers["show"] = card_answer(shape)
        await harness.start()
        self.check_words(shape, await harness.answer("show", {"id": "12"}))
        assert not await harness.obeyed()

    @pytest.mark.parametrize("shape", ["everything", "hostile everywhere", "a refusal"])
    async def test_a_card_is_told_to_one_person(self, harness: PlatformHarness, shape: str) -> None:
        await harness.start()
        await harness.platform.tell(harness.person, SHAPES[shape]())
        self.check_words(shape, await harness.told())
        assert not await harness.messages()
        assert not await harness.obeyed()

    async def test_where_a_person_is_told_takes_posts_too(self, harness: PlatformHarness) -> None:
        await harness.start()
        place = await harness.platform.tell(harness.person, message("Here it comes"))
        receipt = await harness.platform.publish(place, message("First post"), KEY)
        await harness.platform.update(receipt, message("Second thoughts"))
        assert "Second thoughts" in one_line(await harness.message(receipt))
        since = harness.clock() - HOUR
        assert await harness.platform.find(place, KEY, since) == receipt
        assert not await harness.platform.obstacles(place, "en")

    async def test_a_post_takes_as_many_entries_as_the_platform_says(
        self, harness: PlatformHarness
    ) -> None:
        await harness.start()
        for limit in (300, 3000):
            body = ((Text("A sentence of some length. " * (limit // 27)),),)
            titles = [f"Entry {n} of a day on which much happened" for n in every_entry(harness)]
            sections = [entry(n, title, body=body) for n, title in enumerate(titles, 1)]
            key = f"full{limit}"
            receipt = await harness.platform.publish(harness.channel, digest(*sections), key)
            shown = one_line(await harness.message(receipt))
            assert [title for title in titles if title not in shown] == []

    async def test_a_channel_that_is_well_has_no_obstacles(self, harness: PlatformHarness) -> None:
        await harness.start()
        for language in ("ko", "en"):
            assert not await harness.platform.obstacles(harness.channel, language)

    async def test_a_command_reaches_the_handler(self, harness: PlatformHarness) -> None:
        await harness.start()
        answer = await harness.answer("latest", {"count": "3", "tag": "machine learning"})
        assert "Done: latest" in one_line(answer)
        [invocation] = harness.handler.invocations
        assert invocation.command == "latest"
        given = {name: str(value) for name, value in invocation.arguments.items()}
        assert given == {"count": "3", "tag": "machine learning"}
        assert invocation.channel == harness.channel
        assert invocation.asker.actor == harness.person
        assert not invocation.submitted

    async def test_words_of_any_language_reach_the_handler(self, harness: PlatformHarness) -> None:
        await harness.start()
        await harness.answer("search", {"words": "모델 압축 👩‍👩‍👧 e\u0301"})
        [invocation] = harness.handler.invocations
        assert invocation.arguments == {"words": "모델 압축 👩‍👩‍👧 e\u0301"}

    async def test_values_are_offered_while_they_are_typed(self, harness: PlatformHarness) -> None:
        await harness.start()
        assert list(await harness.offers("latest", "tag", "l")) == ["llm"]
        assert len(await harness.offers("latest", "tag", "")) == 3
        assert not await harness.offers("latest", "tag", "nothing begins so")

    async def test_a_form_is_filled_in_and_sent(self, harness: PlatformHarness) -> None:
        await harness.start()
        filled = {
            "link": "https://a.example/1",
            "title": "모델 압축",
            "note": "One line\n\n• and another",
            "tags": "llm, vision",
        }
        answer = await harness.fill_in("add", filled)
        assert "Published: 모델 압축" in one_line(answer)
        invocation = harness.handler.invocations[-1]
        assert invocation.submitted
        assert invocation.command == "add"
        assert invocation.channel == harness.channel
        assert invocation.asker.actor == harness.person
        assert invocation.arguments == {"key": "of the caller", **filled}

    async def test_a_form_comes_back_with_its_errors_and_what_was_typed(
        self, harness: PlatformHarness
    ) -> None:
        await harness.start()
        answer = await harness.fill_in(
            "add",
            {"title": "wrong", "note": "kept", "tags": "wrong"},
            {"title": "R", "tags": "llm"},
        )
        assert "Published: R" in one_line(answer)
        arguments = harness.handler.invocations[-1].arguments
        assert arguments["note"] == "kept"
        assert arguments["tags"] == "llm"

    async def test_commands_are_answered_after_one_that_was_refused(
        self, harness: PlatformHarness
    ) -> None:
        harness.handler.answers["show"] = card_answer("a refusal")
        await harness.start()
        assert "no entry 99" in one_line(await harness.answer("show", {"id": "99"}))
        assert "Done: save" in one_line(await harness.answer("save", {"id": "12"}))

    @staticmethod
    def check_words(shape: str, shown: str | None) -> None:
        """Whether a reader finds in what is shown what the card of that shape says."""
        text = one_line(shown)
        assert [words for words in EXPECTED.get(shape, ()) if words not in text] == []


def every_entry(harness: PlatformHarness) -> range:
    """The numbers of as many entries as a post of this platform takes."""
    return range(1, harness.platform.entries_per_message + 1)


def one_line(text: str | None) -> str:
    """Return what is shown on one line, for where a platform breaks lines is its own matter."""
    assert text is not None
    return " ".join(text.split())


def stored(receipt: Receipt) -> Receipt:
    """Return a receipt as it comes back from a database."""
    return Receipt(receipt.platform, json.loads(json.dumps(dict(receipt.data))))
