"""Forms become modals, and what was filled in becomes the arguments of their command. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.slack.cards import blocks, limits
from adapters.slack.cards.limits import Json
from adapters.slack.cards.mrkdwn import address, literal
from bot.i18n.translator import Translator
from bot.port.fitting import beginning, cut, units
from bot.port.form import Choice, Field, Form, Kind

CALLBACK = "ainews.form"
ANSWER = "ainews.answer"
INPUT = "ainews.input"

_CONTINUED = "+"
_SUGGESTED = frozenset({Kind.TAG, Kind.TIMEZONE, Kind.ENTRY})
"""Kinds whose values are looked up as the person types."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a modal remembers: whose form it is, and where it was asked for."""

    command: str = ""
    channel: str = ""
    hidden: Mapping[str, str] = field(default_factory=dict)

    def encode(self) -> str:
        """Return it as a view's private metadata. Raises ValueError where it does not fit."""
        text = json.dumps([self.command, self.channel, dict(self.hidden)], ensure_ascii=False)
        if units(text) > limits.PRIVATE_METADATA:
            raise ValueError(f"{units(text)} characters do not fit into a view's metadata")
        return text


def origin_of(view: Mapping[str, Any]) -> Origin:
    """Return what a view remembers; nothing, where it is not one of ours."""
    try:
        content = json.loads(str(view.get("private_metadata") or "null"))
    except ValueError:
        return Origin()
    match content:
        case [str(command), str(channel), dict(hidden)]:
            return Origin(command, channel, {str(name): str(hidden[name]) for name in hidden})
        case _:
            return Origin()


def modal(form: Form, channel: str, words: Translator) -> Json:
    """Return a form as a modal. What is wrong with a value already stands below its field."""
    title = " ".join(form.title.split())
    parts: list[Json] = []
    if units(title) > limits.MODAL_TITLE:
        parts.append(blocks.section(literal(cut(title, limits.SECTION_TEXT // 2))))
    for one in form.fields:
        parts += _inputs(one, words)
        if one.error:
            parts.append(blocks.context(f"⚠️ {literal(cut(one.error, limits.LABEL))}"))
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": blocks.plain(
            title if units(title) <= limits.MODAL_TITLE else "AI News", limits.MODAL_TITLE
        ),
        "submit": blocks.plain(form.submit or words.gettext("Send"), limits.MODAL_BUTTON),
        "close": blocks.plain(words.gettext("Cancel"), limits.MODAL_BUTTON),
        "private_metadata": Origin(form.command, channel, form.hidden).encode(),
        "blocks": parts,
    }


def arguments_of(view: Mapping[str, Any]) -> dict[str, str | int]:
    """Return what was filled into a modal, with what the form hid."""
    arguments: dict[str, str | int] = dict(origin_of(view).hidden)
    values: Mapping[str, Any] = (view.get("state") or {}).get("values") or {}
    for block in view.get("blocks") or ():
        identifier = str(block.get("block_id") or "")
        element = (values.get(identifier) or {}).get(INPUT)
        if element is None:
            continue
        name, _, joint = identifier.partition(_CONTINUED)
        text = _value(element)
        if joint:
            separator = "\n" if joint.endswith("n") else ""
            text = f"{arguments.get(name, '')}{separator}{text}"
        arguments[name] = text
    return arguments


def errors_of(form: Form) -> dict[str, str]:
    """Return what was wrong with each field, by the block that shows it."""
    return {one.name: cut(one.error, limits.LABEL) for one in form.fields if one.error}


def options(choices: Sequence[Choice]) -> list[Json]:
    """Return choices as the options of a select; those that do not fit are left out."""
    return [
        _option(choice.value, choice.label)
        for choice in choices
        if 0 < units(choice.value) <= limits.OPTION_VALUE
    ][: limits.SELECT_OPTIONS]


def _inputs(one: Field, words: Translator) -> list[Json]:
    """Return the input block of a field; several for a text that is too long for one."""
    texts = _pieces(one.value) if one.multiline else [(one.value, "")]
    inputs = []
    for number, (text, joint) in enumerate(texts):
        label = one.label if not number else words.gettext("{name}, continued", name=one.label)
        block: Json = {
            "type": "input",
            "block_id": f"{one.name}{_CONTINUED}{number}{joint}" if number else one.name,
            "label": blocks.plain(label, limits.LABEL),
            "element": _element(one, text, words),
            "optional": bool(number) or not one.required,
        }
        if one.hint and not number:
            block["hint"] = blocks.plain(one.hint, limits.HINT)
        inputs.append(block)
    return inputs


def _element(one: Field, text: str, words: Translator) -> Json:
    element: Json = {"action_id": INPUT}
    if one.kind is Kind.CHOICE and one.choices:
        offered = options(
            [Choice(each.value, words.pgettext("choice", each.label)) for each in one.choices]
        )
        element |= {"type": "static_select", "options": offered}
        chosen = [option for option in offered if option["value"] == text]
        return element | ({"initial_option": chosen[0]} if chosen else {})
    if one.kind in _SUGGESTED:
        element |= {"type": "external_select", "min_query_length": 0}
        fits = 0 < units(text) <= limits.OPTION_VALUE
        return element | ({"initial_option": _option(text, text)} if fits else {})
    initial = {"initial_value": text} if text else {}
    if one.kind is Kind.INTEGER and (not text or text.isdecimal()):
        return element | {"type": "number_input", "is_decimal_allowed": False} | initial
    if one.kind is Kind.LINK and (not text or address(text) is not None):
        return element | {"type": "url_text_input"} | initial
    if not one.multiline and text:
        initial = {"initial_value": cut(text, limits.INPUT_TEXT)}
    return (
        element
        | {
            "type": "plain_text_input",
            "multiline": one.multiline,
            # What the entry has already may be longer than what is asked for.
            "max_length": min(max(one.maximum_length, units(text)), limits.INPUT_TEXT),
        }
        | initial
    )


def _option(value: str, label: str) -> Json:
    return {"text": blocks.plain(label or value, limits.OPTION_TEXT), "value": value}


def _value(element: Mapping[str, Any]) -> str:
    option = element.get("selected_option")
    if option is not None:
        return str(option.get("value") or "")
    return str(element.get("value") or element.get("selected_user") or "")


def _pieces(text: str) -> list[tuple[str, str]]:
    """Return a long text in pieces that fit into an input, each with how it goes on from the last.

    `n`: after a line end, which stands in neither piece; "": without anything between.
    """
    pieces: list[tuple[str, str]] = []
    rest, joint = text, ""
    while units(rest) > limits.INPUT_TEXT:
        letters = len(beginning(rest, limits.INPUT_TEXT)) or limits.INPUT_TEXT // 2
        end = rest.rfind("\n", 1, letters + 1)
        if end > 0:
            pieces.append((rest[:end], joint))
            rest, joint = rest[end + 1 :], "n"
        else:
            pieces.append((rest[:letters], joint))
            rest, joint = rest[letters:], ""
    pieces.append((rest, joint))
    return pieces
