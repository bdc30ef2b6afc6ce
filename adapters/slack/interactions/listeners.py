"""What somebody typed, pressed, sent or opened, and the commands that answer it.

A typed line is answered where it was typed. With escaping on (the manifest asks for it), Slack
writes people, groups, channels and links in it in angle brackets, and the three control characters
as entities. A sent form is answered in its place, or by errors at its fields. Every part of the
Home tab is the answer of a command, so that it shows what the command would.
"""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from typing import Any

from adapters.slack.api.errors import answered
from adapters.slack.cards import views
from adapters.slack.cards.blocks import ActionPlace, Pressed, decode
from adapters.slack.cards.limits import SELECT_OPTIONS, Json
from adapters.slack.cards.views import HomePart
from adapters.slack.interactions import forms
from adapters.slack.interactions.context import (
    Body,
    SlackWorkspace,
    asked_in,
    reach_in,
    reply_target_of,
    user_of,
)
from adapters.slack.interactions.replies import ReplyTarget, with_images
from bot.i18n.translator import Translator
from bot.port.card import Action, Card, Style, Text
from bot.port.invocation import Asker, Outcome, Reach, Reply, Role
from bot.port.notes import DRAFT
from bot.port.text import address_at
from bot.port.typed import first_elsewhere

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


async def show_home(place: SlackWorkspace, user: str, channel: str) -> None:
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
        asked = place.invocation(command, asker, channel)
        return await place.handler.run(replace(asked, counted=False))

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


_TOKEN = re.compile(
    r"(?P<name>\b(?:channel|채널)[:：]\s*)?"
    r"<(?P<kind>[@#!]?)(?P<target>[^<>|\s][^<>|]*)(?:\|(?P<words>[^<>]*))?>"
)
_CHANNEL_ID = re.compile(r"\b(?:channel|채널)[:：]\s*#?(?P<id>[CG][A-Z0-9]{4,})(?!\S)")
"""A channel as answers write one whose name they do not tell."""

_GROUP = "subteam^"


async def typed(place: SlackWorkspace, body: Body) -> None:
    """Answer a slash command."""
    line = line_of(str(body.get("text") or ""), lambda name: bool(place.named_channel(name)))
    here = str(body.get("channel_id") or "")
    channel = line.channel or here
    asker = await place.asker(body, channel)
    scene = asked_in(body, channel)
    if line.text:
        typed = replace(
            place.invocation("", asker, channel),
            reach=reach_in(here, Reach.CHANNEL),
            elsewhere=channel != here,
            delivery=scene.trigger,
        )
        reply = await place.handler.run_line(line.text, typed)
    else:
        reply = Reply(menu_card(await place.words(asker)), private=True)
    await place.replies.command(scene, reply)


@dataclass(frozen=True, slots=True)
class TypedLine:
    """What was typed, and the id of another channel that it names, None where it names none."""

    text: str
    channel: str | None = None


def line_of(text: str, takes_channel: Callable[[str], bool]) -> TypedLine:
    """Return the line that was typed after the command's name.

    A person becomes their id, a group `group:` and its id, a link its address. A channel that
    stands by itself is taken out of the line of a command that `takes_channel`, by the command's
    name: it is about that one then, as it is where `channel:` has the id. Elsewhere it is the word
    with a sign that somebody typed and Slack took for a channel, such as a tag.
    """
    channel: str | None = None
    takes = takes_channel(next(iter(text.split()), ""))

    def typed(match: re.Match[str]) -> str:
        nonlocal channel
        kind, target, name = match["kind"], match["target"], match["name"] or ""
        if kind == "#":
            if takes and (name or not text[: match.start()].rpartition(" ")[2].strip()):
                channel = channel or target
                return ""
            return f"{name}#{match['words']}" if match["words"] else name
        if kind == "!" and target.startswith(_GROUP):
            return f"{name}group:{target.removeprefix(_GROUP)}"
        if kind == "!":
            return name + (match["words"] or f"@{target}")
        return name + target

    plain = html.unescape(_TOKEN.sub(typed, text))
    if takes and channel is None and (found := _CHANNEL_ID.search(plain)):
        channel = found["id"]
        plain = plain[: found.start()] + plain[found.end() :]
    return TypedLine(plain.strip(), channel)


SEARCH_SHORTCUT = "search_ainews"
ADD_SHORTCUT = "add_to_ainews"

_LINK = re.compile(r"<(https?://[^<>|\s]+)(?:\|[^<>]*)?>")
_SLACK = r"(?:.+\.)?slack\.com"
"""The hosts of Slack's own addresses: messages, files."""


async def search(place: SlackWorkspace, body: Body) -> None:
    """Open the form that asks what to look for."""
    channel = user_of(body)
    search = place.invocation("search", await place.asker(body, channel), channel)
    reply = await place.handler.run(replace(search, ask=True))
    await place.replies.command(asked_in(body, channel), reply)


async def add(place: SlackWorkspace, body: Body) -> None:
    """Open the form that adds the first link of a message, or show the entry that has it."""
    channel = str((body.get("channel") or {}).get("id") or "")
    asker = await place.asker(body, channel)
    link, title = link_of(body.get("message") or {})
    arguments = {"link": link} if link else {}
    reply = await place.handler.run(place.invocation("add", asker, channel, arguments))
    if reply.form is not None:
        reply = replace(reply, form=reply.form.filled({"title": title}))
    await place.replies.command(asked_in(body, channel), replace(reply, private=True))


def link_of(message: Body) -> tuple[str, str]:
    """Return a message's link and what Slack found to be its title, "" for none.

    A link to Slack itself is taken only where no other one is there.
    """
    attachments = message.get("attachments") or ()
    found = (html.unescape(address) for address in _LINK.findall(str(message.get("text") or "")))
    link = first_elsewhere([address_at(address, 0) or address for address in found], _SLACK)
    for attachment in attachments:
        addresses = [
            str(attachment.get(name) or "") for name in ("from_url", "original_url", "title_link")
        ]
        if link in addresses or not link:
            link = link or next((one for one in addresses if one), "")
            title = str(attachment.get("title") or "")
            return link, html.unescape(title) if link else ""
    return link, ""


async def pressed(place: SlackWorkspace, body: Body) -> ActionPlace | None:
    """Answer a pressed button. Returns where it stood, None for one that is not ours."""
    button = _button(body)
    if button is None:
        return None
    scene = reply_target_of(body)
    arguments = dict(button.arguments)
    late = await place.replies.late.get(arguments.pop(DRAFT, ""))
    if late is not None:
        await place.replies.form(scene, late.form, late.language)
        return button.place
    channel = arguments.pop(place.named_channel(button.command), "") or scene.channel
    asker = await place.asker(body, channel)
    asked = replace(
        place.invocation(button.command, asker, channel, arguments),
        ask=True,
        reach=reach_in(scene.channel, Reach.ON_REQUEST),
        elsewhere=channel != scene.channel,
        delivery=scene.trigger,
    )
    reply = await place.handler.run(asked)
    drawn = _relabelled(body, reply.pressed) if reply.pressed and scene.modal else None
    if drawn is None or not await place.replies.relabel(scene, drawn):
        await place.replies.press(scene, reply, button.place)
    return button.place


def _relabelled(body: Body, label: str) -> Json | None:
    """Return the modal in which a button was pressed, with other words on that button."""
    pressed: Mapping[str, Any] = next(iter(body.get("actions") or ()), {})
    return views.relabelled(body.get("view") or {}, str(pressed.get("action_id")), label)


def _button(body: Body) -> Pressed | None:
    for action in body.get("actions") or ():
        value = _value(action)
        found = decode(str(action.get("action_id") or ""), value) if value else None
        if found is not None:
            return found
    return None


def _value(action: Mapping[str, Any]) -> str:
    option = action.get("selected_option") or {}
    return str(action.get("value") or option.get("value") or "")


PATIENCE = 2.0
"""Seconds that an answer may take before the form is acknowledged without it; Slack gives 3."""

_AT_ONCE = 8
"""The part of that, as its divisor, which may be waited for the language to say so in."""


async def submitted(
    place: SlackWorkspace,
    body: Body,
    later: Callable[[Coroutine[Any, Any, None]], None],
    patience: float = PATIENCE,
) -> Json:
    """Return how a sent form is acknowledged.

    An answer that takes longer than `patience` follows by itself, as a task given to `later`.
    """
    view = body.get("view") or {}
    origin = forms.origin_of(view)
    scene = reply_target_of(body)
    asking = asyncio.ensure_future(place.asker(body, scene.channel))

    async def run() -> Reply:
        filled = forms.arguments_of(view)
        sent = replace(
            place.invocation(origin.command, await asking, scene.channel, filled),
            submitted=True,
            reach=reach_in(scene.channel, Reach.ON_REQUEST),
            delivery=scene.trigger,
        )
        return await place.replies.shared(scene, await place.handler.run(sent))

    running = asyncio.ensure_future(run())
    done, _ = await asyncio.wait({running}, timeout=patience)
    if done:
        return _acknowledgement(place, scene, running.result())
    later(_follow(place, scene, running))
    words = await _words_soon(place, asking, patience / _AT_ONCE)
    notice = views.notice(words.gettext("One moment…"), scene.channel, words)
    return {"response_action": "update", "view": notice}


async def suggested(place: SlackWorkspace, body: Body) -> list[Json]:
    """Return the options of a select for what was typed into it so far."""
    origin = forms.origin_of(body.get("view") or {})
    scene = reply_target_of(body)
    asker = await place.asker(body, scene.channel)
    invocation = place.invocation(origin.command, asker, scene.channel)
    name = str(body.get("block_id") or "")
    typed = str(body.get("value") or "")
    choices = await place.handler.complete(invocation, name, typed, SELECT_OPTIONS)
    return forms.options(choices)


async def _words_soon(
    place: SlackWorkspace, asking: Awaitable[Asker], seconds: float
) -> Translator:
    """Return the words of who asks; the operator's where nobody says in time who that is.

    What kept the answer, Slack or the store, may keep this as well.
    """

    async def words() -> Translator:
        return await place.words(await asyncio.shield(asking))

    finding = asyncio.ensure_future(words())
    done, _ = await asyncio.wait({finding}, timeout=seconds)
    if done and finding.exception() is None:
        return finding.result()
    finding.cancel()
    return place.translators.of(None)


def _acknowledgement(place: SlackWorkspace, scene: ReplyTarget, reply: Reply) -> Json:
    errors = {} if reply.form is None else forms.errors_of(reply.form)
    if errors:
        return {"response_action": "errors", "errors": errors}
    return {"response_action": "update", "view": place.replies.view(scene, reply)}


async def _follow(place: SlackWorkspace, scene: ReplyTarget, running: Awaitable[Reply]) -> None:
    await place.replies.follow(scene, await running)
