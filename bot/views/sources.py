"""Sources and what they bring become cards and JSON. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta

from bot.i18n.translator import LANGUAGE_NAMES, N_, Translator
from bot.port.card import Action, LinkText, Section, Span, Spans, Style, Text
from bot.port.source import FeedAddress, Item
from bot.port.text import one_line, shorten
from bot.views import cards
from bot.views.entries import dotted, tags_of
from bot.views.status import moment_json
from store.entries.links import host
from store.model import Source, SourceRules, SourceState

COUNTED = timedelta(weeks=4)
"""For so long back it is counted what a source brings."""

_TITLE = 120
"""Graphemes of an item's title in a list."""


def source_section(
    source: Source, words: Translator, zone: str, a_week: float, *, whole: bool = False
) -> Section:
    """Say how a source does, which brings so many items a week.

    `whole`: with its rules and all that can be done with it.
    """
    body = _health(source, words, zone, a_week)
    if whole:
        body += rule_lines(source.rules, words)
    actions = ("try", "edit", "resume" if source.polling.next_at is None else "pause", "remove")
    return Section(
        heading=(Text(f"{source.id} · "), LinkText(one_line(source.name), source.address)),
        body=tuple(body),
        meta=() if whole else _meta(source, words),
        actions=tuple(_action(words, each, source) for each in (actions if whole else ("show",))),
    )


def rule_lines(rules: SourceRules, words: Translator) -> tuple[Spans, ...]:
    """Say what becomes of what a source brings, as it was understood, a line a rule."""
    published = N_("Its items are published without a review.")
    said = [words.spans(N_("A moderator decides on each item.") if rules.reviewed else published)]
    if rules.only:
        said.append(words.spans("Only items with one of: {words}", words=_listed(rules.only)))
    if rules.without:
        said.append(words.spans("Not those with: {words}", words=_listed(rules.without)))
    if rules.tags:
        said.append((Text(words.gettext("Tags: {tags}", tags=tags_of(rules))),))
    if rules.language:
        language = words.pgettext("choice", LANGUAGE_NAMES[rules.language])
        said.append((Text(words.gettext("Its language: {language}", language=language)),))
    if rules.timezone:
        text = words.gettext("Dates without a time zone are in {zone}.", zone=rules.timezone)
        said.append((Text(text),))
    return tuple(said)


def item_line(item: Item, words: Translator, zone: str) -> Spans:
    """Return an item as a line: its title as a link, and its day."""
    title = shorten(one_line(item.title or item.link or item.guid or "…"), _TITLE)
    spans: list[Span] = [Text("• "), LinkText(title, item.link) if item.link else Text(title)]
    if item.published is not None:
        # Feeds also name days that no calendar of another zone has: the first one of all.
        with suppress(OverflowError, ValueError):
            spans.append(Text(f" · {words.day(item.published, zone)}", Style.QUIET))
    return tuple(spans)


def feed_section(
    feed: FeedAddress, words: Translator, arguments: Mapping[str, str], number: int | None = None
) -> Section:
    """Return a feed that may become a source. `arguments` are those of the command that adds it."""
    title = one_line(feed.title or "") or host(feed.url)
    return Section(
        heading=(*((Text(f"{number} · "),) if number else ()), LinkText(title, feed.url)),
        meta=(Text(dotted(host(feed.url), feed.category or "")),),
        actions=(Action(words.gettext("Add"), "source", arguments),),
    )


def source_json(source: Source, a_week: float) -> dict[str, object]:
    """Return a source in the public shape that `ainews sources --json` prints."""
    rules, polling = source.rules, source.polling
    return {
        "id": source.id,
        "name": source.name,
        "address": source.address,
        "state": source.state.value,
        "tags": list(rules.tags),
        "review": rules.reviewed,
        "only": list(rules.only),
        "without": list(rules.without),
        "language": rules.language,
        "timezone": rules.timezone or None,
        "added_by": asdict(source.added_by),
        "created_at": moment_json(source.created_at),
        "last_look": moment_json(polling.polled_at),
        "last_answer": moment_json(polling.good_at),
        "last_news": moment_json(polling.news_at),
        "items_a_week": round(a_week, 1),
        "next_look": moment_json(polling.next_at),
        "failures": polling.failures,
        "failing_since": moment_json(polling.failing_since),
        "trouble": Translator("en").stored(polling.trouble) or None,
        "missed": polling.missed,
    }


def weekly_pace(source: Source, brought: int, now: datetime) -> float:
    """Return how many items a source brings a week, by those of the last `COUNTED`."""
    weeks = min(now - source.created_at, COUNTED) / timedelta(weeks=1)
    return brought / max(weeks, 1)


def _health(source: Source, words: Translator, zone: str, a_week: float) -> list[Spans]:
    polling = source.polling
    lines: list[Spans] = []
    if source.state is SourceState.PAUSED:
        lines.append((Text(words.gettext("Paused"), Style.STRONG),))
    if source.state is SourceState.GONE:
        lines.append((Text(words.gettext("Gone, says its server"), Style.STRONG),))
    if polling.failing_since is not None:
        lines.append(
            words.spans(
                "Failing since {moment}: {reason}",
                moment=words.moment(polling.failing_since, zone),
                reason=cards.strong(words.stored(polling.trouble)),
            )
        )
    if polling.missed:
        text = words.gettext("Items may have been missed: the feed had only newer ones.")
        lines.append((Text(text, Style.STRONG),))
    if polling.news_at is not None:
        moment = words.moment(polling.news_at, zone)
        said = words.spans("Last news: {moment}", moment=cards.strong(moment))
        pace = words.ngettext("{count} item a week", "{count} items a week", round(a_week))
        if round(a_week) < 1:
            pace = words.gettext("less than one item a week")
        lines.append((*said, Text(f" · {pace}")))
    elif polling.good_at is not None:
        lines.append((Text(words.gettext("Last news: none yet")),))
    elif polling.polled_at is None:
        lines.append((Text(words.gettext("Not checked yet")),))
    if source.state is SourceState.ACTIVE and polling.next_at is not None:
        moment = words.moment(polling.next_at, zone)
        lines.append(words.spans("Next check: {moment}", moment=moment))
    return lines


def _meta(source: Source, words: Translator) -> Spans:
    rules = source.rules
    wanted = " ".join([*rules.only, *(f"-{word}" for word in rules.without)])
    said = "" if rules.reviewed else words.gettext("without a review")
    return (Text(dotted(host(source.address), tags_of(rules), wanted, said)),)


def _action(words: Translator, name: str, source: Source) -> Action:
    labels = {
        "show": words.gettext("Details"),
        "try": words.gettext("What would come"),
        "edit": words.gettext("Edit"),
        "pause": words.gettext("Pause"),
        "resume": words.gettext("Resume"),
        "remove": words.gettext("Remove"),
    }
    return Action(labels[name], "source", {"action": name, "source": str(source.id)})


def _listed(wanted: Sequence[str]) -> Text:
    return Text(" · ".join(map(one_line, wanted)), Style.STRONG)
