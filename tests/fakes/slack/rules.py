"""What Slack refuses beyond its schema: lengths, totals, unique ids, and what we promise."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from tests.fakes.slack.contracts import block_violations, view_violations

_CONTROL = re.compile(r"<([^>]*)>")
_RAW = re.compile(r"&(?!amp;|lt;|gt;)")
_MENTION = re.compile(r"@[UW][A-Z0-9]+|#[CDG][A-Z0-9]+|!subteam\^S[A-Z0-9]+")
"""People, channels and groups by their ids: names to whoever sees them alone, a call to others."""
_HEAD = re.compile(r"https?://", re.IGNORECASE)
_ELEMENTS = {"actions": {"elements": 25}, "context": {"elements": 10}}
_LENGTHS: Mapping[str, Mapping[str, tuple[int, int]]] = {
    "button": {"action_id": (1, 255), "text": (1, 75), "value": (0, 2000)},
    "overflow": {"action_id": (1, 255)},
    "image": {"alt_text": (1, 2000), "image_url": (1, 3000)},
    "plain_text_input": {"action_id": (1, 255), "initial_value": (0, 3000)},
}
_PLACES = {"section": 3000, "header": 150, "context": 3000}


def length(text: str) -> int:
    """Return a length in UTF-16 code units, the strictest count."""
    return len(text.encode("utf-16-le")) // 2


def message_violations(payload: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a message: as it is posted, or sent to a response_url."""
    text = payload.get("text")
    if not isinstance(text, str) or not text.strip():
        yield "a message has no text to fall back on"
    elif length(text) > 4000:
        yield f"the text of a message has {length(text)} characters"
    elif "<" in text or ">" in text or _RAW.search(text):
        yield f"the text of a message is not escaped: {text[:80]!r}"
    unfurls = (payload.get("unfurl_links"), payload.get("unfurl_media")) != (False, False)
    if unfurls and ("blocks" in payload or "://" in str(text)):
        yield "links of a message would unfurl"
    yield from body_violations(payload)


def body_violations(payload: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the blocks of a message."""
    blocks = payload.get("blocks")
    if blocks is None:
        return
    if not 1 <= len(blocks) <= 50:
        yield f"a message has {len(blocks)} blocks"
    total = length(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))
    if total > 13_000:
        yield f"the blocks of a message have {total} characters"
    for block in blocks:
        if block.get("type") == "input":
            yield "a message has an input"
    yield from _blocks(blocks, alone=payload.get("response_type") == "ephemeral")


def modal_violations(view: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a modal or the Home tab."""
    yield from view_violations(view)
    blocks = view.get("blocks", [])
    if not 1 <= len(blocks) <= 100:
        yield f"a view has {len(blocks)} blocks"
    if length(json.dumps(view, ensure_ascii=False)) > 250_000:
        yield "a view is longer than 250,000 characters"
    for name, limit in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
        if length(str(view.get(name) or "")) > limit:
            yield f"a view's {name} is too long"
    for name in ("title", "submit", "close"):
        text = (view.get(name) or {}).get("text")
        if text is not None and not 1 <= length(text) <= 24:
            yield f"a view's {name} has {length(text)} characters: {text!r}"
    has_input = any(block.get("type") == "input" for block in blocks)
    if has_input and view.get("type") == "modal" and "submit" not in view:
        yield "a modal with inputs has no submit"
    yield from _blocks(blocks, schema=False, alone=True)
    try:
        View(**view).validate_json()
    except SlackObjectFormationError as error:
        yield f"slack_sdk: {error}"


def _blocks(blocks: list[Any], *, alone: bool, schema: bool = True) -> Iterator[str]:
    if schema:
        yield from block_violations(blocks)
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    for name, count in Counter(ids).items():
        if count > 1:
            yield f"block_id {name} stands {count} times"
    actions: list[str] = []
    for block in blocks:
        yield from _block(block, alone=alone)
        if block.get("type") != "input":
            actions += [one["action_id"] for one in _elements(block) if "action_id" in one]
    for name, count in Counter(actions).items():
        if count > 1:
            yield f"action_id {name} stands {count} times"
    try:
        for one in Block.parse_all(blocks):
            one.validate_json()
    except SlackObjectFormationError as error:
        yield f"slack_sdk: {error}"


def _block(block: Mapping[str, Any], *, alone: bool) -> Iterator[str]:
    kind = str(block.get("type"))
    if length(str(block.get("block_id", "x"))) > 255:
        yield "a block_id is too long"
    for text in _texts(block):
        limit = _PLACES.get(kind, 3000)
        if not 1 <= length(text["text"]) <= limit:
            yield f"a text of {kind} has {length(text['text'])} characters"
        if text["type"] == "mrkdwn":
            yield from _mrkdwn(text, alone=alone)
    for name, most in _ELEMENTS.get(kind, {}).items():
        if not 1 <= len(block[name]) <= most:
            yield f"{kind} has {len(block[name])} {name}"
    for name in ("label", "hint"):
        if name in block and not 1 <= length(block[name]["text"]) <= 2000:
            yield f"the {name} of an input has {length(block[name]['text'])} characters"
    for element in _elements(block):
        yield from _element(element)


def _texts(block: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if isinstance(block.get("text"), dict):
        yield block["text"]
    yield from block.get("fields", ())
    if block.get("type") == "context":
        yield from (one for one in block["elements"] if one["type"] in {"mrkdwn", "plain_text"})


def _mrkdwn(text: Mapping[str, Any], *, alone: bool) -> Iterator[str]:
    """Yield mentions and other markup that is not a link of ours, and what is not escaped."""
    if text.get("verbatim") is not True:
        yield "Slack would link what stands in a text"
    words = text["text"]
    for control in _CONTROL.finditer(words):
        if not (_HEAD.match(control[1]) or (alone and _MENTION.fullmatch(control[1]))):
            yield f"a text holds {control[0]!r}"
    rest = _CONTROL.sub("", words)
    if "<" in rest or ">" in rest or _RAW.search(rest):
        yield f"a text is not escaped: {rest[:80]!r}"


def _elements(block: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "accessory" in block:
        yield block["accessory"]
    if block.get("type") == "actions":
        yield from block["elements"]
    if block.get("type") == "input":
        yield block["element"]


def _element(element: Mapping[str, Any]) -> Iterator[str]:
    kind = str(element.get("type"))
    for name, (least, most) in _LENGTHS.get(kind, {}).items():
        value = element.get(name)
        text = value["text"] if isinstance(value, dict) else str(value or "")
        if not least <= length(text) <= most:
            yield f"the {name} of a {kind} has {length(text)} characters"
    if kind in {"overflow", "static_select"}:
        yield from _options(kind, element)
    initial = element.get("initial_value", "")
    if kind == "plain_text_input":
        if length(initial) > element.get("max_length", 3000):
            yield f"an input begins with {length(initial)} characters"
        if not element.get("multiline") and "\n" in initial:
            yield "an input of one line begins with several"
    if kind == "url_text_input" and initial and not _HEAD.match(initial):
        yield "an input for an address begins with something else"


def _options(kind: str, element: Mapping[str, Any]) -> Iterator[str]:
    options = element["options"]
    most = 5 if kind == "overflow" else 100
    if not 1 <= len(options) <= most:
        yield f"{kind} has {len(options)} options"
    for option in options:
        if not 1 <= length(option["text"]["text"]) <= 75:
            yield f"an option has {length(option['text']['text'])} characters"
        if not 1 <= length(option["value"]) <= 75:
            yield "the value of an option is too long"
    if "initial_option" in element and element["initial_option"] not in options:
        yield "the initial option is none of the options"
