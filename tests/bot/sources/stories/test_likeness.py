"""Which two articles tell one story, which may, and which never do."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from bot.sources.stories.headline import Article
from bot.sources.stories.likeness import CERTAIN, Verdict, likeness
from tests.bot.sources.stories.titles import ARTICLES, BACKGROUND, READER, article, judged

SAME = [
    ("Hello GPT-7o", "GPT-7o: the new frontier model"),
    ("Introducing Claude Opus 9", "앤트로픽, '클로드 오퍼스 9' 출시…코딩 성능 강화"),
    ("OpenAI launches GPT-7 Sol/Terra", "오픈AI, GPT-7 시리즈 정식 출시"),
    ("Introducing Operator", "오픈AI, 웹 작업 대신하는 AI 에이전트 '오퍼레이터' 출시"),
    ("DeepSeek launches Quokka, an open source agent", "딥시크, 오픈소스 에이전트 '쿼카' 공개"),
    ("Introducing Zorblax", "Zorblax - 아마존의 에이전트형 IDE 공개"),
    (
        "Anthropic raises $21B at $350B valuation",
        "앤트로픽, 210억달러 투자 유치…기업가치 3500억달러",
    ),
    ("Apple to acquire Mistral for $14 billion", "애플, 미스트랄 140억달러에 인수"),
    ("Quokka v0.12.0", "Quokka 0.12 released"),
    ("업스테이지, 솔라 프로 9 출시", "Upstage releases Solar Pro 9.0"),
    ("Cognition acquires Windsurf", "'데빈' 개발사 코그니션, 윈드서프 인수"),
    (
        "Gemini rivals line up as Lyft brings robotaxis to Dallas",
        "Lyft brings robotaxis to Dallas next year",
    ),
    ("경찰, 딥페이크 음란물 제작 조직 12명 검거", "딥페이크 음란물 제작한 조직 12명 경찰에 검거"),
]
MAYBE = [
    ("OpenAI launches GPT-7", "OpenAI launches GPT-7 mini"),
    ("구글, '제미나이 9 프로' 출시", "Google launches Gemini 9 with a new app"),
    ("Introducing GPT-7", "GPT-7 is now available in GitHub Copilot"),
    ("오픈AI, GPT-7 출시", "오픈AI, GPT-7 가격 인하"),
    ("오픈AI, GPT-7 출시", "오픈AI, GPT-7 출시 연기"),
    ("Elon Musk sues OpenAI", "Elon Musk drops lawsuit against OpenAI"),
    ("OpenAI opens its first office in Busan", "Anthropic opens its first office in Busan"),
    ("Italy bans DeepSeek from app stores", "Taiwan bans DeepSeek from app stores"),
    ("Tiny Robots Weekly #123", "Tiny Robots Weekly #124"),
    ("Apple delays Siri", "Apple delays HomePod"),
    ("Llama 9 8B", "Llama 9 70B"),
    ("젬마 9 27B 공개", "젬마 9 2B 공개"),
    ("LG AI연구원, 엑사원 9.0 공개", "LG AI연구원, 엑사원 딥 9 공개"),
    ("엔비디아, 삼성전자에 GPU 5만장 공급", "엔비디아, SK에 GPU 5만장 공급"),
    ("Anthropic raises Series F", "Anthropic raises Series G"),
    ("업스테이지, 시리즈 B 투자 유치", "업스테이지, 시리즈 C 투자 유치"),
    ("OpenAI DevDay 2026 keynote", "OpenAI DevDay 2025 keynote"),
    ("AI 모닝 브리핑 11월 19일", "AI 모닝 브리핑 11월 20일"),
    ("llama.cpp b7100", "llama.cpp b7101"),
    ("Weekly update: PyTorch", "Weekly update: JAX"),
    ("OpenAI opens office in Seoul", "OpenAI opens office in Munich"),
    ("Meta hires OpenAI researcher", "OpenAI hires Meta researcher"),
    ("Apple acquires AI startup", "Apple denies acquiring AI startup"),
    ("오픈AI, GPT-6 출시", "오픈AI, GPT-6 올해 출시 안 한다"),
    ("부산시, AI 인재 양성 업무협약 체결", "대구시, AI 인재 양성 업무협약 체결"),
    ("신한은행, 생성형 AI 상담 서비스 출시", "우리은행, 생성형 AI 상담 서비스 출시"),
]
DIFFERENT = [
    ("Introducing GPT-7", "Introducing GPT-7.1"),
    ("라마 8 공개", "Llama 8.1 released"),
    ("Introducing Claude Haiku 9", "Introducing Claude Sonnet 9"),
    ("Introducing Gemini Robotics 9", "Introducing Gemini Robotics-ER 9"),
    ("오픈AI, 400억달러 투자 유치", "구글, 양자컴퓨터 칩 공개"),
    ("Nvidia reports record revenue", "Hospital tests a robot nurse"),
]


@pytest.mark.parametrize(("one", "two"), SAME)
def test_one_story(one: str, two: str) -> None:
    assert judged(one, two) is Verdict.SAME


@pytest.mark.parametrize(("one", "two"), MAYBE)
def test_a_person_decides(one: str, two: str) -> None:
    assert judged(one, two) is Verdict.MAYBE


@pytest.mark.parametrize(("one", "two"), DIFFERENT)
def test_two_stories(one: str, two: str) -> None:
    assert judged(one, two) is Verdict.DIFFERENT


def test_one_address_is_one_story_whatever_the_titles_say() -> None:
    link = "https://example.com/news?id=7"
    assert judged(
        article("GPT-7", link=link), article("라마 8.1", 1000, link=f"{link}&utm_source=x")
    ) is (Verdict.SAME)


def test_a_text_that_links_the_other_is_of_the_same_story() -> None:
    paper = article("Attention is enough", link="https://arxiv.org/abs/2603.00001v1")
    news = article("새 논문 소식", text="자세히: https://huggingface.co/papers/2603.00001")
    assert judged(paper, news) is Verdict.SAME
    assert judged(article("a b c", text="https://example.com/x"), article("d e f")) is (
        Verdict.DIFFERENT
    )


def test_two_papers_are_never_one() -> None:
    title = "Quokka: sparse wombats for robust echidnas"
    assert judged(
        article(title, link="https://arxiv.org/abs/2603.00001"),
        article(title, link="https://arxiv.org/abs/2603.00002"),
    ) is (Verdict.DIFFERENT)


def test_a_story_ends_after_three_days() -> None:
    titles = "Lyft brings robotaxis to Dallas", "Lyft brings robotaxis to Dallas next year"
    for hours, verdict in ((30, Verdict.SAME), (60, Verdict.MAYBE), (80, Verdict.DIFFERENT)):
        assert judged(article(titles[0]), article(titles[1], hours)) is verdict


@pytest.mark.parametrize(
    ("news", "paper"),
    [
        ("GLM-9.5: Deeper, Headier", "GLM-9.5: Agentic, Reasoning, and Coding Foundation Models"),
        ("Quokka Networks: wombats or just echidnas?", "QKN: Quokka Networks"),
    ],
)
def test_a_paper_follows_its_news_by_up_to_four_weeks(news: str, paper: str) -> None:
    link = "https://arxiv.org/abs/2603.00001"
    for days, verdict in ((20, Verdict.SAME), (40, Verdict.DIFFERENT)):
        assert judged(article(news), article(paper, days * 24, link=link)) is verdict
    assert judged(article(news), article(paper, 20 * 24)) is Verdict.DIFFERENT


def test_a_source_tells_a_story_once() -> None:
    titles = "GPT-7 is here", "GPT-7: built for teams"
    assert judged(article(titles[0], source="A"), article(titles[1], source="B")) is Verdict.SAME
    assert judged(article(titles[0], source="A"), article(titles[1], source="a")) is Verdict.MAYBE


@settings(max_examples=300, deadline=None)
@given(ARTICLES, ARTICLES)
def test_the_order_of_two_articles_does_not_matter(one: Article, two: Article) -> None:
    a, b = READER.read(one), READER.read(two)
    assert likeness(a, b, BACKGROUND) == likeness(b, a, BACKGROUND)
    assert 0 <= likeness(a, b, BACKGROUND) <= CERTAIN


@settings(deadline=None)
@given(ARTICLES)
def test_an_article_with_an_address_is_its_own_story(one: Article) -> None:
    a = READER.read(one)
    if a.mark:
        assert likeness(a, a, BACKGROUND) == CERTAIN
