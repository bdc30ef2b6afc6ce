"""What a search and a long answer show."""

from __future__ import annotations

import pytest

from bot.port.card import Tone
from tests.bot.commands.conftest import ADD, TypedConversation, words_of


async def test_long_answers_come_in_pages(talk: TypedConversation) -> None:
    for number in range(1, 8):
        await talk.type(f"add https://a.example/{number} title:T{number} date:2026-01-0{number}")
    first = await talk.type("latest 3")
    assert [entry.title for entry in first.entries] == ["T7", "T6", "T5"]
    (onward,) = first.card.actions
    assert (onward.command, dict(onward.arguments)) == ("latest", {"count": "3", "page": "2"})
    last = await talk.type("latest 3 page:3")
    assert [entry.title for entry in last.entries] == ["T1"]
    assert [action.arguments["page"] for action in last.card.actions] == ["2"]
    assert "There is no page 9" in await talk.said("latest 3 page:9")


async def test_search_narrows_by_tag_and_date(talk: TypedConversation) -> None:
    await talk.type("add https://a.example/1 title:모델 하나 date:2021-04 tags:llm")
    await talk.type("add https://a.example/2 title:모델 둘 date:2026-04-02 tags:vision")
    found = await talk.type("search 모델 since:2026")
    assert [entry.title for entry in found.entries] == ["모델 둘"]
    assert len((await talk.type("search 모델 until:2021-04")).entries) == 1
    assert len((await talk.type("search 모델 tag:LLM")).entries) == 1
    assert "Nothing found for “없는 말”" in await talk.said("search 없는 말")


async def test_what_was_misspelt_is_searched_as_it_was_meant_and_offered_as_it_was_typed(
    talk: TypedConversation,
) -> None:
    await talk.type("add https://a.example/1 title:Transformer 모델을 줄이다 date:2021-04 tags:llm")
    misspelt = await talk.type("search transfomer tag:llm")
    said = words_of(misspelt.card)
    (literally,) = misspelt.card.actions

    assert [entry.title for entry in misspelt.entries] == ["Transformer 모델을 줄이다"]
    assert "Showing results for transformer." in said
    assert literally.label == "Search for “transfomer tag:llm” instead"
    again = await talk.press(literally)
    assert again.entries == ()
    assert [one.title for one in (await talk.type("search ahepf")).entries] == [
        "Transformer 모델을 줄이다"
    ]
    initials = await talk.type("search ㅁㄷ ㅈㅇㄷ")
    assert "Showing results for 모델 줄이다." in words_of(initials.card)
    assert len(initials.entries) == 1


async def test_words_that_no_entry_holds_together_find_those_that_hold_some(
    talk: TypedConversation,
) -> None:
    await talk.type("add https://a.example/1 title:작은 모델 date:2021-04")
    await talk.type("add https://a.example/2 title:큰 데이터 date:2021-05")

    reply = await talk.type("search 모델 데이터")

    assert {entry.title for entry in reply.entries} == {"작은 모델", "큰 데이터"}
    assert "No entry has all of these words" in words_of(reply.card)


async def test_a_long_answer_has_pages_that_keep_the_query(talk: TypedConversation) -> None:
    for number in range(12):
        await talk.type(f"add https://a.example/{number} title:모델 {number} date:2021-04")

    first = await talk.type('search "모델" -없는 tag:x page:1')
    page = await talk.type("search 모델 since:2021")
    (onward,) = page.card.actions
    second = await talk.press(onward)

    assert first.entries == ()
    assert "12 entries found" in words_of(page.card)
    assert dict(onward.arguments) == {"words": "모델 since:2021", "page": "2"}
    titles = [entry.title for entry in (*page.entries, *second.entries)]
    assert sorted(titles) == sorted(f"모델 {number}" for number in range(12))


@pytest.mark.parametrize("query", ["%", "_", '"', "'", "AND OR NOT", "*", "a\\b", "\u202e", "🙂"])
async def test_no_query_is_an_error(talk: TypedConversation, query: str) -> None:
    await talk.type(ADD)
    reply = await talk.type(f"search {query}")
    assert reply.card.tone is not Tone.FAILED
    assert reply.entries == ()
