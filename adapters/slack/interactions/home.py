"""The menu, and the Home tab: the latest entries, the person's own, and what they manage.

Every part is the answer of a command, so that the Home tab shows what the command would.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from adapters.slack.api.errors import answered
from adapters.slack.cards import views
from adapters.slack.cards.views import HomePart
from adapters.slack.interactions.context import SlackWorkspace
from adapters.slack.interactions.replies import with_images
from bot.i18n.translator import Translator
from bot.port.card import Action, Card, Style, Text
from bot.port.invocation import Asker, Outcome, Reply, Role

_LATEST = {"count": "5"}


def menu_card(words: Translator) -> Card:
    """Return what `/ainews` alone is answered with."""
    text = words.gettext("What would you like?")
    return Card(
        summary=text,
        language=words.language,
        title=(Text("AI News", Style.STRONG),),
        lead=((Text(text),),),
        footer=words.spans("`/help` says what else there is."),
        actions=_menu(words),
    )


def _menu(words: Translator) -> tuple[Action, ...]:
    """Return the buttons that everybody needs."""
    return (
        Action(words.gettext("Latest AI news"), "latest"),
        Action(words.gettext("Search"), "search"),
        Action(words.gettext("Your saved entries"), "saved"),
        Action(words.gettext("Tags"), "tags"),
        Action(words.gettext("Help"), "help"),
    )


async def show(place: SlackWorkspace, user: str, channel: str) -> None:
    """Draw a person's Home tab. `channel` is their conversation with the bot."""
    asker = await place.people.asker(user, "", channel)
    words = await place.words(asker)
    parts = await _parts(place, asker, channel, words)

    async def publish(images: bool) -> None:  # noqa: FBT001 - as views are shown
        view = views.home(parts, channel, words, images=images)
        await answered(place.clients.asking.views_publish(user_id=user, view=view))

    await with_images(publish)


async def _parts(
    place: SlackWorkspace, asker: Asker, channel: str, words: Translator
) -> list[HomePart]:
    async def run(command: str) -> Reply:
        return await place.handler.run(
            replace(place.invocation(command, asker, channel), counted=False)
        )

    latest = await place.handler.run(place.invocation("latest", asker, channel, _LATEST))
    if latest.outcome is not Outcome.DONE:
        # What keeps everybody from everything is said once.
        return [HomePart(latest.card)]
    saved, following, language, log = await asyncio.gather(
        run("saved"), run("following"), run("language"), run("log")
    )
    curates = log.outcome is Outcome.DONE
    add = (Action(words.gettext("Add an entry"), "add"),) if curates else ()
    choices = (
        Action("한국어", "language", {"language": "ko"}),
        Action("English", "language", {"language": "en"}),
    )
    parts = [
        HomePart(actions=(*_menu(words), *add)),
        HomePart(latest.card),
        HomePart(saved.card),
        HomePart(following.card),
        HomePart(language.card, choices),
    ]
    if curates or asker.roles != Role.MEMBER:
        parts.append(HomePart((await run("status")).card))
    if curates:
        parts.append(HomePart(log.card))
    return parts
