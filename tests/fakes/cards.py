"""Cards of every shape that a platform must be able to show.

`SHAPES` names each. Every card has, in `EXPECTED`, words that a reader must find in what the
platform shows of it. Hostile words are text like any other: shown, never obeyed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.port.card import Action, Card, LinkText, Section, Spans, Style, Text, Tone

PAPER = "https://arxiv.example/abs/2103.00020"
"""The address in most of the cards; `.example` names belong to nobody."""

RICH_MARKUP = "[red]not red[/red] [link=https://evil.example]words[/link] :smile:"
ANSI = "\x1b[31mnot red\x1b[0m \x1b]8;;https://evil.example\x07words\x1b]8;;\x07 \x1b[2J\x9b1A"
DISCORD_MARKUP = "@everyone <@123456789012345678> <@&1> **not bold** # no heading ||no spoiler||"
SLACK_MARKUP = "<!channel> <@U012AB3CD> *not bold* <https://evil.example|words> &lt;"
CODE_FENCE = "```python\nprint('no code')\n```"
BIDI = "\u202egnp.exe\u202c \u2066isolated\u2069 \u200fmarked"
CONTROLS = "bell\x07 back\x08space null\x00 return\rfeed\x0c next\x85line"
COMBINING = "z" + "\u0335" * 300 + "algo"
SURROGATE = "half \ud83d a face"
FAMILY = "👩‍👩‍👧‍👦 가족 🇰🇷 👍🏽 e\u0301"
ARABIC = "الذكاء الاصطناعي يكتب الأخبار"
HEBREW = "בינה מלאכותית"
JAPANESE = "人工知能のニュースを毎日まとめて配信します" * 6


def message(text: str, *, tone: Tone = Tone.INFO, language: str = "en") -> Card:
    """Return a card of one sentence."""
    return Card(summary=text, language=language, lead=((Text(text),),), tone=tone)


def entry(
    number: int = 12,
    title: str = "CLIP: connecting text and images",
    *,
    url: str | None = PAPER,
    body: tuple[Spans, ...] = ((Text("A picture and its words, learned together."),),),
    image: str | None = None,
) -> Section:
    """Return a section as an entry has one, with all its actions."""
    words = {"id": str(number)}
    return Section(
        heading=(LinkText(title, url) if url else Text(title, Style.STRONG),),
        body=body,
        meta=(Text("January 5, 2021"), Text(" · arxiv.example · #vision")),
        image=image,
        image_title=title,
        entry_id=number,
        actions=(
            Action("Details", "show", words),
            Action("Save", "save", words),
            Action("👍 3", "vote", words),
        ),
        curator_actions=(Action("Edit", "edit", words), Action("Retract", "retract", words)),
    )


def digest(
    *sections: Section, title: str = "AI news · Mon, Nov 23, 2026", footer: str = ""
) -> Card:
    """Return a card as a post has one."""
    return Card(
        summary=title,
        language="en",
        title=(Text(title, Style.STRONG),),
        sections=sections,
        footer=(Text(footer, Style.QUIET),) if footer else (),
        tone=Tone.NEWS,
    )


def _everything() -> Card:
    body = (
        (
            Text("Plain, "),
            Text("strong", Style.STRONG),
            Text(", "),
            Text("found", Style.MARKED),
            Text(", "),
            Text("quiet", Style.QUIET),
            Text(", "),
            Text("typed", Style.CODE),
            Text(" and "),
            LinkText("a link", "https://openai.example/blog/clip"),
            Text("."),
        ),
        (
            Text("• "),
            Text(
                "an item that is long enough to go on in a second line, below its own words and "
                "not below its bullet"
            ),
        ),
        (Text("\u2003◦ "), Text("an item inside the item")),
        (Text("\u2003\u2003▪ "), Text("and one more inside")),
    )
    return Card(
        summary="Latest AI news: CLIP and DALL·E",
        language="en",
        title=(Text("Latest AI news", Style.STRONG),),
        lead=((Text("Late: this post was due at 09:00.", Style.QUIET),),),
        sections=(
            entry(112, body=body, image="https://img.example/clip.png"),
            entry(9, "DALL·E: creating images from text", url="https://openai.example/dall-e"),
        ),
        footer=(Text("3 more entries come with the next post.", Style.QUIET),),
        actions=(Action("Next page", "latest", {"count": "5", "page": "2"}),),
        tone=Tone.NEWS,
    )


def _korean() -> Card:
    title = "국내 연구진, 한국어 초거대 언어 모델 공개…누구나 내려받아 쓸 수 있다"
    return Card(
        summary="최근 AI 소식",
        language="ko",
        title=(Text("최근 AI 소식", Style.STRONG),),
        sections=(
            entry(
                7,
                title,
                body=(
                    (
                        Text(
                            "모델과 학습 자료를 함께 공개했고, 상업적으로도 쓸 수 있습니다. "
                            "매개변수는 130억 개이며 한 장의 그래픽 카드에서 돌아갑니다."
                        ),
                    ),
                    (Text("• "), Text("한국어 자료는 5,600억 토큰입니다")),
                ),
            ),
        ),
        tone=Tone.NEWS,
    )


def _links() -> Card:
    lines: tuple[Spans, ...] = tuple(
        (
            Text("• "),
            LinkText(f"Further link {number}", f"https://site{number}.example/a?id={number}"),
        )
        for number in range(1, 11)
    )
    return digest(entry(body=((Text("Further links", Style.STRONG),), *lines)))


def _hostile_everywhere() -> Card:
    hostile = f"{RICH_MARKUP} {ANSI} {DISCORD_MARKUP} {SLACK_MARKUP} {BIDI} {CONTROLS}"
    action = Action(hostile, "search", {"words": hostile, hostile: hostile})
    span = Text(hostile)
    return Card(
        summary=hostile,
        language="en",
        title=(span,),
        lead=(
            (span, Text(hostile, Style.CODE), LinkText(hostile, f"https://a.example/{hostile}")),
        ),
        sections=(
            Section(
                heading=(LinkText(hostile, f"https://b.example/{hostile}"),),
                body=((span,), (LinkText("no web address", "javascript:alert(1)"),)),
                meta=(span,),
                image=f"https://c.example/{hostile}",
                image_title=hostile,
                entry_id=1,
                full=action,
                actions=(action,),
                curator_actions=(action,),
            ),
        ),
        footer=(span,),
        actions=(action,),
    )


def _bare() -> Card:
    return Card(summary="Only a summary", language="en")


def _help() -> Card:
    lines: tuple[Spans, ...] = (
        (Text("/ainews latest [count] [tag]", Style.CODE), Text(" The newest AI news")),
        (Text("/ainews search WORDS", Style.CODE), Text(" Search the digest")),
    )
    return Card(
        summary="What you can type",
        language="en",
        title=(Text("What you can type", Style.STRONG),),
        sections=(
            Section(heading=(Text("For everyone", Style.STRONG),), body=lines),
            Section(heading=(Text("For moderators", Style.STRONG),), body=lines[:1]),
        ),
        footer=(Text("help search", Style.CODE), Text(" says more about one of them.")),
        actions=(Action("Latest", "latest"), Action("Tags", "tags")),
    )


def line(number: int, title: str, said: str, group: str = "", url: str = PAPER) -> Section:
    """Return a section as a brief post has one for all but its first entry."""
    whole = entry(number, title, url=url)
    meta = (Text(said),) if said else ()
    return replace(whole, body=(), meta=meta, group=group, brief=True)


def brief(*sections: Section) -> Card:
    """Return a card as a brief post has one."""
    card = digest(*sections, footer="2 more come with the next post.")
    count: Spans = (Text(f"{len(sections)} new entries", Style.QUIET),)
    return replace(card, lead=(count,), menu="Choose a story for details or saving…")


def _brief() -> Card:
    """Ten entries, one that leads and nine under four headings."""
    return brief(
        entry(1, "GPT-5.5 mini: 추론 비용을 절반으로", image="https://a.example/lead.png"),
        line(2, "네이버, 추론 모델 오픈 소스 공개", "clova.example — 상업적 이용이…", "🧠 모델"),
        line(3, "카카오, 온디바이스 음성 모델 공개", "kakao.example — 1초 안에 답합니다."),
        line(4, "SAM 4: Segment Anything", "meta.example — 영상과 소리를 함께 받습니다."),
        line(5, "Claude Code gets agents", "anthropic.example — Agents can run.", "🛠️ 도구"),
        line(6, "vLLM 0.14: prefix caching", "vllm.example"),
        line(7, "TiDAR: Think in Diffusion", "arxiv.example — Drafts many tokens.", "📄 논문"),
        line(8, "LoRA Without Regret", "think.example — When rank is chosen well."),
        line(9, "EU AI Act 시행 1년 연기", "aitimes.example — 미루기로 했습니다.", "🏛️ 정책"),
        line(10, "The State of AI Report 2026", "stateof.example — 올해의 정리."),
    )


def _brief_and_hostile() -> Card:
    wild = f"{DISCORD_MARKUP} {SLACK_MARKUP} {CODE_FENCE} {ANSI}"
    url = f"https://long.example/{'%EA%B0%80' * 60}"
    return brief(
        entry(1, wild, url=url),
        *(line(number, wild * 3, wild * 2, wild, url) for number in range(2, 12)),
    )


SHAPES: Mapping[str, Callable[[], Card]] = {
    "everything": _everything,
    "korean": _korean,
    "summary alone": _bare,
    "help": _help,
    "a sentence": lambda: message("Saved: CLIP", tone=Tone.DONE),
    "a refusal": lambda: message("There is no entry 99.", tone=Tone.REFUSED),
    "a failure": lambda: message("The database is locked.", tone=Tone.FAILED),
    "no image, no link, no note": lambda: digest(entry(url=None, body=())),
    "empty texts": lambda: digest(entry(title="", body=((), (Text(""),), (LinkText("", PAPER),)))),
    "a very long title": lambda: digest(entry(title="Attention is all you need, again. " * 60)),
    "a title without spaces": lambda: digest(entry(title="x" * 3000)),
    "a very long note": lambda: digest(entry(body=((Text("word " * 1500),),) * 3)),
    "a very long address": lambda: digest(entry(url=f"https://long.example/{'a' * 1900}?id=1")),
    "ten links": _links,
    "fifty entries": lambda: digest(*(entry(number) for number in range(1, 51)), footer="and more"),
    "right to left": lambda: digest(entry(title=f"{ARABIC} {HEBREW}", body=((Text(ARABIC),),))),
    "emoji": lambda: digest(entry(title=FAMILY, body=((Text(FAMILY * 30),),))),
    "japanese": lambda: digest(entry(title=JAPANESE, body=((Text(JAPANESE),),))),
    "rich markup": lambda: digest(entry(title=RICH_MARKUP), title=RICH_MARKUP),
    "escape sequences": lambda: digest(entry(title=ANSI), title=ANSI),
    "markdown and mentions": lambda: digest(
        entry(title=DISCORD_MARKUP, body=((Text(SLACK_MARKUP),),)), title=SLACK_MARKUP
    ),
    "a code fence": lambda: digest(entry(title=CODE_FENCE, body=((Text(CODE_FENCE),),))),
    "direction overrides": lambda: digest(entry(title=BIDI), title=BIDI),
    "control characters": lambda: digest(entry(title=CONTROLS, body=((Text(CONTROLS),),))),
    "stacked marks": lambda: digest(entry(title=COMBINING)),
    "half a surrogate pair": lambda: digest(entry(title=SURROGATE), title=SURROGATE),
    "a link that is no web address": lambda: digest(
        entry(url="javascript:alert(1)", body=((LinkText("file", "file:///etc/passwd"),),))
    ),
    "hostile everywhere": _hostile_everywhere,
    "brief": _brief,
    "brief and hostile": _brief_and_hostile,
    "only titles": lambda: brief(*(line(number, f"Title {number}", "") for number in range(1, 6))),
}

EXPECTED: Mapping[str, tuple[str, ...]] = {
    "everything": ("Latest AI news", "CLIP", "strong", "a link", "DALL·E", "3 more entries"),
    "korean": ("최근 AI 소식", "국내 연구진", "상업적으로도", "5,600억"),
    "summary alone": ("Only a summary",),
    "help": ("For everyone", "/ainews search WORDS"),
    "a sentence": ("Saved: CLIP",),
    "a refusal": ("There is no entry 99.",),
    "a failure": ("The database is locked.",),
    "no image, no link, no note": ("CLIP",),
    "a very long title": ("Attention is all you need",),
    "a title without spaces": ("x" * 20,),
    "a very long note": ("word word",),
    "a very long address": ("CLIP",),
    "ten links": ("Further link 1", "Further link 10"),
    "fifty entries": ("and more",),
    "right to left": (ARABIC.split(maxsplit=1)[0],),
    "emoji": ("가족",),
    "japanese": ("人工知能",),
    "rich markup": ("not red",),
    "escape sequences": ("not red",),
    "markdown and mentions": ("everyone", "words"),
    "a code fence": ("print('no code')",),
    "direction overrides": ("gnp.exe",),
    "control characters": ("bell",),
    "stacked marks": ("algo",),
    "half a surrogate pair": ("a face",),
    "a link that is no web address": ("CLIP",),
    "brief": ("10 new entries", "GPT-5.5", "🧠 모델", "Report 2026", "올해의 정리", "2 more"),
    "brief and hostile": ("everyone",),
    "only titles": ("Title 1", "Title 5"),
}
