"""What a model answered, in whichever of the shapes that endpoints have. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any, TypeGuard

from adapters.llm.prompt import tokens_of
from bot.i18n.translator import N_
from bot.port.writer import MOST_TOKENS, Draft, WriterRefused

_ALOUD = r"(?:think(?:ing)?|thought|reason(?:ing)?|analysis|reflection|scratchpad)"
_THOUGHT = re.compile(
    rf"<{_ALOUD}>.*?(?:</{_ALOUD}>|\Z)|\A.*?</{_ALOUD}>", re.DOTALL | re.IGNORECASE
)
_UNKEPT = re.compile("[\x00\ud800-\udfff]")
"""What no database takes: half a letter, and the end of a text."""

_MOST_COUNTED = 10_000_000
"""Tokens of one answer that are believed."""
_LAST_COMMA = re.compile(r",(\s*[}\]])")
_OBJECTS = 20
"""Objects that are looked for in one answer."""

_CUT = N_("The model's answer was cut off: it is longer than a draft.")
_NOTHING = N_("The model wrote nothing.")
_SHAPELESS = N_("The model's answer has no title and note that could be read.")
_NO_ANSWER = N_("The model's endpoint answered with something else than a draft.")
_DECLINED = N_("The model declined to write.")


def draft_of(answer: object, model: str, asked: str, instructions: str = "") -> Draft:
    """Return the draft in an endpoint's answer. Raises WriterRefused.

    `asked` is what was sent, by which tokens are guessed where the endpoint counts none, and
    `instructions` what of it stood around the source.
    """
    match answer:
        case {"choices": [{"message": dict(message), **choice}, *_]}:
            pass
        case _:
            raise WriterRefused(_NO_ANSWER, tokens=MOST_TOKENS)
    text = _text(message.get("content"))
    thought = _text(message.get("reasoning_content") or message.get("reasoning"))
    spent = _tokens(answer, asked, text + thought)
    found = _best(_THOUGHT.sub("", text)) or _best(thought)
    if found is None:
        if message.get("refusal"):
            raise WriterRefused(_DECLINED, tokens=sum(spent))
        cut = choice.get("finish_reason") == "length"
        said = _CUT if cut else _SHAPELESS if text.strip() else _NOTHING
        raise WriterRefused(said, tokens=sum(spent))
    return Draft(
        _line(found.get("title")),
        _line(found.get("note")),
        _tags(found.get("tags")),
        *spent,
        model=model,
        asked=instructions,
    )


def _text(content: object) -> str:
    """Return a content: a text, or parts with texts."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        parts = (part.get("text") for part in content if isinstance(part, Mapping))
        return "".join(part for part in parts if isinstance(part, str))
    return ""


def _best(text: str) -> Mapping[str, Any] | None:
    """Return the first draft that is whole, else the first with a title: a shape has no note."""
    found = list(_drafts(text))
    return next((one for one in found if "note" in one), found[0] if found else None)


def _drafts(text: str) -> Iterator[Mapping[str, Any]]:
    """Yield the objects with a title in a text, whatever stands around them."""
    place = -1
    for _ in range(_OBJECTS):
        place = text.find("{", place + 1)
        if place < 0:
            return
        found = _object(text[place:])
        if isinstance(found, Mapping):
            named = {name.casefold(): value for name, value in found.items()}
            title = named.get("title")
            if isinstance(title, str) and any(map(str.isalnum, title)):
                yield named


def _object(text: str) -> object:
    decoder = json.JSONDecoder(strict=False)
    for each in (text, _LAST_COMMA.sub(r"\1", text)):
        try:
            return decoder.raw_decode(each)[0]
        except (ValueError, RecursionError):
            continue
    return None


def _line(value: object) -> str:
    """Return a text on one line; several are one behind the other."""
    if isinstance(value, list):
        value = " ".join(one for one in value if isinstance(one, str))
    return " ".join(unescape(_UNKEPT.sub("", value)).split()) if isinstance(value, str) else ""


def _tags(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list):
        return ()
    lines = (_line(one).lstrip("#") for one in value)
    return tuple(one for one in lines if one)


def _tokens(answer: object, asked: str, written: str) -> tuple[int, int]:
    usage = answer.get("usage") if isinstance(answer, Mapping) else None
    counts = usage if isinstance(usage, Mapping) else {}
    into, out = counts.get("prompt_tokens"), counts.get("completion_tokens")
    return (
        into if _is_count(into) else tokens_of(asked),
        out if _is_count(out) else tokens_of(written),
    )


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and 0 < value < _MOST_COUNTED
