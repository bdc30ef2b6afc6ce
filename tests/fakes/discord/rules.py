"""What Discord refuses although its OpenAPI does not say so, and what this bot promises.

From the documentation of messages, components, application commands and modals.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

V2 = 1 << 15

_ROW, _BUTTON, _SELECT, _INPUT = 1, 2, 3, 4
_SECTION, _TEXT, _THUMBNAIL, _CONTAINER, _LABEL = 9, 10, 11, 17, 18
_NEW_KINDS = frozenset({_SECTION, _TEXT, _THUMBNAIL, _CONTAINER})
_LINK_STYLE = 5
_COMMAND_NAME = re.compile(r"[-_'\w]{1,32}")
_MENTION = re.compile(
    r"(?<!\\)(?:<(?:@[!&]?|#|/(?!ainews(?: [a-z]+){1,2}:\d+>)[^>]+:|:\w+:|id:)|@(?:everyone|here))"
)
_INERT = re.compile(r"``.*?``|`[^`]*`|\]\([^)\s]*\)|<t:\d+:D>")
"""Where Discord looks for no mention: code, the target of a link, a timestamp."""


def every(components: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield components and what is nested in them, in the order in which they stand."""
    for component in components:
        yield component
        yield from every(component.get("components") or ())
        for inner in ("accessory", "component"):
            if inner in component:
                yield from every([component[inner]])


def message_violations(message: Mapping[str, Any], *, edit: bool = False) -> Iterator[str]:
    """Yield what is wrong with a message that is sent or, if `edit`, changed."""
    components = message.get("components") or []
    content = message.get("content") or ""
    if len(content) > 2000:
        yield f"content has {len(content)} characters, more than 2000"
    if not (content or components or message.get("embeds")):
        yield "the message is empty"
    if (message.get("allowed_mentions") or {}).get("parse") != []:
        yield "allowed_mentions is not none"
    yield from _nonce_violations(message)
    yield from _flag_violations(message, edit=edit)
    yield from component_violations(components)


def _nonce_violations(message: Mapping[str, Any]) -> Iterator[str]:
    if len(message.get("nonce") or "") > 25:
        yield "nonce has more than 25 characters"
    if message.get("enforce_nonce") and not message.get("nonce"):
        yield "enforce_nonce without a nonce"


def _flag_violations(message: Mapping[str, Any], *, edit: bool) -> Iterator[str]:
    components = message.get("components") or []
    new = any(each["type"] in _NEW_KINDS for each in every(components))
    if (message.get("flags") or 0) & V2:
        for name in ("content", "embeds", "poll", "sticker_ids"):
            if message.get(name):
                yield f"{name} beside Components V2"
    elif new and not edit:
        yield "Components V2 without their flag"


def component_violations(components: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what is wrong with a message's components."""
    found = list(every(components))
    if len(found) > 40:
        yield f"{len(found)} components, more than 40"
    yield from _text_violations([str(each["content"]) for each in found if each["type"] == _TEXT])
    yield from _id_violations([str(each["custom_id"]) for each in found if each.get("custom_id")])
    for each in found:
        yield from _CHECKS.get(each["type"], _nothing)(each)


def _text_violations(texts: Sequence[str]) -> Iterator[str]:
    length = sum(_units(text) for text in texts)
    if length > 4000:
        yield f"{length} characters of text, more than 4000"
    for text in texts:
        if not text.strip():
            yield "an empty text display"
        if _MENTION.search(_INERT.sub("", text)):
            yield f"a mention in {text[:200]!r}"


def _id_violations(ids: Sequence[str]) -> Iterator[str]:
    for custom_id in ids:
        if _units(custom_id) > 100:
            yield f"custom_id {custom_id!r} is longer than 100"
        if custom_id != custom_id.strip():
            yield f"custom_id {custom_id!r} has white space at its ends"
    if len(set(ids)) != len(ids):
        yield f"custom_ids are not unique: {ids}"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _nothing(_: Mapping[str, Any]) -> Iterator[str]:
    yield from ()


def _row_violations(row: Mapping[str, Any]) -> Iterator[str]:
    kinds = [each["type"] for each in row["components"]]
    if set(kinds) == {_BUTTON} and not 1 <= len(kinds) <= 5:
        yield f"a row of {len(kinds)} buttons"
    elif set(kinds) != {_BUTTON} and len(kinds) != 1:
        yield "a row of more than one menu"


def _button_violations(button: Mapping[str, Any]) -> Iterator[str]:
    if not (button.get("label") or button.get("emoji")):
        yield "a button without words"
    if button.get("style") == _LINK_STYLE:
        if not button.get("url") or button.get("custom_id"):
            yield "a link button without an address"
    elif not button.get("custom_id"):
        yield "a button without custom_id"


def _menu_violations(menu: Mapping[str, Any]) -> Iterator[str]:
    values = [option["value"] for option in menu["options"]]
    if len(set(values)) != len(values):
        yield f"options of a menu are not unique: {values}"
    for option in menu["options"]:
        if not (option["label"].strip() and option["value"]):
            yield "an option without words or value"
        if _units(option["label"]) > 100 or _units(option["value"]) > 100:
            yield "an option longer than 100"


def _picture_violations(picture: Mapping[str, Any]) -> Iterator[str]:
    address = urlsplit(picture["media"]["url"])
    if address.scheme not in {"http", "https"} or not address.hostname:
        yield f"{picture['media']['url']!r} is not the address of a picture"


_CHECKS: Mapping[int, Callable[[Mapping[str, Any]], Iterator[str]]] = {
    _ROW: _row_violations,
    _BUTTON: _button_violations,
    _SELECT: _menu_violations,
    _THUMBNAIL: _picture_violations,
}


def modal_violations(modal: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a modal."""
    if len(modal["components"]) > 5:
        yield f"a modal of {len(modal['components'])} rows"
    ids = []
    for row in modal["components"]:
        inner = row.get("component")
        if inner is None:
            yield "a modal's row without a label"
            continue
        ids.append(inner["custom_id"])
        if inner["type"] == _INPUT:
            value = inner.get("value") or ""
            if len(value) > inner.get("max_length", 4000):
                yield f"the value of {inner['custom_id']} is longer than its input takes"
        if inner["type"] == _SELECT:
            chosen = [option for option in inner["options"] if option.get("default")]
            if len(chosen) > inner.get("max_values", 1):
                yield "more options are chosen than can be"
    if len(set(ids)) != len(ids):
        yield f"a modal's ids are not unique: {ids}"


def choice_violations(choices: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what is wrong with the choices of a completion."""
    if len(choices) > 25:
        yield f"{len(choices)} choices, more than 25"
    for choice in choices:
        if not 1 <= len(str(choice["name"])) <= 100 or not 1 <= len(str(choice["value"])) <= 100:
            yield f"a choice of a wrong length: {choice}"


def command_violations(commands: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what is wrong with registered commands."""
    for command in commands:
        if command.get("type", 1) == 1:
            yield from _slash_violations(command)
            length = sum(len(text) for text in _counted(command))
            if length > 8000:
                yield f"{command['name']} has {length} characters, more than 8000"


def _slash_violations(command: Mapping[str, Any]) -> Iterator[str]:
    for name in (command["name"], *(command.get("name_localizations") or {}).values()):
        if not _COMMAND_NAME.fullmatch(name) or name != name.lower():
            yield f"{name!r} is not a name of a command or an option"
    for description in (
        command.get("description"),
        *(command.get("description_localizations") or {}).values(),
    ):
        if not description or len(description) > 100:
            yield f"{command['name']} has no description of at most 100 characters"
    if command.get("autocomplete") and command.get("choices"):
        yield f"{command['name']} has choices and completion"
    if len(command.get("choices") or ()) > 25:
        yield f"{command['name']} has more than 25 choices"
    yield from _option_violations(command)


def _option_violations(command: Mapping[str, Any]) -> Iterator[str]:
    options = command.get("options") or []
    if len(options) > 25:
        yield f"{command['name']} has {len(options)} options"
    if len({option["name"] for option in options}) != len(options):
        yield f"{command['name']} has options of one name"
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        yield f"{command['name']} has a required option after others"
    for option in options:
        yield from _slash_violations(option)


def _counted(part: Mapping[str, Any]) -> Iterator[str]:
    for name in ("name", "description"):
        texts = [part.get(name) or "", *(part.get(f"{name}_localizations") or {}).values()]
        yield max(texts, key=len)
    yield str(part.get("value", ""))
    for inner in (*(part.get("options") or ()), *(part.get("choices") or ())):
        yield from _counted(inner)
