"""What the page's own renderer takes for markup of whole lines, as the lines that it stands for.

Jekyll's Liquid tags and kramdown's attribute lists are gone; links by reference have their address
(CommonMark 0.31, section 4.7); underlined headings have signs before them; rows of tables and items
of HTML lists are bullets. Each line keeps its number. Fenced code stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from bot.importers.lines import SourceLine
from store.dates import leading_date

_FENCE = re.compile(r"\s{0,8}(?:>\s?)?(`{3,}|~{3,})")
_CODE = re.compile(r"(`{1,3})[^`]{1,2000}\1(?!`)")

_RAW = re.compile(r"\{%-?\s*raw\s*-?%\}(.*?)(?:\{%-?\s*endraw\s*-?%\}|$)")
_POST = re.compile(r"(!?)\[([^\[\]]{0,500})\]\(\s*\{%-?\s*(?:post_url|link)\b[^%]{0,300}%\}\s*\)")
_PATH = re.compile(r"\{\{-?\s*([\"'])([^\"'{}]{0,500})\1\s*(?:\|[^{}]{0,200})?-?\}\}")
_LIQUID = re.compile(
    r"\{%-?[^%]{0,500}%\}|\{\{-?\s*[a-z_][\w.\[\]'\"-]{0,200}\s*(?:\|[^{}]{0,200})?\}\}"
)
_ATTRIBUTES = re.compile(
    r"\{:{1,2}/?[^{}\n]{0,500}\}"  # kramdown: {:target="_blank"}, {: .class}, {::comment}
    r"|(?<=[)\]*_`])\{\s*(?:[.#][\w-]+|\w[\w-]*=(?:\"[^\"]*\"|'[^']*'|[\w-]+))"
    r"(?:\s+[^{}\n]{0,300})?\s*\}"  # Pandoc, directly behind what it is of
)
_DEFINITION = re.compile(
    r" {0,3}\[(?!\^)((?:\\.|[^\[\]\\]){1,300})\]:\s*(?:<([^<>\s]*)>|(\S+))"
    r"(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*"
)
_REFERENCE = re.compile(
    r"(?<![!\\\]])\[((?:\\.|[^\[\]\\]){1,500})\](?:\[((?:\\.|[^\[\]\\]){0,300})\])?(?![(\[:{])"
)
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})\s*")
_BULLET = re.compile(r"\s*(?:[*+-]|[0-9]{1,3}[.)])\s")
_HTML = re.compile(
    r"</?(?:ul|ol|dl|table|thead|tbody|tfoot|colgroup|col|section|article|main|header|footer|nav"
    r"|details)(?:\s[^<>]{0,500})?/?>|</(?:li|tr|td|th|h[1-6]|dt|dd|summary)\s*>",
    re.IGNORECASE,
)
_LISTS = re.compile(r"<(/?)(?:ul|ol)(?:\s[^<>]{0,500})?>", re.IGNORECASE)
_ITEM = re.compile(r"<(?:li|dt)(?:\s[^<>]{0,500})?>", re.IGNORECASE)
_TITLE = re.compile(r"<h([1-6])(?:\s[^<>]{0,500})?>", re.IGNORECASE)
_ROW = re.compile(
    r"<tr(?:\s[^<>]{0,500})?>(.*?)(?:</tr\s*>|(?=<tr[\s>])|$)", re.IGNORECASE | re.DOTALL
)
_CELL = re.compile(
    r"<t([dh])(?:\s[^<>]{0,500})?>(.*?)(?=<t[dh][\s>]|</t[dh]\s*>|$)", re.IGNORECASE | re.DOTALL
)
_OPEN = re.compile(r"<(tr|li)(?:\s[^<>]{0,500})?>(?!.*(?:</tr|</li|<[uo]l))", re.IGNORECASE)
_CLOSED = {
    "tr": re.compile(r"</tr", re.IGNORECASE),
    "li": re.compile(r"</li|</?[uo]l\b|<li\b", re.IGNORECASE),
}
_LONGEST_DATE = 20
_LONGEST_ROW = 50  # lines of HTML that one row of a table may stand on
_DELIMITER = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_DIVIDER = re.compile(r"(?<!\\)\|")
_LINK_ALONE = re.compile(r"\s*(?:!?\[[^\[\]]*\]\([^()\s]*\)|<?https?://\S+>?)\s*")


def rendered(lines: Iterator[SourceLine], today: date) -> Iterator[SourceLine]:
    """Yield a page's lines as their renderer reads them."""
    page = list(_rows(list(_plain(lines))))
    definitions = dict(reversed([found for line in page if (found := _defined(line.text))]))
    yield from _headings([_linked(line, definitions) for line in page], today)


def _plain(lines: Iterator[SourceLine]) -> Iterator[SourceLine]:
    """Take Liquid and attribute lists away, outside of code."""
    fence = raw = ""
    for line in lines:
        text = line.text
        match = _FENCE.match(text)
        if match and (not fence or match[1].startswith(fence)):
            fence = "" if fence else match[1]
        elif not fence and ("{" in text or raw):
            begins, ends = re.search(r"\{%-?\s*raw\b", text), re.search(r"\{%-?\s*endraw\b", text)
            kept = text if raw and not ends else _outside_code(text)
            raw = "" if ends else "raw" if begins else raw
            if text.strip() and not kept.strip():
                continue
            text = kept
        yield SourceLine(line.number, text, line.fault)


def _outside_code(text: str) -> str:
    """Return a line without what its renderer consumes, where that stands in no code."""
    kept, place = [], 0
    for code in _CODE.finditer(text):
        kept += [_consumed(text[place : code.start()]), code[0]]
        place = code.end()
    return "".join([*kept, _consumed(text[place:])])


def _consumed(text: str) -> str:
    if "{" not in text:
        return text
    pieces, place = [], 0
    for raw in _RAW.finditer(text):
        pieces += [_without_tags(text[place : raw.start()]), raw[1]]
        place = raw.end()
    return "".join([*pieces, _without_tags(text[place:])])


def _without_tags(text: str) -> str:
    text = _PATH.sub(r"\2", _POST.sub(r"\2", text))
    return _ATTRIBUTES.sub("", _LIQUID.sub("", text))


def _defined(text: str) -> tuple[str, str] | None:
    match = _DEFINITION.fullmatch(text)
    return (_label(match[1]), match[2] or match[3] or "") if match else None


def _label(text: str) -> str:
    return " ".join(text.split()).casefold()


def _linked(line: SourceLine, definitions: Mapping[str, str]) -> SourceLine:
    """Return a line whose links by reference have their addresses; a definition is blank."""
    if not definitions or "[" not in line.text:
        return line
    if _defined(line.text):
        return SourceLine(line.number, "", line.fault)

    def address(match: re.Match[str]) -> str:
        target = definitions.get(_label(match[2] or match[1]))
        return match[0] if target is None else f"[{match[1]}]({target})"

    return SourceLine(line.number, _REFERENCE.sub(address, line.text), line.fault)


def _headings(lines: Sequence[SourceLine], today: date) -> Iterator[SourceLine]:
    """Give underlined headings their signs. A rule below a story's last line underlines nothing."""
    skip = False
    for place, line in enumerate(lines):
        if skip:
            skip = False
            continue
        below = lines[place + 1].text if place + 1 < len(lines) else ""
        mark = _UNDERLINE.fullmatch(below)
        before = lines[place - 1].text if place else ""
        text = line.text
        if mark and text.strip() and not before.strip() and not _BULLET.match(text):
            level = 1 if mark[1][0] == "=" else 2
            if level == 1 or leading_date(text, today) is not None:
                skip = True
                yield SourceLine(line.number, f"{'#' * level} {text.strip()}", line.fault)
                continue
        yield line


def _rows(lines: Sequence[SourceLine]) -> Iterator[SourceLine]:
    """Make bullets of the rows of tables and of the items of HTML lists."""
    depth = place = 0
    fence = ""
    while place < len(lines):
        line = lines[place]
        match = _FENCE.match(line.text)
        if match and (not fence or match[1].startswith(fence)):
            fence = "" if fence else match[1]
        if fence or ("<" not in line.text and "|" not in line.text):
            yield line
            place += 1
        elif _is_table(lines, place):
            place += 2
            while place < len(lines) and "|" in lines[place].text:
                yield from _row(lines[place], _DIVIDER.split(lines[place].text.strip().strip("|")))
                place += 1
        elif opened := _OPEN.search(line.text):
            closed, end = _CLOSED[opened[1].casefold()], place + 1
            while end < min(len(lines), place + _LONGEST_ROW) and not closed.search(
                lines[end].text
            ):
                end += 1
            end += opened[1].casefold() == "tr" or (end < len(lines) and "</li" in lines[end].text)
            whole = " ".join(each.text.strip() for each in lines[place:end])
            yield from _html(SourceLine(line.number, whole, line.fault), depth)
            place = end
        else:
            yield from _html(line, depth)
            for tag in _LISTS.finditer(line.text):
                depth = max(0, depth - 1) if tag[1] else depth + 1
            place += 1


def _is_table(lines: Sequence[SourceLine], place: int) -> bool:
    below = lines[place + 1].text if place + 1 < len(lines) else ""
    return (
        "|" in lines[place].text
        and "|" in below
        and _DELIMITER.fullmatch(below) is not None
        and not _BULLET.match(lines[place].text)
    )


def _row(line: SourceLine, cells: Sequence[str]) -> Iterator[SourceLine]:
    """Yield the row as a bullet: what has words in its first line, links that stand alone below."""
    cells = [cell.strip().replace("\\|", "|") for cell in cells]
    alone = [cell for cell in cells if _LINK_ALONE.fullmatch(cell)]
    words = [cell for cell in cells if cell and cell not in alone]
    if all(cell[:1].isdigit() and len(cell) < _LONGEST_DATE for cell in words):
        # Nothing but a date, if that: the link's own words are the title.
        words, alone = [*words, *alone[:1]], alone[1:]
    if words:
        dates = [
            cell for cell in words[1:] if cell[:1].isdigit() and len(cell) < len("2021-04-01 ") * 2
        ]
        first = [*dates, *(cell for cell in words if cell not in dates)]
        yield SourceLine(line.number, f"* {' '.join(first[:2])}", line.fault)
        for cell in (*first[2:], *alone):
            yield SourceLine(line.number, f"  {cell}")
        yield SourceLine(line.number, "")


def _html(line: SourceLine, depth: int) -> Iterator[SourceLine]:
    rows = list(_ROW.finditer(line.text))
    if rows:
        for row in rows:
            cells = [(cell[1].casefold(), cell[2]) for cell in _CELL.finditer(row[1])]
            if any(kind == "d" for kind, _ in cells):
                yield from _row(line, [text for _, text in cells])
        return
    text = _TITLE.sub(lambda tag: f"\n{'#' * int(tag[1])} ", line.text)
    text = _HTML.sub("", _ITEM.sub("\n" + "  " * (depth - 1) + "* ", text))
    if text == line.text:
        yield line
        return
    parts = [part for part in text.split("\n") if part.strip()]
    for number, part in enumerate(parts or [""]):
        yield SourceLine(line.number, part, "" if number else line.fault)
