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


IN_TWO_SCRIPTS = (
    (("OpenAI opens an office", "오픈AI 서울 사무소", "오픈에이아이 채용"),
     ("openai", "OpenAI의", "오픈AI", "오픈 ai는", "오픈에이아이가")),
    (("ChatGPT on the phone", "챗GPT 유료 회원", "챗지피티 쓰는 법"),
     ("chatgpt", "챗GPT", "챗GPT에서", "챗 gpt", "챗지피티의")),
    (("Google DeepMind folds proteins", "구글딥마인드 강연", "구글 딥마인드의 체스"),
     ("google deepmind", "구글딥마인드", "구글 딥마인드가")),
    (("HyperCLOVA X is open", "하이퍼클로바X 요금"), ("hyperclova x", "하이퍼클로바X의")),
    (("SK Telecom builds a cluster", "SKT 요금제", "SK텔레콤 협약", "에스케이텔레콤 주가"),
     ("skt", "sk telecom", "SK텔레콤은", "에스케이텔레콤")),
    (("Stability AI has a new head", "스태빌리티AI 소송"), ("stability ai", "스태빌리티AI")),
    (("xAI buys chips", "엑스에이아이 투자 유치"), ("xai", "엑스에이아이의")),
    (("SK hynix ships memory", "SK하이닉스 실적", "하이닉스 공장"),
     ("skhynix", "SK하이닉스", "하이닉스가")),
    (("SpaceX lands", "스페이스X 발사", "스페이스엑스 계약"),
     ("spacex", "스페이스엑스", "스페이스X의")),
    (("LangChain grows up", "랭체인 입문"), ("langchain", "랭체인의")),
    (("Anthropic hires", "앤트로픽 한국 지사", "안트로픽 대표"),
     ("anthropic", "앤스로픽", "안트로픽의")),
    (("Sora makes films", "소라 영상"), ("sora", "소라", "소라의")),
    (("An LLM at home", "엘엘엠 입문"), ("llm", "엘엘엠을")),
)  # fmt: skip
"""Titles that name one thing, and what finds all of them and no others."""

OTHERS = (
    "오늘의 소식",
    "소형 서버",
    "오픈소스 생태계와 AI",
    "챗봇 대회",
    "메타가 만든 AI 반도체",
    "네이버 AI 연구소",
    "이유 있는 선택",
)


async def test_names_in_two_scripts(local: SearchDigest) -> None:
    await local.fill([draft(one) for titles, _ in IN_TWO_SCRIPTS for one in titles])
    await local.fill([draft(one) for one in OTHERS])

    wrong = []
    for titles, queries in IN_TWO_SCRIPTS:
        for query in queries:
            page = await local.page(query)
            found = {one.entry.title for one in page.items} - set(OTHERS)
            if page.any_word or page.corrected or found != set(titles):
                wrong.append((query, page.corrected, sorted(found)))

    assert wrong == []


async def test_a_name_of_two_scripts_is_met_as_a_whole(local: SearchDigest) -> None:
    await local.fill([draft(one) for one in OTHERS])
    await local.fill([draft("메타AI 조직 개편", "메타 AI 연구진이 떠났다"), draft("오픈AI")])

    assert await local.titles("메타AI") == ["메타AI 조직 개편"]
    assert await local.titles("오픈AI") == ["오픈AI"]
    (found,) = await local.found("메타AI")
    assert found.passage is not None
    start, end = found.passage.marks[0]
    assert found.passage.text[start:end] == "메타 AI"
    # What is no name may stand apart, as whoever types leaves spaces out.
    assert await local.titles("네이버AI") == ["네이버 AI 연구소"]
