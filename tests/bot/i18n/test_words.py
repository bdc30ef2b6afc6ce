"""Korean texts call one thing by one word, and ask as people are asked."""

from __future__ import annotations

import re

import pytest

from tools.messages import catalog

# What is not said, and what is said instead.
CHOICES = {
    r"(?<!서버 )관리자": "편집자, 채널 담당자 (channel owners) or 서버 관리자 (administrators)",
    r"(?<!주)세요": "해 주세요: 골라 주세요, not 고르세요",
    r"십시오|하시오": "해 주세요",
    r"디스코드": "Discord",
    r"슬랙": "Slack",
    r"(?:새|수정된|삭제된|다음|지난) 글\b": "게시물",
    r"일정": "예약",
    r"모더레이터": "편집자",
    r"(?<!오픈)소스": "출처",
    r"까닭": "이유",
    r"제안": "제보",
    r"태그목록|꼬리표": "태그",
    r"저절로": "자동으로",
    r"돌고 있": "실행 중",
    r"닿을 수": "연결할 수",
    r"모자라|모자랍": "부족",
    r"망가": "손상",
    r"잃어버린": "빠진 소식은, or 데이터는 그대로",
    r"“Bot” 쪽": "“Bot” 페이지",
    r"[}”`] (?:에|에서|처럼|을|를|이|가|은|는|로|으로|과|와|의|라고|이라는)(?![가-힣])": (
        "the particle joined to its word"
    ),
}


def _texts() -> dict[str, str]:
    """Return every Korean text of the catalog by its English one."""
    return {
        str(entry.id): text
        for entry in catalog("ko")
        if entry.id
        for text in ([entry.string] if isinstance(entry.string, str) else entry.string or ())
    }


@pytest.mark.parametrize("unwanted", CHOICES)
def test_one_word_is_chosen_for_each_thing(unwanted: str) -> None:
    found = [f"{text}   ({key})" for key, text in _texts().items() if re.search(unwanted, text)]

    assert not found, f"Say “{CHOICES[unwanted]}” in ko.po:\n" + "\n".join(found)


@pytest.mark.parametrize("particle", ["을", "를", "은", "는", "과", "와"])
def test_a_particle_after_a_word_of_unknown_ending_has_both_forms(particle: str) -> None:
    """Whether 을 or 를 is right depends on what stands in the place."""
    single = rf"\}}”?{particle}(?![가-힣(])"
    found = [f"{text}   ({key})" for key, text in _texts().items() if re.search(single, text)]

    assert not found, "Write 을(를), 은(는), 과(와), or a word before it:\n" + "\n".join(found)
