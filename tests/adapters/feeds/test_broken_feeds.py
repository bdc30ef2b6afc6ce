"""What is broken gives what it has, and nothing that it has not."""

from __future__ import annotations

import pytest

from adapters.feeds.reader import read
from bot.port.source import Feed

ITEMS = (
    "<item><title>One</title><link>https://e.org/1</link><guid>g1</guid></item>"
    "<item><title>Two</title><link>https://e.org/2</link><guid>g2</guid></item>"
    "<item><title>Three</title><link>https://e.org/3</link><guid>g3</guid></item>"
)
SOUND = f'<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>{ITEMS}</channel></rss>'


def shown(feed: Feed) -> list[tuple[str | None, str | None, str | None]]:
    return [(item.title, item.link, item.guid) for item in feed.items]


ALL = shown(read(SOUND.encode()))


@pytest.mark.parametrize(
    "broken",
    [
        "\n\n  " + SOUND,
        "\ufeff\n" + SOUND,
        "<br />\n<b>Warning</b>: Undefined index in <b>/www/feed.php</b> on line 3<br />" + SOUND,
        SOUND.replace("</item>", ""),
        SOUND.replace("</title>", ""),
        SOUND.replace("</link>", ""),
        SOUND.replace("</guid>", ""),
        SOUND.replace("</guid></item>", ""),
        SOUND.replace("</channel></rss>", ""),
        SOUND.replace("</item>", "</channel></item>"),
        SOUND.replace("</guid>", "</guid><item/>"),
        SOUND.replace("<guid>", "<description><p>a<br>b <b>c <i>d</b> & < e</description><guid>"),
        SOUND.replace("<guid>", "<description>never closed <guid>"),
        SOUND.replace("<guid>", "<unknown><![CDATA[ </item> ]]></unknown><guid>"),
        SOUND.replace("<guid>", "<!-- <item><title>no</title></item> --><guid>"),
        SOUND.replace("<guid>", "<img src='x.png'><guid>"),
        SOUND.replace("<item>", "</div></p><item>"),
        SOUND.replace("<item>", "<item nonsense=\"x y='>"),
        SOUND.replace("<rss", "<!DOCTYPE rss [<!ENTITY a 'b'>]><rss"),
        SOUND.replace('<rss version="2.0">', "").replace("</rss>", ""),
        ITEMS,
        SOUND.replace("item>", "ITEM>"),
        SOUND + "<script>trailing()</script> junk",
    ],
)
def test_every_item_is_found_all_the_same(broken: str) -> None:
    assert shown(read(broken.encode())) == ALL


@pytest.mark.parametrize("share", [n / 20 for n in range(4, 20)])
def test_a_feed_that_is_cut_off_keeps_what_is_whole(share: float) -> None:
    feed = read(SOUND[: int(len(SOUND) * share)].encode())

    for seen, whole in zip(shown(feed), ALL, strict=False):
        assert all(part in {None, expected} for part, expected in zip(seen, whole, strict=True))


def test_items_behind_the_fault_count() -> None:
    feed = read(
        b"<rss><channel><item><title>Good</title></item>"
        b"<item><title>Bad & <b>bold</title><link>https://e.org/?a=1&b=2</link></item>"
        b"<item><title>After</title></item></channel></rss>"
    )

    assert [item.title for item in feed.items] == ["Good", "Bad & bold", "After"]
    assert feed.items[1].link == "https://e.org/?a=1&b=2"


def test_atom_without_end_tags_and_with_html_that_is_not_closed() -> None:
    feed = read(
        b"<feed xmlns='http://www.w3.org/2005/Atom'>"
        b"<entry><id>1<title>One<summary>words<updated>2024-01-02T00:00:00Z</updated>"
        b"<entry><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>a<br>b"
        b"<entry><id>3</id></entry></feed>"
    )

    assert [(item.guid, item.title) for item in feed.items] == [
        ("1", "One"),
        (None, None),
        ("3", None),
    ]
    assert feed.items[0].published is not None
    assert feed.items[1].description == "a b"


def test_a_feed_in_an_entry_is_not_the_feed() -> None:
    feed = read(
        b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>Outer</title><x>"
        b"<feed><title>Comments</title><entry><title>Inner</title></entry></feed></x></entry></feed>"
    )

    assert [item.title for item in feed.items] == ["Outer"]
    assert feed.title is None


def test_control_characters_vanish_and_unknown_references_stay() -> None:
    (item,) = read(
        b"<rss><item><title>a\x07b &unknown; &#1;c</title><guid>x\x00y</guid></item></rss>"
    ).items

    assert item.title == "ab &unknown; c"
    assert item.guid == "xy"


def test_what_is_deep_is_read_as_far_as_it_is_shallow() -> None:
    feed = read(f"<rss><channel>{'<div>' * 5000}{ITEMS}".encode())
    inside = read(
        f"<rss><channel><item><description>{'<p>' * 5000}deep</description>{ITEMS}".encode()
    )

    assert feed.items == ()
    assert shown(inside)[1:] == ALL
    assert inside.items[0].description == "deep"
