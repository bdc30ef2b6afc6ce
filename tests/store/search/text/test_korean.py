"""Korean words are found whatever sticks to them, and whether compounds are joined or apart."""

from __future__ import annotations

import pytest

from store.search.text.korean import Grammar
from tests.store.search.conftest import SearchDigest, draft

CONSONANT = ("탑", "논문", "학습", "인공신경망", "지능", "검색")
VOWEL = ("코", "언어", "데이터", "어휘", "라마", "회사")
RIEUL = ("말", "모델", "파이썬말", "추월", "구글", "오픈소설")

PARTICLES = (
    ("은", "는", "은"),
    ("이", "가", "이"),
    ("을", "를", "을"),
    ("과", "와", "과"),
    ("으로", "로", "로"),
    ("이나", "나", "이나"),
    ("이라는", "라는", "이라는"),
    ("으로부터", "로부터", "로부터"),
    ("이다", "다", "이다"),
    ("이었다", "였다", "이었다"),
    ("입니다", "입니다", "입니다"),
    *((same,) * 3 for same in (
        "의", "에", "에서", "에게", "도", "만", "까지", "부터", "처럼", "보다", "마다", "에서는",
        "에는", "들", "들은", "들의", "들에게", "하는", "한다", "했다", "되는", "인가요", "뿐만",
    )),
)  # fmt: skip
"""What sticks to a word that ends in a consonant, in a vowel, in ㄹ."""

WRITTEN = [
    (noun, noun + particle)
    for forms in PARTICLES
    for nouns, particle in zip((CONSONANT, VOWEL, RIEUL), forms, strict=True)
    for noun in nouns
]


def test_the_stem_is_what_the_particle_sticks_to() -> None:
    grammar = Grammar()
    missed = [
        (noun, written, grammar.read(written))
        for noun, written in WRITTEN
        if noun not in (reading := grammar.read(written)).others
        and noun not in {reading.stem, reading.single}
    ]

    assert missed == []


def test_harmony_tells_a_particle_from_a_syllable() -> None:
    grammar = Grammar()

    assert grammar.is_tail("델", "로")
    assert not grammar.is_tail("문", "로")
    assert grammar.is_tail("문", "으로")
    assert not grammar.is_tail("어", "을")
    assert not grammar.is_tail("델", "를")
    assert grammar.read("제를").stem == "제"
    assert grammar.read("논문과").stem == "논문"
    assert "언어과" in {grammar.read("언어과").stem, *grammar.read("언어과").others}


async def test_every_noun_is_found_with_whatever_sticks_to_it(local: SearchDigest) -> None:
    await local.fill(
        [draft(f"{number} 여기 {written} 있음") for number, (_, written) in enumerate(WRITTEN)]
    )
    texts = [written for _, written in WRITTEN]
    for noun in dict.fromkeys((*CONSONANT, *VOWEL, *RIEUL)):
        expected = {number for number, (one, _) in enumerate(WRITTEN) if one == noun}
        page = await local.page(noun, count=500)
        assert expected <= {int(one.entry.title.split()[0]) for one in page.items}, noun
    for noun, written in WRITTEN[::7]:
        # The other way round: whoever types the particle finds the bare word.
        place = str(texts.index(written))
        page = await local.page(written, count=500, literal=True)
        assert place in {one.entry.title.split()[0] for one in page.items}, (noun, written)


LOOKALIKES = {
    "어제 회의 기록": ("회의", "회의를", "회의에서"),
    "어느 정도의 오차": ("정도", "정도로"),
    "실험 결과가 나왔다": ("결과", "결과를"),
    "제도를 바꾼다": ("제도", "제도는"),
    "가로 세로": ("가로", "세로"),
    "수도는 서울": ("수도",),
    "이미지로 말한다": ("이미지",),
    "신의 한 수": ("신의",),
    "만화를 그린다": ("만화",),
}
"""Words whose last syllable may be a particle, and what is asked for them."""


async def test_words_that_look_like_a_shorter_one_with_a_particle(local: SearchDigest) -> None:
    await local.fill([*map(draft, LOOKALIKES), draft("아무 상관 없는 소식")])

    missed = [
        (query, found)
        for title, queries in LOOKALIKES.items()
        for query in queries
        if (found := await local.titles(query, literal=True))[:1] != [title]
    ]

    assert missed == []


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("초거대언어모델", "초거대 언어 모델"),
        ("초거대 언어 모델", "초거대언어모델"),
        ("초거대 언어모델을", "초거대언어 모델"),
        ("자연어처리에서는", "자연어 처리"),
        ("자연어 처리", "자연어처리를"),
        ("이미지 생성", "이미지생성"),
        ("강화학습으로", "강화 학습"),
    ],
)
async def test_compounds_joined_or_apart(local: SearchDigest, written: str, asked: str) -> None:
    await local.fill([draft(f"{written} 소식"), draft("다른 이야기"), draft("언어 교육 정책")])

    page = await local.page(asked, literal=True)

    assert page.items[0].entry.title == f"{written} 소식"
    assert not page.any_word


async def test_a_word_of_one_syllable(local: SearchDigest) -> None:
    await local.fill([draft("탑의 높이"), draft("탑승 안내"), draft("글을 쓰는 탑"), draft("말")])

    assert set((await local.titles("탑"))[:2]) == {"글을 쓰는 탑", "탑의 높이"}
    assert (await local.titles("글"))[0] == "글을 쓰는 탑"
