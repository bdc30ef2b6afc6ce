"""Pages as many hands write them, imported into a real store."""

from __future__ import annotations

import io

import pytest

from bot.importers.importer import import_file
from store.store import DigestStore
from tests.bot.importers.pages import TODAY
from tests.bot.importers.taking import BY, said, taken

PAGES = {
    "attribute lists": (
        """---
layout: page
title: 소식
---
{:.no_toc}
## 모음 {#list}
* [학회 소식](https://news.example/a/){:target="_blank"}{: .out} (2025-03-04)
{: .story}
* 2025-03-05 **새**{: .hot} [모델](https://news.example/b){target=_blank}
  ![그림](/b.png){: width="300" }
* 2025-03-06 `{: 그대로 }` 쓰기 {::comment}숨김{:/comment}
  https://news.example/c
### 2025.03.07 제목 {#id .class}
https://news.example/d
""",
        [
            ("2025-03-04", "학회 소식", "a/"),
            ("2025-03-05", "새 모델", "b"),
            ("2025-03-06", "{: 그대로 } 쓰기", "c"),
            ("2025-03-07", "제목", "d"),
        ],
        ["모음"],
    ),
    "link forms": (
        """* 2025-03-04 [A title that is
  wrapped](https://news.example/wrapped)
* 2025-03-05 [Upper][ID] case
[id]: https://news.example/upper 'words'
* [2025-03-06 dated words][far]
* 2025-03-07 [Angle](<https://news.example/angle>) and [no such][one]
* 2025-03-08 <a href="https://news.example/anchor"
  target="_blank">an anchor on
  two lines</a>
* 2025-03-09 With a note[^1] https://news.example/main
* 2025-03-10 [![badge](https://img.example/b.svg)](https://news.example/badge) Badged

[far]:
  https://news.example/far
[^1]: https://news.example/foot
""",
        [
            ("2025-03-04", "A title that is wrapped", "wrapped"),
            ("2025-03-05", "Upper case", "upper"),
            ("2025-03-06", "dated words", "far"),
            ("2025-03-07", "Angle and [no such][one]", "angle"),
            ("2025-03-08", "an anchor on two lines", "anchor"),
            ("2025-03-09", "With a note", "main"),
            ("2025-03-10", "Badged", "badge"),
        ],
        [],
    ),
    "character references": (
        """* 2025-03-04 &Eacute;tude &frac12; &hearts; &nosuch; AT&T &#44032;&#x1F600;
  https://news.example/a?x=1&amp;y=2
* 2025-03-05 [&lt;b&gt; &rarr; &hellip;](https://news.example/b)
* 2025-03-06 `&middot;` &ldquo;따옴표&rdquo;&nbsp;끝 <https://news.example/c>
""",
        [
            ("2025-03-04", "Étude ½ ♥ &nosuch; AT&T 가😀", "a?x=1&y=2"),
            ("2025-03-05", "<b> → …", "b"),
            ("2025-03-06", "· “따옴표” 끝", "c"),
        ],
        [],
    ),
    "dates above": (
        """# 2025
## 3월
### 4일
* [첫째 글](https://news.example/1)
## March 5
- [Second one](https://news.example/2)

**2025.03.06**

- [Third one](https://news.example/3)
  > a note
- 2025.03.07 [Fourth one](https://news.example/4)

2025-03-08

* 다섯째
  https://news.example/5

2025-03-09

| [Fifth in a row](https://news.example/5a) | words |
## 2025년 4월 소식
### Papers
* [Sixth one](https://news.example/6)
### [Seventh one](https://news.example/7)
## Week of May 1, 2025
1. [Eighth one](https://news.example/8)
* 2025-06-01
  * [Ninth one](https://news.example/9)
* Code
  * [Tenth one](https://news.example/10)
## Other things
* [Eleventh one](https://news.example/11)
""",
        [
            ("2025-03-04", "첫째 글", "1"),
            ("2025-03-05", "Second one", "2"),
            ("2025-03-06", "Third one", "3"),
            ("2025-03-07", "Fourth one", "4"),
            ("2025-03-08", "다섯째", "5"),
            ("2025-03-09", "Fifth in a row", "5a"),
            ("2025-04", "Sixth one", "6"),
            ("2025-04", "Seventh one", "7"),
            ("2025-05-01", "Eighth one", "8"),
            ("2025-06-01", "Ninth one", "9"),
            ("2025-05-01", "Tenth one", "10"),
            ("2025", "Eleventh one", "11"),
        ],
        ["Papers", "Code", "Other things"],
    ),
    "English dates": (
        """* Sept. 5th, 2024 — Words https://news.example/1
* [Paper B](https://news.example/2), May 2024
* [Paper C](https://news.example/3) - May 12, 2024
* Paper D (Lab, May 12, 2024) https://news.example/4
* Thu, 1 Aug 2024: Paper E https://news.example/5
* DECEMBER 2023 | Paper F https://news.example/6
* May the force https://news.example/7
* Paper H (Apr. '23) https://news.example/8
* 2021-Apr-01 Paper I https://news.example/9
* 1–3 August 2024 Paper J https://news.example/10
""",
        [
            ("2024-09-05", "Words", "1"),
            ("2024-05", "Paper B", "2"),
            ("2024-05-12", "Paper C", "3"),
            ("2024-05-12", "Paper D", "4"),
            ("2024-08-01", "Paper E", "5"),
            ("2023-12", "Paper F", "6"),
            ("", "May the force", "7"),
            ("2023-04", "Paper H", "8"),
            ("2021-04-01", "Paper I", "9"),
            ("2024-08-01", "Paper J", "10"),
        ],
        [],
    ),
    "years of two digits": (
        """* 21-04-01 하나 https://news.example/1
* 21년 4월 2일 둘 https://news.example/2
* 셋 ('21.4) https://news.example/3
* 넷 (21.04.04, 구글) https://news.example/4
* [210405] 다섯 https://news.example/5
* 21.4.6(화) 여섯 https://news.example/6
* 33.3.3 판 https://news.example/7
* 3021.04.01 여덟 https://news.example/8
""",
        [
            ("2021-04-01", "하나", "1"),
            ("2021-04-02", "둘", "2"),
            ("2021-04", "셋", "3"),
            ("2021-04-04", "넷", "4"),
            ("2021-04-05", "다섯", "5"),
            ("2021-04-06", "여섯", "6"),
            ("", "33.3.3 판", "7"),
            ("", "3021.04.01 여덟", "8"),
        ],
        [],
    ),
    "list marks": (
        """● 첫째 글
https://news.example/1
● 둘째 글
https://news.example/2
◆ 2025.03.03 셋째
https://news.example/3
① 2025.03.04 넷째
https://news.example/4
(2) 2025.03.05 다섯째
https://news.example/5
가. 2025.03.06 여섯째
https://news.example/6
2025.03.07 표시 없는 일곱째
https://news.example/7
👉 2025.03.08 여덟째 https://news.example/8
※ 모두 여덟 가지
""",
        [
            ("", "첫째 글", "1"),
            ("", "둘째 글", "2"),
            ("2025-03-03", "셋째", "3"),
            ("2025-03-04", "넷째", "4"),
            ("2025-03-05", "다섯째", "5"),
            ("2025-03-06", "여섯째", "6"),
            ("2025-03-07", "표시 없는 일곱째", "7"),
            ("2025-03-08", "여덟째", "8"),
        ],
        [],
    ),
    "marks before a date": (
        """- ⭐️ **[2025.3.4]** 하나 https://news.example/1
- :tada: `2025/03/05` 둘 https://news.example/2
- [X] (2025-03-06) 셋 https://news.example/3
- [NEW!] 2025-03-07: 넷 https://news.example/4
- 📢 <code>2025-03-08</code> 다섯 https://news.example/5
""",
        [
            ("2025-03-04", "하나", "1"),
            ("2025-03-05", "둘", "2"),
            ("2025-03-06", "셋", "3"),
            ("2025-03-07", "넷", "4"),
            ("2025-03-08", "다섯", "5"),
        ],
        [],
    ),
    "Liquid": (
        """---
layout: page
---
{% for post in site.posts %}
* 2025-03-04 [{{ post.title }}]({{ post.url }}) 하나 https://news.example/1
{% endfor %}
{% comment %}
* 2025-03-05 숨은 글 https://news.example/hidden
{% endcomment %}
* 2025-03-06 {{ "둘" | escape }} {%- include icon.html -%} https://news.example/2
{% raw %}
* 2025-03-07 {{ 셋.title }} https://news.example/3
{% endraw %}
* 2025-03-08 [넷]({{ '/a' | relative_url }}) {{< player 5 >}} https://news.example/4
""",
        [
            ("2025-03-04", "하나", "1"),
            ("2025-03-06", "둘", "2"),
            ("2025-03-07", "{{ 셋.title }}", "3"),
            ("2025-03-08", "넷", "4"),
        ],
        [],
    ),
    "Korean after an address": (
        """* 2025-03-04 링크(https://news.example/1)입니다
* 2025-03-05 https://news.example/2에서 봅니다
* 2025-03-06 여기 「https://news.example/3」를
* 2025-03-07 위키 https://news.example/wiki/인공지능_(컴퓨터)를 봄
""",
        [
            ("2025-03-04", "링크 입니다", "1"),
            ("2025-03-05", "에서 봅니다", "2"),
            ("2025-03-06", "여기 를", "3"),
            ("2025-03-07", "위키 를 봄", "wiki/인공지능_(컴퓨터)"),
        ],
        [],
    ),
    "tables": (
        """| 날짜 | 회사 | 제목 | 링크 |
|:--|:-:|--|--|
| 2025.03.04 | 아무개 | 새 모델 | [논문](https://news.example/1), [코드](https://code.example/1) |
| 2025.03.05 | 홍길동 | [둘째 모델](https://news.example/2) | |
| | | 날짜도 링크도 없음 | |

Name | Date
--- | ---
[Third model](https://news.example/3) | Mar 6, 2025
Nothing | none

| 2025-03-07 | Fourth | https://news.example/4 |
| 2025-03-08 | Fifth | <https://news.example/5> |
""",
        [
            ("2025-03-04", "새 모델", "1"),
            ("2025-03-05", "둘째 모델", "2"),
            ("2025-03-06", "Third model", "3"),
            ("2025-03-07", "Fourth", "4"),
            ("2025-03-08", "Fifth", "5"),
        ],
        ["날짜도 링크도 없음", "Nothing none"],
    ),
    "HTML": (
        """<h2>2025-03</h2>
<ol>
  <li>
    <a href="https://news.example/1">First item</a>
    <p>설명</p>
  </li>
  <li><a href='https://news.example/2'>Second item</a><ul><li>세부</li></ul></li>
</ol>
<!-- <ul><li>2025-03-01 hidden https://news.example/hidden</li></ul> -->
<table>
<tr><th>Date</th><th>Title</th><th>URL</th></tr>
<tr>
  <td>2025-03-05</td><td>Third</td><td><a href=https://news.example/3?a=b>link</a></td>
</tr>
</table>
<dl><dt>2025-03-06 Fourth</dt><dd><a href="https://news.example/4">here</a></dd></dl>
<ul><li>Nothing of its own</li></ul>
""",
        [
            ("2025-03", "First item", "1"),
            ("2025-03", "Second item", "2"),
            ("2025-03-05", "Third", "3?a=b"),
            ("2025-03-06", "Fourth", "4"),
            ("2025-03", "Nothing of its own", ""),
        ],
        [],
    ),
    "underlined headings": (
        """소식
====

March 4, 2025
-------------
* [First one](https://news.example/1)

2025-03-05 Second
-----------------
Words.
https://news.example/2
2025-03-06 Third
---
https://news.example/3
""",
        [
            ("2025-03-04", "First one", "1"),
            ("2025-03-05", "Second", "2"),
            ("2025-03-06", "Third", "3"),
        ],
        ["소식"],
    ),
    "marks of documents and messengers": (
        """ㅇ 2025.03.04 하나
https://news.example/1
1️⃣ 2025.03.05 둘
https://news.example/2
[3] 2025.03.06 셋
https://news.example/3
Ⅳ. 2025.03.07 넷
https://news.example/4
v 2025.03.08 다섯
https://news.example/5
#6 2025.03.09 여섯
https://news.example/6
""",
        [
            ("2025-03-04", "하나", "1"),
            ("2025-03-05", "둘", "2"),
            ("2025-03-06", "셋", "3"),
            ("2025-03-07", "넷", "4"),
            ("2025-03-08", "다섯", "5"),
            ("2025-03-09", "여섯", "6"),
        ],
        [],
    ),
    "bullets that stand further out": (
        """* 2025-03-04
    1. [One](https://news.example/1)
    2. Two https://news.example/2
* LLM
  * 2025-03-05 [Three](https://news.example/3)
○ [Four](https://news.example/4)
▶ [Five](https://news.example/5)
""",
        [
            ("2025-03-04", "One", "1"),
            ("2025-03-04", "Two", "2"),
            ("2025-03-05", "Three", "3"),
            ("", "Four", "4"),
            ("", "Five", "5"),
        ],
        ["LLM"],
    ),
    "a date on a line of its own": (
        """* 2025-03-04
  [Title below](https://news.example/1)
* [Date below](https://news.example/2)
  - Date: Mar 5, 2025
* [Said](https://news.example/3) — posted on March 6, 2025
* [HTML](https://news.example/4) <time datetime="2025-03-07T09:00">last week</time>
""",
        [
            ("2025-03-04", "Title below", "1"),
            ("2025-03-05", "Date below", "2"),
            ("2025-03-06", "Said", "3"),
            ("2025-03-07", "HTML", "4"),
        ],
        [],
    ),
    "days whose year stands above": (
        """## 2025
- 3/4 [One](https://news.example/1)
- **03.05**: [Two](https://news.example/2)
- [Three](https://news.example/3) (Mar 6)
- 3.5 Sonnet https://news.example/3a
## 2025년 3월
- 7일 [Four](https://news.example/4)
- [Five](https://news.example/5) (3/8)
- [Five of six](https://news.example/5a) (1/2)
=== 2025.03.09 ===
- [Six](https://news.example/6)
■ 2025.03.10
- [Seven](https://news.example/7)
""",
        [
            ("2025-03-04", "One", "1"),
            ("2025-03-05", "Two", "2"),
            ("2025-03-06", "Three", "3"),
            ("2025", "3.5 Sonnet", "3a"),
            ("2025-03-07", "Four", "4"),
            ("2025-03-08", "Five", "5"),
            ("2025-03", "Five of six (1/2)", "5a"),
            ("2025-03-09", "Six", "6"),
            ("2025-03-10", "Seven", "7"),
        ],
        [],
    ),
    "headings above their fields": (
        """# One

Date: March 4, 2025
URL: https://news.example/1

Words.

# Two
- **Date**: 2025-03-05
- **Link**: https://news.example/2
# Three
https://news.example/3

## [Four](https://news.example/4)
2025-03-07

- 다섯
  - 링크: https://news.example/5
""",
        [("2025-03-04", "One", "1"), ("2025-03-05", "Two", "2"), ("2025-03-07", "Four", "4")],
        ["Three", "https://news.example/3"],
    ),
    "titles above their fields": (
        """제목: 하나
날짜: 2025.03.04
링크: https://news.example/1

[신문] 둘
2025.03.05
https://news.example/2

앞의 말
https://news.example/0

2025.03.06

셋
https://news.example/3

- 넷
  - 링크: https://news.example/4
  - 태그: llm, 논문
""",
        [
            ("2025-03-04", "하나", "1"),
            ("2025-03-05", "[신문] 둘", "2"),
            ("2025-03-06", "셋", "3"),
            ("2025-03-06", "넷", "4"),
        ],
        ["앞의 말", "https://news.example/0"],
    ),
    "what other programs write": (
        """--------------- 2025년 3월 4일 화요일 ---------------
[홍길동] [오전 9:05] 하나
https://news.example/1
[김철수] [오후 3:10] 좋네요
* 2025-03-05 [[note|둘]] ==표시== %%hidden%% https://news.example/2
\\- 2025-03-06 셋 https://news.example/3
　* 2025-03-07　[https://news.example/4 넷]
* 2025-03-08 `다섯 <https://news.example/5>`_
* 2025-03-09 [여섯|https://news.example/6]
* 2025-03-10 [[https://news.example/7][일곱]]
* 2025-03-11 여덟<br>설명<br>https://news.example/8
* [ ] [아홉](https://news.example/9) 📅 2025-03-12
##2025-03-13
* [열](https://news.example/10) → [코드](https://code.example/10)
* [arXiv 2025.03] [열하나](https://news.example/11)
""",
        [
            ("2025-03-04", "하나", "1"),
            ("2025-03-05", "둘 표시", "2"),
            ("2025-03-06", "셋", "3"),
            ("2025-03-07", "넷", "4"),
            ("2025-03-08", "다섯", "5"),
            ("2025-03-09", "여섯", "6"),
            ("2025-03-10", "일곱", "7"),
            ("2025-03-11", "여덟", "8"),
            ("2025-03-12", "아홉", "9"),
            ("2025-03-13", "열", "10"),
            ("2025-03", "열하나", "11"),
        ],
        [],
    ),
    "a page quoted as a whole": (
        """> * 2025-03-04 [하나](https://news.example/1)
>   말
>
> * [2024 결산] 둘 (2025-03-05) https://news.example/2
> * **2025-03-06**<br>[셋](https://news.example/3)
""",
        [
            ("2025-03-04", "하나", "1"),
            ("2025-03-05", "[2024 결산] 둘", "2"),
            ("2025-03-06", "셋", "3"),
        ],
        [],
    ),
    "a page indented as a whole": (
        """    - 2025-03-04 [하나](https://news.example/1)
    - 2025-03-05 [둘](https://news.example/2)
""",
        [("2025-03-04", "하나", "1"), ("2025-03-05", "둘", "2")],
        [],
    ),
    "headings with a week, a quarter or a sign": (
        """## 2025년 3월 첫째 주 소식
- [One](https://news.example/1)
## 📅 2025-03-05
- [Two](https://news.example/2)
## 2025
### 4월 2주차
- [Three](https://news.example/3)
## 2025 Q3
- [Four](https://news.example/4)
## 2025년 상반기
- [Five](https://news.example/5)
""",
        [
            ("2025-03", "One", "1"),
            ("2025-03-05", "Two", "2"),
            ("2025-04", "Three", "3"),
            ("2025", "Four", "4"),
            ("2025", "Five", "5"),
        ],
        [],
    ),
    "drawn tables, and cells over several rows": (
        """+------------+-------------------------------+
| Date       | Title                         |
+============+===============================+
| 2025-03-04 | [One](https://news.example/1) |
+------------+-------------------------------+

<table><tr><th>Date</th><th>News</th></tr>
<tr><td rowspan="2">2025-03-05</td><td><a href="https://news.example/2">Two</a></td></tr>
<tr><td><a href="https://news.example/3">Three</a></td></tr>
<tr><td>2025-03-06</td><td><a href="https://news.example/4">Four</a></td></tr></table>
""",
        [
            ("2025-03-04", "One", "1"),
            ("2025-03-05", "Two", "2"),
            ("2025-03-05", "Three", "3"),
            ("2025-03-06", "Four", "4"),
        ],
        [],
    ),
    "paragraphs and terms of HTML": (
        """* 2025-03-04 [One](https://news.example/1)

<p>2025-03-05 <a href="//news.example/2">Two</a><br>
2025-03-06 <a href="https://news.example/3">Three</a></p>
<dl><dt>2025-03-07</dt><dd><a href="https://news.example/4">Four</a></dd></dl>
""",
        [
            ("2025-03-04", "One", "1"),
            ("2025-03-05", "Two", "2"),
            ("2025-03-06", "Three", "3"),
            ("2025-03-07", "Four", "4"),
        ],
        [],
    ),
    "references by Windows's numbers, links without a scheme": (
        """* 2025-03-04 It&#146;s &#147;here&#148;
  https://news.example/1
* [Second][s] (2025-03-05)

[s]: //news.example/2
""",
        [("2025-03-04", "It’s “here”", "1"), ("2025-03-05", "Second", "2")],
        [],
    ),
    "copies from Slack, Org and notes with footnotes": (
        """• `2025-03-04` :tada: One <https://news.example/1|the link>
• <2025-03-05 Wed> [Two](https://news.example/2)[^1]

[^1]:
    It goes on, with https://news.example/x
""",
        [("2025-03-04", ":tada: One the link", "1"), ("2025-03-05", "Two", "2")],
        ["[^1]:"],
    ),
    "lines outside of stories": (
        """[Kim] [15:04] https://news.example/a
[Lee] [15:05] Words
[Lee] [15:06] https://news.example/b

* 2025-03-04 [One](https://news.example/1)
""",
        [("2025-03-04", "One", "1")],
        ["[Kim] [15:04] https://news.example/a", "[Lee] [15:06] https://news.example/b"],
    ),
    "underlined headings of two depths": (
        """2025-03-04 One
==============
https://news.example/1

[Two](https://news.example/2) (2025-03-05)
------------------------------------------
Words.

Later
-----
""",
        [("2025-03-04", "One", "1"), ("2025-03-05", "Two", "2")],
        ["Later"],
    ),
}


@pytest.mark.parametrize("kind", PAGES)
async def test_a_page_is_read_as_it_was_meant(store: DigestStore, kind: str) -> None:
    text, expected, skipped = PAGES[kind]

    entries, report = await taken(store, text)

    assert [said(entry) for entry in entries] == expected
    assert [skip.text for skip in report.skips] == skipped
    assert (report.problems, report.not_taken) == (0, 0)
    assert not any("{%" in entry.note or "{:" in entry.note for entry in entries)
    again = await import_file(store.entries, io.BytesIO(text.encode()), by=BY, today=TODAY)
    assert (again.added, again.updated, again.unchanged) == (0, 0, len(expected))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            "* 03/04/2021 T https://a.example/",
            "“03/04/2021” may mean 2021-03-04 / 2021-04-03. Type the one you mean.",
        ),
        (
            "* '99.12.31 T https://a.example/",
            "“'99.12.31” would be 2099-12-31, which is still to come.",
        ),
        ("* 2104.03.01 T https://a.example/", "“2104.03.01” is more than a year ahead."),
        ("* Feb 30, 2021 T https://a.example/", "“Feb 30, 2021” is not in the calendar."),
        ('{"title": "T", "date": "2104-01-01"}', "“2104-01-01” is more than a year ahead."),
    ],
)
async def test_a_date_that_news_cannot_have_is_refused(
    store: DigestStore, line: str, sentence: str
) -> None:
    entries, report = await taken(store, line)

    assert entries == []
    assert [fault.sentence.startswith(sentence) for fault in report.faults] == [True]


async def test_a_date_in_the_title_that_cannot_be_read_is_said(store: DigestStore) -> None:
    page = "* Paper (03/04/2021) https://a.example/\n"

    (entry,), report = await taken(store, page)

    assert (entry.title, entry.published) == ("Paper (03/04/2021)", None)
    assert [loss.line for loss in report.losses] == [1]
    assert "2021-03-04 / 2021-04-03" in report.losses[0].sentence


async def test_a_table_that_compares_stays_in_its_story(store: DigestStore) -> None:
    page = (
        "* 2025-03-04 모델 https://a.example/\n\n"
        "| 모델 | 점수 |\n|--|--|\n| 하나 | 90 |\n| 둘 | 80 |\n\n* 2025-03-05 끝\n"
    )

    entries, report = await taken(store, page)

    assert [entry.title for entry in entries] == ["모델", "끝"]
    assert entries[0].note == "| 모델 | 점수 |\n|--|--|\n| 하나 | 90 |\n| 둘 | 80 |"
    assert report.skips == ()


async def test_cells_beside_the_title_are_in_the_note(store: DigestStore) -> None:
    page = (
        "| Date | Who | Title | Link |\n|--|--|--|--|\n"
        "| 2025-03-04 | A lab | T | [code](https://a.example/) |"
    )

    (entry,), _ = await taken(store, page)

    assert (entry.note, entry.url) == ("Who: A lab", "https://a.example/")


async def test_code_outside_of_entries_is_counted(store: DigestStore) -> None:
    _, report = await taken(store, "```\n* 목록\n```\n\n---\n\n* 2025-03-04 하나\n")

    assert [(skip.line, skip.text) for skip in report.skips] == [(1, "```")]


async def test_stories_in_a_fence_without_end_are_read_and_code_is_kept(store: DigestStore) -> None:
    page = "* 2025-03-04 하나\n```\n<li>코드</li>\n* 2025-03-05 둘\n\n```\n| a |\n# b\n```\n"

    entries, _ = await taken(store, page)

    assert [entry.title for entry in entries] == ["하나", "둘"]
    assert entries[1].note == "```\n| a |\n# b\n```"


async def test_definitions_of_a_long_page_are_found_in_their_part(store: DigestStore) -> None:
    filler = "* 2025-03-03 채움\n  > " + "가나다 " * 4000 + "\n\n-----\n\n"
    page = filler * 90 + "* 2025-03-04 [마지막][far]\n\n[far]: https://news.example/far\n"

    entries, report = await taken(store, page)

    assert len(page) > 1 << 20
    assert said(entries[-1]) == ("2025-03-04", "마지막", "far")
    assert report.problems == 0


HAND_MADE = """* 2025-03-01 [Footnoted](https://news.example/1)[^1]
[^1]: What the page shows at its end.
~ 2025-03-02 [Tilde](https://news.example/2)
-> 2025-03-03 [Arrow](https://news.example/3)
o 2025-03-04 [Letter](https://news.example/4)
* [속보] 2025-03-05 [이름표](https://news.example/5)
* (신규) 2025-03-06 [괄호](https://news.example/6)
* 1. 2025-03-07 [번호](https://news.example/7)
* the 8th of March 2025: [Spoken](https://news.example/8)
* 2025-03-09 인용 "https://news.example/9"라고
"""


async def test_further_signs_labels_and_footnotes_are_what_they_are(store: DigestStore) -> None:
    entries, report = await taken(store, HAND_MADE)

    assert [said(entry) for entry in entries] == [
        ("2025-03-01", "Footnoted", "1"),
        ("2025-03-02", "Tilde", "2"),
        ("2025-03-03", "Arrow", "3"),
        ("2025-03-04", "Letter", "4"),
        ("2025-03-05", "[속보] 이름표", "5"),
        ("2025-03-06", "(신규) 괄호", "6"),
        ("2025-03-07", "번호", "7"),
        ("2025-03-08", "Spoken", "8"),
        ("2025-03-09", "인용 라고", "9"),
    ]
    assert [entry.note for entry in entries] == [""] * 9
    assert [skip.sentence for skip in report.skips] == ["A footnote, not part of an entry."]
