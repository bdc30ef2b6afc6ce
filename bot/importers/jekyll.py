"""What a page is before it is Markdown: its front matter, Liquid, and what other programs write."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from itertools import islice
from textwrap import dedent

import yaml

from bot.i18n.translator import N_
from bot.importers.lines import SourceLine
from bot.importers.markdown import is_rule
from bot.importers.markup import begins_story
from bot.importers.result import NotTaken, Problem, excerpt

OPEN_FRONT_MATTER = N_("The front matter that begins here has no end.")
NOT_TOML = N_("The front matter is not TOML, so nothing of it was taken.")
NOT_YAML = N_("The front matter is not YAML, so nothing of it was taken.")

_FENCE = "---"
_TOML_FENCE = "+++"
_KEY = re.compile(r"[A-Za-z_][\w-]*\s?:(?:\s|$)")
_TOML_TABLES = ("extra", "params", "taxonomies")
"""Where Zola and Hugo keep what they have no field of their own for."""
_LONGEST = 1000  # lines
_LONGEST_CODE = 1000  # characters on one line

_LIQUID = re.compile(
    r"\{%-?\s*(?P<tag>\w*)(?:(?!\{%|%\}).)*%\}|\{\{[<%]?-?(?P<output>[^{}]*)\}\}", re.DOTALL
)
_LITERAL = re.compile(r"\s*(?:'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\")\s*(?:\||-?$)")
_VARIABLE = re.compile(
    r"\s*(?:site|page|post|layout|content|include|paginator|jekyll|theme|forloop)\b|[^|]*\w\.\w|.*\|"
)
_BLOCKS = {"raw": "endraw", "comment": "endcomment"}
"""Tags between which Liquid does nothing."""


_CHAT = (
    r"^(?:\[[^\[\]\n]{1,40}\] \[(?:(?:오전|오후) \d{1,2}:\d\d|\d{1,2}:\d\d [AP]M)\]"
    r"|\d{4}(?:년|\.) \d{1,2}(?:월|\.) \d{1,2}(?:일|\.) (?:오전|오후) \d{1,2}:\d\d, [^:\n]{1,40} :"
    r"|[A-Z][a-z]{2,8} \d{1,2}, \d{4} at \d{1,2}:\d\d [AP]M, [^:\n]{1,40} :) "
)
"""Who says something in a chat that KakaoTalk wrote down, and when."""
_QUOTE = re.compile(r"^> ?", re.MULTILINE)
_NOT_QUOTED = re.compile(r"^(?!>)[^\n]*\S", re.MULTILINE)
_BLANKS = "\u00a0\u2000-\u200a\u202f\u3000"
_Instead = str | Callable[[re.Match[str]], str]
_HABITS = tuple[tuple[re.Pattern[str], _Instead], ...](
    (re.compile(pattern, re.MULTILINE), instead)
    for pattern, instead in (
        (rf"^[^\w\n<>]*[{_BLANKS}][^\w\n<>]*", lambda found: re.sub(f"[{_BLANKS}]", " ", found[0])),
        (r"^[\u200b\u2060\ufeff]+", ""),
        (r"^([ \t]*\d*)\\(?=[-+*.)]\s)", r"\1"),  # Google Docs
        (r"^(#{2,6}(?=[^\s#])|#(?=\d{4}[-./년]))", r"\1 "),
        (r"^([ \t]*[-+*] )\[[ xX]\] (?!\W*[0-9])", r"\1"),
        (rf"{_CHAT}(?=.*https?://|.*\n\s*https?://)", "* "),
        (f"{_CHAT}.*", "***"),
    )
)
"""What programs and people write in the place of Markdown; no line more, none less."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What stands before a page, and what is wrong with it."""

    values: dict[str, object] = field(default_factory=dict)
    remark: Problem | NotTaken | None = None


def front_matter(lines: Iterator[SourceLine]) -> tuple[FrontMatter, list[SourceLine]]:
    """Take the front matter off the beginning of a page. Returns also the lines read beyond it."""
    first = next(lines, None)
    if first is not None and first.text.rstrip() == _TOML_FENCE:
        return _toml_front_matter(first, lines)
    if first is None or first.text.rstrip() != _FENCE:
        return FrontMatter(), [first] if first else []
    read: list[SourceLine] = []
    keys = False
    for line in lines:
        text = line.text.rstrip()
        if text in {_FENCE, "..."}:
            return _parsed(read, None), []
        read.append(line)
        if text and not text.startswith("#") and not keys:
            keys = _KEY.match(text) is not None
            if not keys:
                break
        if _breaks_out(text) or len(read) >= _LONGEST:
            break
    if not keys:
        return FrontMatter(), [first, *read]
    end = next((at for at, line in enumerate(read) if _breaks_out(line.text)), len(read))
    problem = Problem(1, OPEN_FRONT_MATTER, excerpt(read[0].text))
    return _parsed(read[:end], problem), read[end:]


def _toml_front_matter(
    first: SourceLine, lines: Iterator[SourceLine]
) -> tuple[FrontMatter, list[SourceLine]]:
    """Take front matter off that is TOML, as Hugo and Zola have it. Without an end it is none."""
    read: list[SourceLine] = []
    for line in islice(lines, _LONGEST):
        if line.text.rstrip() == _TOML_FENCE:
            break
        read.append(line)
    else:
        return FrontMatter(), [first, *read]
    try:
        values = tomllib.loads("\n".join(line.text for line in read))
    except (tomllib.TOMLDecodeError, RecursionError):
        remark = NotTaken(1, NOT_TOML, excerpt(read[0].text if read else first.text))
        return FrontMatter({}, remark), []
    tables = [values.pop(name) for name in _TOML_TABLES if isinstance(values.get(name), dict)]
    for table in tables:
        values = {**table, **values}
    return FrontMatter({name: _said(value) for name, value in values.items()}), []


def _said(value: object) -> object:
    """Return a value of TOML as the text that YAML has there."""
    if isinstance(value, list):
        return [_said(one) for one in value]
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date | time) else str(value)


def as_markdown(text: str) -> str:
    """Return a page's text with the habits of others as Markdown, line for line, without Liquid.

    What is indented as a whole, or quoted as a whole, is so no more.
    """
    text = dedent(text)
    if _NOT_QUOTED.search(text) is None:
        text = _QUOTE.sub("", text)
    for pattern, instead in _HABITS:
        text = pattern.sub(instead, text)
    return without_liquid(text)


def without_liquid(text: str) -> str:
    """Return a page's text as Liquid leaves it, line for line.

    Texts in quotes and code between backticks stay; tags, and what the site would have to fill
    in, are gone.
    """
    if "{%" not in text and "{{" not in text:
        return text
    kept: list[str] = []
    place = 0
    block = ""
    for match in _LIQUID.finditer(text):
        tag = match["tag"]
        if block and tag != _BLOCKS[block]:
            continue
        before = text[place : match.start()]
        kept.append("\n" * before.count("\n") if block == "comment" else before)
        begins = not block and tag in _BLOCKS and text.find(_BLOCKS[tag], match.end()) >= 0
        block = tag if begins else ""
        line = max(text.rfind("\n", 0, match.start()), match.start() - _LONGEST_CODE)
        in_code = text.count("`", max(line, 0), match.start()) % 2
        keeps = in_code and tag not in {*_BLOCKS, *_BLOCKS.values()}
        kept.append(match[0] if keeps else _shown(match) + "\n" * match[0].count("\n"))
        place = match.end()
    return "".join([*kept, text[place:]])


def _shown(match: re.Match[str]) -> str:
    output = match["output"]
    if output is None:
        return ""
    if literal := _LITERAL.match(output):
        return literal["single"] or literal["double"] or ""
    return "" if _VARIABLE.match(output) or match[0].startswith(("{{<", "{{%")) else match[0]


def _parsed(lines: Sequence[SourceLine], problem: Problem | None) -> FrontMatter:
    """Return what the lines say. Every value stays the text that it is."""
    try:
        text = "\n".join(line.text for line in lines)
        values = yaml.load(text, yaml.BaseLoader)  # noqa: S506 - it makes nothing but texts
    except (yaml.YAMLError, ValueError, RecursionError):
        return FrontMatter({}, problem or NotTaken(1, NOT_YAML, excerpt(lines[0].text)))
    return FrontMatter(values if isinstance(values, dict) else {}, problem)


def _breaks_out(text: str) -> bool:
    """Whether a line belongs to a page's content for certain."""
    return begins_story(text) or (is_rule(text) and len(text.strip()) > len(_FENCE))
