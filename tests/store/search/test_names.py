"""Names and numbers as people type them, English words in their forms, other scripts."""

from __future__ import annotations

from tests.store.search.conftest import SearchDigest, draft

TITLES = (
    "GPT-4 기술 보고서",
    "Llama 3.1 is released",
    "C++ 추론 엔진",
    "C# 라이브러리",
    "DALL·E 그림",
    "node.js 서버",
    "GPT를 능가한 트랜스포머 Transformer",
    "Scaling laws for language models",
    "매개변수 72B 공개",
    "o1과 4o 비교",
    "2021년 결산",
    "U.S. policy on chips",
    "言語モデルの要約",
    "大语言模型",
    "ニューラルネットワーク入門",
    "매출 1,500,000 달러",
    "Naïve Bayes in Straße",
    "BERT-based models fine-tuned",
    "Обучение моделей",
)


QUERIES = (
    ("GPT-4", "gpt4", "GPT 4", "ＧＰＴ－４", "gpt-4의", "GPT\u20114"),
    ("Llama 3.1", "llama3.1", "LLAMA-3.1", "releases"),
    ("C++", "c++ 추론", "C++을"),
    ("C#", "c#은"),
    ("DALL·E", "dall-e", "DALL•E", "dalle", "DALL E"),
    ("node.js", "nodejs", "Node JS", "node-js"),
    ("트랜스포머 Transformer", "GPT를 능가", "transformers"),
    ("language model", "scaled law", "modelling languages"),
    ("72B", "72b 매개변수", "72B의"),
    ("4o", "4O", "o1", "o1과"),
    ("2021년", "2021년의", "2021년에", "2021"),
    ("U.S.", "us policy", "chip policies"),
    ("言語モデル", "要約"),
    ("语言模型", "大语言模型"),
    ("ニューラル", "ﾆｭｰﾗﾙ", "入門"),
    ("1,500,000", "1500000", "1500000달러"),
    ("naive", "NAÏVE bayes", "strasse"),
    ("fine-tune", "finetuned", "fine tuned", "bert"),
    ("обучение", "ОБУЧЕНИЕ МОДЕЛЕЙ"),
)  # fmt: skip
"""What finds each title."""


async def test_as_people_type_them(local: SearchDigest) -> None:
    await local.fill([draft(one) for one in TITLES])

    missed = []
    for title, queries in zip(TITLES, QUERIES, strict=True):
        for query in queries:
            page = await local.page(query, literal=True)
            if page.any_word or not page.items or page.items[0].entry.title != title:
                missed.append((query, [one.entry.title for one in page.items]))

    assert missed == []


async def test_papers_by_their_number(local: SearchDigest) -> None:
    await local.add("By its link", url="https://arxiv.example/abs/1", note="")
    await local.add("새 논문", url="https://arxiv.org/abs/2403.01234v2")
    await local.add("옛 논문", note="arXiv:1706.03762v5 를 다시 읽다")

    for query in (
        "2403.01234",
        "2403.01234v7",
        "arXiv:2403.01234",
        "https://arxiv.org/pdf/2403.01234",
    ):
        assert (await local.titles(query))[0] == "새 논문", query
    for query in ("1706.03762", "arxiv 1706.03762v1"):
        assert (await local.titles(query))[0] == "옛 논문", query


async def test_a_number_is_no_part_of_another(local: SearchDigest) -> None:
    await local.fill([draft("버전 3.1"), draft("버전 13.14"), draft("GPT-41")])

    assert await local.titles("3.1", literal=True) == ["버전 3.1"]
    assert (await local.page("gpt-4", literal=True)).any_word
