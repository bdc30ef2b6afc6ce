"""Draws a daily post as Discord and Slack show it, from the very JSON that they are sent.

uv run --group dev python -m tools.pictures FOLDER

Of both platforms: *-brief.png and *-full.png as on a phone, *-wide.png as on a desk.

It needs Chromium. No client of a platform draws it: fonts and spaces are close, not exact.
"""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.discord.cards.cards import draw_post
from adapters.slack.cards.cards import message
from bot.delivery.digest import DigestContent
from bot.i18n.translator import Translators
from bot.port.card import Card
from bot.views.digest import digest_card
from bot.views.sections import TagSections
from store.model import Entry, Layout, PublishedDate, Status

PHONE, DESK = 390, 700
"""Pixels that a client is wide."""
_PICTURED = (0, 2, 6, 9)
"""Which of the entries have a picture. Its address is nowhere: a square is drawn for it."""

_NOW = datetime(2026, 11, 26, 0, 0, tzinfo=UTC)
_NEWS = Path(__file__).with_suffix(".tsv")
"""Of each entry its site, tag, title and note, a line each, divided by tabs. None of it is true."""


def entries() -> tuple[Entry, ...]:
    """Return ten entries of one day, none of which is true."""
    return tuple(
        Entry(
            id=120 + number,
            title=title,
            url=f"https://{site}/{number}",
            links=(),
            note=note,
            image=f"https://{site}/{number}.png" if number in _PICTURED else None,
            published=PublishedDate(2026, 11, 26),
            language=None,
            tags=(tag,),
            added_by="minji",
            status=Status.PUBLISHED,
            created_at=_NOW,
            updated_at=_NOW,
            first_published_at=_NOW,
            key=None,
            votes=12 - number,
        )
        for number, (site, tag, title, note) in enumerate(
            line.split("\t") for line in _NEWS.read_text("utf-8").splitlines()
        )
    )


def post(layout: Layout) -> Card:
    """Return the post of that day, in Korean."""
    content = DigestContent(entries(), rest=3, late=False, slot=_NOW, leaves=True, layout=layout)
    words = Translators("ko").of("ko")
    return digest_card(content, words, "Asia/Seoul", TagSections.shipped())


_SQUARE = '<span class="picture"></span>'
_LINK = re.compile(r"\[((?:[^\[\]\\]|\\.)+)\]\(<?([^()<>\s]+)>?\)")
_SLACK_LINK = re.compile(r"&lt;([^|&]+)\|((?:(?!&gt;).)+)&gt;")
_STRONG = re.compile(r"\*\*(.+?)\*\*")
_SLACK_STRONG = re.compile(r"(?<![\w*])\*(.+?)\*(?!\w)")
_CODE = re.compile(r"`+([^`]+)`+")


def _discord_text(text: str) -> str:
    lines = []
    for line in text.split("\n"):
        small, large = line.startswith("-# "), re.match(r"#{1,3} ", line)
        drawn = html.escape(line[3:] if small else line[large.end() :] if large else line)
        drawn = _LINK.sub(lambda found: f'<a href="#">{found[1]}</a>', drawn)
        drawn = re.sub(
            r"\\(.)", r"\1", _CODE.sub(r"<code>\1</code>", _STRONG.sub(r"<b>\1</b>", drawn))
        )
        kind = "small" if small else "h2" if large else "p"
        lines.append(f"<{kind}>{drawn}</{kind}>")
    return "".join(lines)


def _discord(part: Mapping[str, Any]) -> str:
    inner = "".join(map(_discord, part.get("components", ())))
    drawn: dict[int, Callable[[], str]] = {
        1: lambda: f'<div class="row">{inner}</div>',
        2: lambda: f'<span class="button">{html.escape(str(part.get("label", "")))}</span>',
        3: lambda: f'<span class="menu">{html.escape(str(part.get("placeholder", "")))} ⌄</span>',
        9: lambda: f'<div class="line"><div>{inner}</div>{_SQUARE}</div>',
        10: lambda: _discord_text(str(part["content"])),
        14: lambda: "<hr>",
        17: lambda: f'<div class="box">{inner}</div>',
    }
    return drawn.get(int(part["type"]), lambda: inner)()


def _slack_text(text: Mapping[str, Any]) -> str:
    said = str(text["text"])
    drawn = html.escape(html.unescape(said) if text["type"] == "mrkdwn" else said)
    if text["type"] == "mrkdwn":
        drawn = _SLACK_LINK.sub(r'<a href="#">\2</a>', drawn)
        drawn = _CODE.sub(r"<code>\1</code>", _SLACK_STRONG.sub(r"<b>\1</b>", drawn))
    return drawn.replace("\n", "<br>")


def _slack(block: Mapping[str, Any]) -> str:
    match block["type"]:
        case "header":
            return f"<h2>{_slack_text(block['text'])}</h2>"
        case "section":
            beside = block.get("accessory", {}).get("type")
            more = {"image": _SQUARE, "overflow": '<span class="more">⋯</span>'}.get(beside, "")
            return f'<div class="line"><p>{_slack_text(block["text"])}</p>{more}</div>'
        case "context":
            inner = " ".join(_slack_text(one) for one in block["elements"] if "text" in one)
            return f"<small>{inner}</small>"
        case "divider":
            return "<hr>"
        case "actions":
            labels = (one.get("text", {}).get("text", "⋯") for one in block["elements"])
            inner = "".join(f'<span class="button">{html.escape(one)}</span>' for one in labels)
            return f'<div class="row">{inner}</div>'
        case _:
            return ""


_STYLES = {
    "discord": """
        body { background: #313338; color: #dbdee1 }
        a { color: #00a8fc }
        .box { background: #2b2d31; border-left: 4px solid #3b82f6; border-radius: 6px }
        .box { padding: 12px }
        small { color: #a5a8ad }
        hr { border-color: #45474d }
        .button { background: #4e5058 }
        .menu, code { background: #1e1f22 }
        .name small { background: #5865f2; color: #fff }
    """,
    "slack": """
        body { background: #fff; color: #1d1c1d }
        a { color: #1264a3 }
        small { color: #616061 }
        hr { border-color: #ddd }
        .button { background: #fff; border: 1px solid #bbb }
        code { background: #f6f6f6; color: #c01343 }
        .name small { background: #eee }
    """,
}
# A window is never narrower than 500 pixels, whatever is asked for: the body is.
_COMMON = """
    * { box-sizing: border-box }
    body { margin: 0; padding: 14px 12px 14px 60px; overflow-wrap: anywhere; position: relative }
    body { font: 15px/1.42 "Noto Sans CJK KR", "Noto Color Emoji", sans-serif }
    body { word-break: keep-all }
    a { text-decoration: none }
    p { margin: 2px 0 }
    h2 { font-size: 18px; margin: 0 0 4px }
    small { display: block; font-size: 12.5px; margin: 1px 0 }
    hr { border: 0; border-top: 1px solid; margin: 10px 0 }
    .row { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0 }
    .button { border-radius: 4px; padding: 4px 12px; font-size: 13.5px }
    .menu { flex: 1; border-radius: 4px; padding: 7px 12px; font-size: 13.5px }
    .line { display: flex; justify-content: space-between; gap: 10px }
    .picture { flex: none; width: 80px; height: 80px; border-radius: 6px }
    .picture { background: linear-gradient(135deg, #4f46e5, #22d3ee) }
    .face { position: absolute; left: 12px; width: 36px; height: 36px; border-radius: 18px }
    .face { background: #5865f2 }
    .more { color: #888 }
    code { border-radius: 3px; padding: 0 3px; font-size: 13px }
    .name { font-weight: 700; margin-bottom: 6px }
    .name small { display: inline; margin-left: 4px; padding: 0 4px; border-radius: 3px }
"""


def page(platform: str, layout: Layout, width: int = PHONE) -> str:
    """Return a page that shows the post."""
    card, words = post(layout), Translators("ko").of("ko")
    if platform == "discord":
        body = "".join(map(_discord, draw_post(card, "key", words)))
    else:
        body = "".join(map(_slack, message(card, words).blocks))
    style = f"<style>{_COMMON}{_STYLES[platform]}body {{ width: {width}px }}</style>"
    name = '<span class="face"></span><div class="name">AI News <small>APP</small></div>'
    head = f'<!doctype html><html lang="ko"><meta charset="utf-8">{style}'
    return f"{head}<body>{name}{body}</body></html>"


def main() -> None:
    """Draw all pictures into the folder that the command line names."""
    folder = Path(sys.argv[1])
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise SystemExit("Chromium is not installed.")
    with tempfile.TemporaryDirectory() as made:
        for platform in _STYLES:
            for name, layout, width in _PICTURES:
                source = Path(made, "page.html")
                source.write_text(page(platform, layout, width), encoding="utf-8")
                target = folder / f"{platform}-{name}.png"
                height = _height(chromium, source, width)
                _run(chromium, f"--screenshot={target}", f"--window-size={width},{height}", source)
                print(f"{target}: {width} × {height}")


_PICTURES = (
    ("brief", Layout.BRIEF, PHONE),
    ("full", Layout.FULL, PHONE),
    ("wide", Layout.BRIEF, DESK),
)


def _height(chromium: str, source: Path, width: int) -> int:
    """Return how high a page is at a width."""
    asking = source.with_name("asking.html")
    script = "<script>document.title=document.documentElement.offsetHeight</script>"
    asking.write_text(source.read_text("utf-8").replace("</html>", f"{script}</html>"), "utf-8")
    shown = _run(chromium, "--dump-dom", f"--window-size={width},800", asking)
    found = re.search(r"<title>(\d+)</title>", shown)
    return int(found[1]) if found else 2400


def _run(chromium: str, *arguments: object) -> str:
    source = Path(str(arguments[-1])).as_uri()
    command = [chromium, "--headless", "--no-sandbox", "--hide-scrollbars"]
    command += [*map(str, arguments[:-1]), source]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
