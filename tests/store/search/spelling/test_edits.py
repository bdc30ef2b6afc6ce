"""Misspelt words, and words typed on the other keyboard, find what was meant."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from store.search.spelling import edits as spelling
from tests.store.search.conftest import SearchDigest, draft

TITLES = (
    "모델 압축 연구", "모델을 키우는 법", "트랜스포머 입문", "강화학습의 보상",
    "초거대언어모델 공개",
    "Transformer models explained", "Reinforcement learning at scale", "Diffusion models",
    "데이터 증강", "인공지능 반도체", "language understanding", "아무 소식",
)  # fmt: skip


MEANT = {
    # a letter wrong, missing, too many, exchanged
    "transfomer": "transformer", "tranzformer": "transformer", "diffussion": "diffusion",
    "difusion": "diffusion", "lagnuage": "language", "reinforcemant": "reinforcement",
    # two of them in a long word
    "reinforcemnet learing": "reinforcement learning", "trasnfomer": "transformer",
    # a letter of Hangul wrong, missing, too many
    "모댈": "모델", "모데": "모델", "트렌스포머": "트랜스포머", "트랜스포모": "트랜스포머",
    "데이타": "데이터", "강하학습": "강화학습", "압측": "압축",
    # letters that were not put together
    "모데ㄹ": "모델", "ㅁㅗㄷㅔㄹ": "모델", "모ㄷㅔㄹ": "모델",
    # a whole syllable
    "인공지낙": "인공지능",
    # the other keyboard
    "ahepf": "모델", "AHEPF": "모델", "dkqcnr": "압축", "ㅇㅑㄹㄹㅕㄴㅑㅐㅜ": "diffusion",
    "ㅡㅐㅇ디": "model", "epdlxj": "데이터",
    # two words as one
    "transformermodels": "transformer models", "diffusionmodels": "diffusion models",
    # the particle stays
    "모댈을": "모델을",
}  # fmt: skip


async def test_what_was_meant(local: SearchDigest) -> None:
    await local.fill([draft(one) for one in TITLES])

    wrong = []
    for typed, meant in MEANT.items():
        page = await local.page(typed)
        literal = await local.page(typed, literal=True)
        if page.corrected != meant or literal.corrected is not None:
            wrong.append((typed, page.corrected))
        else:
            wanted = await local.titles(meant, literal=True)
            assert page.items[0].entry.title in wanted, typed

    assert wrong == []


async def test_what_the_digest_knows_is_not_corrected(local: SearchDigest) -> None:
    await local.fill([draft(one) for one in (*TITLES, "Transfomer: a misspelt name", "모댈 소식")])

    for words in ("transfomer", "모댈", "모델", "models", "learning at scale", "아무"):
        assert (await local.page(words)).corrected is None, words


async def test_only_the_words_that_are_wrong_are_corrected(local: SearchDigest) -> None:
    await local.fill([draft(one) for one in TITLES])

    page = await local.page("  모댈  압축 since:2000 tag:x")
    assert page.corrected == "모델 압축"
    page = await local.page("transfomer, models!")
    assert page.corrected == "transformer, models!"
    assert page.items[0].entry.title == "Transformer models explained"
    assert (await local.page('"transfomer"')).corrected is None


async def test_a_digest_without_words_corrects_nothing(local: SearchDigest) -> None:
    page = await local.page("transfomer 모댈 ahepf 모데ㄹ")

    assert (page.items, page.corrected) == ((), None)


LATIN = st.text(st.sampled_from("abcdefghij"), min_size=3, max_size=8)
KOREAN = st.text(st.sampled_from("가각갈모델학습데이터"), min_size=2, max_size=4)


@given(st.one_of(LATIN, KOREAN), st.data())
def test_edits_are_one_edit_away(word: str, data: st.DataObject) -> None:
    edited = data.draw(st.sampled_from(sorted(spelling.edits(word))))

    assert edited not in {"", word}
    # A vowel or a tail of two keys is one letter, which may stand for two.
    assert list(spelling.alike(word, [edited], 2)) == [edited]


def distance(one: str, two: str) -> int:
    """Return the edits between two words by their definition: more, less, other, exchanged."""
    if not one or not two:
        return len(one) + len(two)
    exchanged = one[:2] == two[1::-1] and len(one) > 1
    return min(
        distance(one[1:], two) + 1,
        distance(one, two[1:]) + 1,
        distance(one[1:], two[1:]) + (one[0] != two[0]),
        *([distance(one[2:], two[2:]) + 1] if exchanged else []),
    )


SHORT = st.text("abc", min_size=1, max_size=5)


@given(SHORT, st.lists(SHORT, max_size=5), st.integers(0, 3))
def test_alike_are_those_at_few_edits(word: str, others: list[str], most: int) -> None:
    found = list(spelling.alike(word, others, most))

    assert found == [other for other in others if distance(word, other) <= most]
