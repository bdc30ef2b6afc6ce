"""The query language: what is typed is taken apart, and nothing of it is an error."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.model import PublishedDate
from store.search.query.language import LONGEST, Filters, Request, parse

TODAY = date(2026, 11, 26)


def on(text: str) -> PublishedDate:
    return PublishedDate.from_iso(text)


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("모델 압축", Request("모델 압축")),
        ("  모델\n압축  ", Request("모델 압축")),
        ("tag:논문 모델", Request("모델", wanted=Filters(tags=("논문",)))),
        ("태그:논문 분류:LLM", Request(wanted=Filters(tags=("논문", "LLM")))),
        ("tag:a,b", Request(wanted=Filters(tags=("a", "b")))),
        ("tag:#a TAG：b", Request(wanted=Filters(tags=("a", "b")))),
        ('tag:"language model" x', Request("x", wanted=Filters(tags=("language model",)))),
        ("tag: a b", Request("b", wanted=Filters(tags=("a",)))),
        ("-tag:a b", Request("b", unwanted=Filters(tags=("a",)))),
        ("site:https://www.Example.com/a", Request(wanted=Filters(sites=("example.com",)))),
        ("출처:example 모델", Request("모델", wanted=Filters(sites=("example",)))),
        ("-site:example.com", Request(unwanted=Filters(sites=("example.com",)))),
        ("by:@minji 올린이:민지", Request(wanted=Filters(people=("minji", "민지")))),
        ("lang:ko 언어:영어", Request(wanted=Filters(languages=("ko", "en")))),
        ("lang:pt-BR -lang:ja", Request(
            wanted=Filters(languages=("pt-br",)), unwanted=Filters(languages=("ja",)))),
        ("since:2021-01 until:2021", Request(since=on("2021-01"), until=on("2021"))),
        ("이후:2021-04 이전:2022 확산", Request("확산", since=on("2021-04"), until=on("2022"))),
        ("since:어제 모델", Request("모델", since=on("2026-11-25"))),
        ('until:"last month" model', Request("model", until=on("2026-10"))),
        ("since:2020 since:2021", Request(since=on("2021"))),
        ("since:21.04.01 until:2099", Request(since=on("2021-04-01"), until=on("2099"))),
        ("모델 -압축", Request("모델", without=("압축",))),
        ('모델 -"언어 모델"', Request("모델", without=("언어 모델",))),
        ("gpt-4 a - b", Request("gpt-4 a - b")),
        ('"언어 모델" 압축', Request("압축", phrases=("언어 모델",))),
        ("“언어 모델” ‘a b’ «c d» 「e f」 『g』 《h》 〈i〉 „j“ ＂k＂", Request(
            phrases=("언어 모델", "a b", "c d", "e f", "g", "h", "i", "j", "k"))),
        ('“a b"', Request(phrases=("a b",))),
        ("“it’s here”", Request(phrases=("it’s here",))),
        # What fits none of it is text.
        ('"언어 모델', Request('"언어 모델')),
        ("since:언젠가 모델", Request("since:언젠가 모델")),
        ("since:2021-13", Request("since:2021-13")),
        ("-since:2021", Request("-since:2021")),
        ("tag:,, x", Request("tag:,, x")),
        ("tag:a,# x", Request("tag:a,# x")),
        ("lang:?? x", Request("lang:?? x")),
        ("site:/ x", Request("site:/ x")),
        ("by: ", Request("by:")),
        ("http://a.example/?q=tag:b", Request("http://a.example/?q=tag:b")),
        ("이전 모델", Request("이전 모델")),
        ('"" “”', Request()),
        ("모델\x00압\ud800축", Request("모델압축")),
        ("", Request()),
    ],
)  # fmt: skip
def test_what_is_typed_is_taken_apart(text: str, request_: Request) -> None:
    assert parse(text, TODAY) == request_


def test_only_the_beginning_of_a_pasted_page_is_read() -> None:
    assert len(parse("모델 " * 100_000, TODAY).words) <= LONGEST


@given(st.text(st.characters(), max_size=200))
def test_nothing_is_an_error(text: str) -> None:
    parse(text, TODAY)


@given(
    st.lists(
        st.sampled_from(
            ['"', "-", "tag:", "since:", "2021", "“", "”", " ", "a", "모델", ",", "by:", ":", "'"]
        ),
        max_size=30,
    )
)
def test_no_order_of_signs_is_an_error(pieces: list[str]) -> None:
    parse("".join(pieces), TODAY)
