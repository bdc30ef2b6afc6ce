"""An index bears the name of what made its terms, so that no other is taken for it."""

from __future__ import annotations

import hashlib

from store.search.text.analyzer import ANALYZER, RULES, Analyzer
from store.search.text.folding import fold

TEXTS = (
    "초거대언어모델을 압축하는 연구, 트랜스포머의 회의 정도와 결과로부터 나온 데이터입니다.",
    "GPT-4 and Llama 3.1: fine-tuned models (72B, 4o) in C++, C#, node.js and DALL·E.",
    "2021년 15일, 1,500,000달러. arXiv:2403.01234v2; 言語モデル、ニューラル。 Обучение Straße",
)
TERMS = {1: "360a51d8a67cbe12"}
"""What the texts become by the rules of each number."""


def test_other_terms_are_other_rules() -> None:
    analyzer = Analyzer()
    found = [analyzer.analyze(fold(text)) for text in TEXTS]
    said = repr([(sorted(one.terms), sorted(one.words), sorted(one.nouns)) for one in found])
    digest = hashlib.blake2b(said.encode(), digest_size=8).hexdigest()

    # An index of the old rules must be built anew: give the new ones a number of their own.
    assert TERMS[RULES] == digest
    assert ANALYZER.startswith(f"{RULES} ")
