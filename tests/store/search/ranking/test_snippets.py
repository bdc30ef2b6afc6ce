"""The passage of a note that answers, with the words marked."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.model import Snippet
from store.search.ranking.snippets import LENGTH
from tests.store.conftest import ANN
from tests.store.search.conftest import SearchDigest

LINES = "\n".join(
    (
        "- 첫 줄은 아무 말이 아니다.",
        "- 둘째 줄에서 언어 모델을 압축한다. Quantized models are small.",
        "- 셋째 줄은 다른 이야기.",
    )
)


def marked(passage: Snippet | None) -> list[str]:
    """Return the words that are marked."""
    return [passage.text[start:end] for start, end in passage.marks] if passage else []


async def test_the_line_that_answers_is_shown_marked(local: SearchDigest) -> None:
    await local.add("언어 모델의 시대", LINES)

    (found,) = await local.found("언어모델 압축")

    assert found.passage is not None
    assert found.passage.text.startswith("둘째 줄에서 언어 모델을")
    assert marked(found.passage) == ["언어 모델", "압축"]
    assert (found.passage.before, found.passage.after) == (True, True)


async def test_forms_other_names_and_phrases_are_marked(local: SearchDigest) -> None:
    await local.add("소식", f"{LINES}\n- GPT-4를 쓴 다른 이야기. 트랜스포머는 아니다.")

    (found,) = await local.found("quantizing model")
    assert marked(found.passage) == ["Quantized", "models"]
    (found,) = await local.found('gpt4 "다른 이야기" transformer')
    assert marked(found.passage) == ["GPT-4", "다른 이야기", "트랜스포머"]


async def test_a_note_without_the_words_has_no_passage(local: SearchDigest) -> None:
    await local.add("제목에만 있다", "- 아무 말")

    (found,) = await local.found("제목에만")
    assert found.passage is None
    (found,) = await local.found("")
    assert found.passage is None


async def test_a_long_line_is_cut_around_the_words(local: SearchDigest) -> None:
    await local.add("긴 글", f"{'앞말 ' * 200}양자화 기법{' 뒷말' * 200}")

    (found,) = await local.found("양자화")

    assert found.passage is not None
    assert len(found.passage.text) <= LENGTH
    assert marked(found.passage) == ["양자화"]
    assert (found.passage.before, found.passage.after) == (True, True)
    assert found.passage.text.startswith("앞말")


NOTES = st.text(
    st.one_of(
        st.sampled_from("모델 압축은 Model ＡＩ é ﬁ GPT-4 \n - 1,000 ㄱ 한ᄀ\u1161\u11a8"),
        st.characters(),
    ),
    max_size=300,
)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(note=NOTES)
async def test_marks_lie_within_the_text_in_order(local: SearchDigest, note: str) -> None:
    entry = await local.add("소식", f"모델 {note}")

    for words in ("모델 압축 model ai", '"모델" gpt-4 fi e 각'):
        for one in await local.found(words):
            passage = one.passage
            assert passage is not None
            assert len(passage.text) <= LENGTH
            last = 0
            for start, end in passage.marks:
                assert last <= start < end <= len(passage.text)
                assert passage.text[start:end].strip()
                last = end
    await local.store.entries.retract(entry.id, ANN)
