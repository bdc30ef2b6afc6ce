"""How Markdown is read here: the parser, with rules for what pages write that it does not know."""

from __future__ import annotations

import html
import re
from datetime import date
from functools import cache

import regex
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, fence, reference
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from bot.port.text import address_at
from store.dates import is_exact, leading_date

BULLET = regex.compile(
    r"(?V1)( *)"
    r"([*+~-]|[-=]+>|[oㅇ](?=[ \t])|[OvV](?=[ \t])|[ivxIVX]{1,4}[.)]|\p{Nl}[.)]?|\[[0-9]{1,3}\]"
    r"|#[0-9]{1,4}(?=[ \t])|[0-9]\ufe0f?\u20e3|>>+"
    r"|[[\p{So}\p{Sm}\p{Pd}\p{Po}\u318d\u119e]--[\x00-\x7f…、。，]](?:\ufe0f|\u200d\p{So}|\p{Sk})*"
    r"|[0-9]{1,3}[.)]|\([0-9]{1,3}\)|[가나다라마바사아자차카타파하]\.|\(?[가나다라마바사아자차카타파하a-z]\)|\p{No})"
    r"(?:([ \t]+)|(?=[0-9０-９(（\[{【'’])|(?<=[^\x00-\x7f]))(.*)"
)
"""A bullet: its indentation, its mark (Markdown's, another sign, a number), the gap, the rest."""

_ENTITY = re.compile(r"&#?\w{1,31};")
ATTRIBUTE_LIST = re.compile(r"\{::comment\}.*?\{:/(?:comment)?\}|\{:[^{}]*\}", re.DOTALL)
"""How a page says in its own text what something looks like, as kramdown reads it."""

_BEHIND_MARKUP = re.compile(r"\{\s*(?:[#.][\w:-]+|[\w-]+=(?:\"[^\"]*\"|'[^']*'|[^\s{}]+))[^{}]*\}")
_HTML = re.compile(r"<!--.*?-->|</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>", re.DOTALL)
_LABELLED = regex.compile(
    r"<(?P<url>https?://[^\s<>|]+)\|(?P<words>[^<>|\n]+)>"  # Slack
    r"|\[\[(?P<url>https?://[^\s\[\]]+)\]\[(?P<words>[^\[\]\n]+)\]\]"  # Org
    r"|\[(?P<url>https?://[^\s\[\]|]+) (?P<words>[^\[\]\n]+)\](?![(\[:])"  # MediaWiki
    r"|\[(?P<words>[^\[\]|\n]+)\|(?P<url>https?://[^\s\[\]|]+)\]"  # Jira
    r"|\[(?P<words>[^\[\]\n]+)\] \((?P<url>https?://[^\s()]+)\)"
    r"|`(?P<words>[^`<>\n]+?)\s*<(?P<url>https?://[^\s<>]+)>`__?"  # reStructuredText
    r"|\[url=[\"']?(?P<url>https?://[^\s\[\]\"']+)[\"']?\](?P<words>[^\[\]\n]+)\[/url\]",
    regex.IGNORECASE,
)
"""Links as others write them."""
_OBSIDIAN = re.compile(
    r"\[\[(?![\d\s.,-]+\]\]|\s)(?:[^\[\]|\n]*\|)?(?P<shown>[^\[\]|\n]+)\]\](?!\()"
    r"|(?<!\w)%%(?=\S)[^%\n]+(?<=\S)%%"
    r"|(?<![\w=])==(?=[^\s=][^\n]*==)|(?<=[^\s=])==(?![\w=])|(?<=\s)\^[a-z0-9-]+$|\[!\w+\][+-]?"
)
"""Links between notes, comments, highlights, names of blocks, kinds of quotes."""
_SCHEME = re.compile(r"https?$", re.IGNORECASE)


def begins_story(text: str) -> bool:
    """Whether a line begins a story for certain: a bullet at the margin with a date of its own."""
    bullet = BULLET.fullmatch(text[:200])
    found = leading_date(bullet[4], date.max) if bullet is not None and not bullet[1] else None
    return found is not None and is_exact(found.date)


def unescaped(text: str) -> str:
    """Return the text with its HTML character references as characters."""
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text) if "&" in text else text


class _Parser(MarkdownIt):
    """Leaves addresses as they were written."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - markdown-it's name, as the next ones
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 - see above
        return link

    def validateLink(self, _: str) -> bool:  # noqa: N802 - see above
        return True


@cache
def page_parser() -> MarkdownIt:
    """Return what reads CommonMark with tables, strikethrough and bare addresses."""
    parser = _Parser("commonmark").enable(["table", "strikethrough", "linkify"])
    block, inline = parser.block.ruler, parser.inline.ruler
    inline.at("entity", _reference)
    block.at("fence", _fence, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    block.at("reference", reference, {"alt": ["paragraph"]})
    inline.at("linkify", _address)
    inline.at("html_inline", _html)
    inline.before("link", "attribute_list", _attribute_list)
    inline.before("backticks", "labelled", _labelled)
    inline.before("link", "obsidian", _obsidian)
    return parser


def _fence(state: StateBlock, first: int, last: int, silent: bool) -> bool:  # noqa: FBT001 - the parser's own signature
    """Read a block of code, unless it has no end, or swallows a story of the page."""
    begin = state.line
    if not fence(state, first, last, silent):
        return False
    if silent or state.level:
        return True
    token = state.tokens[-1]
    texts = [state.getLines(at, at + 1, 0, keepLastLF=False) for at in range(first + 1, state.line)]
    if texts and texts[-1].strip().startswith(token.markup) and not any(map(begins_story, texts)):
        return True
    state.tokens.pop()
    state.line = begin
    return False


def _address(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - see _fence
    """Read a bare address as a link."""
    scheme = None if state.linkLevel else _SCHEME.search(state.pending)
    if scheme is None or not state.src.startswith("://", state.pos):
        return False
    start = state.pos - len(scheme[0])
    url = address_at(state.src, start)
    if not url:
        return False
    if not silent:
        state.pending = state.pending[: scheme.start()]
        _push_link(state, url, url).markup = "linkify"
    state.pos = start + len(url)
    return True


def _labelled(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - see _fence
    """Read a link as chats and wikis write it, `<https://…|words>`."""
    match = _LABELLED.match(state.src, state.pos)
    if match is not None:
        if not silent:
            _push_link(state, match["url"], match["words"])
        state.pos = match.end()
    return match is not None


def _obsidian(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - see _fence
    """Read what Obsidian marks, as it shows it."""
    match = _OBSIDIAN.match(state.src, state.pos)
    if match is not None:
        if not silent:
            shown = match["shown"]
            state.push("text" if shown else "attribute_list", "", 0).content = shown or ""
        state.pos = match.end()
    return match is not None


def _push_link(state: StateInline, url: str, words: str) -> Token:
    """Add a link. Returns the token with which it begins."""
    begin = state.push("link_open", "a", 1)
    begin.attrs = {"href": unescaped(url)}
    state.push("text", "", 0).content = unescaped(words)
    state.push("link_close", "a", -1)
    return begin


def _html(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - see _fence
    """Read a tag of HTML, however its values are written."""
    match = _HTML.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.push("html_inline", "", 0).content = match[0]
    state.pos = match.end()
    return True


def _reference(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - see _fence
    """Read a character reference as browsers do, also the numbers that Windows gave characters."""
    match = _ENTITY.match(state.src, state.pos)
    shown = html.unescape(match[0]) if match else ""
    if match is None or shown == match[0]:
        return False
    if not silent:
        state.push("text_special", "", 0).content = shown
    state.pos = match.end()
    return True


def _attribute_list(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - see _fence
    """Read what says how a link or a picture is drawn, which the page does not show."""
    match = ATTRIBUTE_LIST.match(state.src, state.pos)
    if match is None and state.pos and state.src[state.pos - 1] in ")]`*_>":
        match = _BEHIND_MARKUP.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.push("attribute_list", "", 0)
    state.pos = match.end()
    return True
