"""RSS, RDF and Atom in the dialects that real feeds speak."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from adapters.feeds.reader import read
from bot.port.source import Feed, FurtherLink, Item

BASE = "https://example.org/feeds/all.xml"
ATOM = 'xmlns="http://www.w3.org/2005/Atom"'


def rss(channel: str, attributes: str = "") -> Feed:
    text = (
        f'<?xml version="1.0"?><rss version="2.0" {attributes}><channel>{channel}</channel></rss>'
    )
    return read(text.encode(), base=BASE)


def rss_item(fields: str, attributes: str = "") -> Item:
    (item,) = rss(f"<item>{fields}</item>", attributes).items
    return item


def atom(fields: str, attributes: str = ATOM) -> Feed:
    return read(f"<feed {attributes}>{fields}</feed>".encode(), base=BASE)


def atom_entry(fields: str, attributes: str = ATOM) -> Item:
    (item,) = atom(f"<entry>{fields}</entry>", attributes).items
    return item


def test_a_whole_feed_of_rss() -> None:
    feed = rss(
        """
        <title>News &amp;amp; views</title><link>https://example.org/</link>
        <atom:link rel="self" href="all.xml"/><atom:link rel="next" href="?page=2"/>
        <language>ko-KR</language><ttl>45</ttl>
        <image><title>Logo</title><url>logo.png</url><link>https://other.example/</link></image>
        <item>
          <title><![CDATA[A <b>model</b> &amp; its makers]]></title>
          <link> https://example.org/a?idxno=1&amp;x=2#top </link>
          <comments>https://example.org/a/comments</comments>
          <guid isPermaLink="false">tag:1</guid>
          <pubDate>Tue, 02 Jan 2024 15:04:05 +0900</pubDate>
          <dc:creator>Kim Minji</dc:creator><dc:creator>Lee</dc:creator>
          <category>AI</category><category>AI</category><category>모델</category>
          <description>&lt;p&gt;One &lt;img src="/a.png"&gt;two&lt;/p&gt;</description>
          <content:encoded><![CDATA[<p>much longer</p>]]></content:encoded>
        </item>
        <item/>
        """,
        'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/"',
    )

    assert feed == Feed(
        title="News & views",
        link="https://example.org/",
        language="ko-KR",
        refresh=timedelta(minutes=45),
        url="https://example.org/feeds/all.xml",
        items=(
            Item(
                title="A model & its makers",
                link="https://example.org/a?idxno=1&x=2#top",
                guid="tag:1",
                published=datetime(2024, 1, 2, 6, 4, 5, tzinfo=UTC),
                description="One two",
                image="https://example.org/a.png",
                authors=("Kim Minji", "Lee"),
                categories=("AI", "모델"),
                links=(FurtherLink("comments", "https://example.org/a/comments"),),
            ),
            Item(),
        ),
    )


def test_a_whole_feed_of_atom() -> None:
    feed = atom(
        """
        <title>Releases</title><id>tag:feed</id><updated>2024-02-01T00:00:00Z</updated>
        <link rel="self" href="/releases.atom"/><link href="/releases"/>
        <entry xml:lang="en">
          <id>tag:github.com,2008:1/v1</id><title>v1</title>
          <link rel="enclosure" href="v1.zip"/><link rel="related" href="https://arxiv.org/abs/1"/>
          <link rel="alternate" type="text/html" href="/releases/v1"/>
          <published>2024-01-02T03:04:05+09:00</published><updated>2024-01-05T00:00:00Z</updated>
          <author><name>octo</name><uri>https://example.org/octo</uri></author>
          <category term="release" label="Release"/>
          <content type="html">&lt;h1&gt;New&lt;/h1&gt;&lt;p&gt;Fast&lt;/p&gt;</content>
          <source><title>Other</title><id>other</id><updated>2001-01-01T00:00:00Z</updated></source>
        </entry>
        """
    )

    assert (feed.title, feed.link, feed.url) == (
        "Releases",
        "https://example.org/releases",
        "https://example.org/releases.atom",
    )
    assert feed.items == (
        Item(
            title="v1",
            link="https://example.org/releases/v1",
            guid="tag:github.com,2008:1/v1",
            published=datetime(2024, 1, 1, 18, 4, 5, tzinfo=UTC),
            description="New Fast",
            language="en",
            authors=("octo",),
            categories=("Release",),
            links=(
                FurtherLink("enclosure", "https://example.org/feeds/v1.zip"),
                FurtherLink("related", "https://arxiv.org/abs/1"),
            ),
        ),
    )


def test_a_whole_feed_of_rdf() -> None:
    feed = read(
        b"""<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
          xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
          xmlns:s="http://purl.org/rss/1.0/modules/syndication/">
        <channel r:about="https://example.org/"><title>Journal</title>
          <link>https://example.org/</link><s:updatePeriod>daily</s:updatePeriod>
          <s:updateFrequency>4</s:updateFrequency>
          <items><r:Seq><r:li r:resource="https://example.org/1"/></r:Seq></items></channel>
        <image r:about="i"><title>Logo</title><link>https://other.example/</link></image>
        <item r:about="urn:1"><title>Paper</title><link>https://example.org/1</link>
          <dc:date>2024-01-02T00:00:00Z</dc:date><dc:subject>ML</dc:subject></item>
        <item r:about="https://example.org/2"><title>No link</title></item></r:RDF>"""
    )

    assert (feed.title, feed.refresh) == ("Journal", timedelta(hours=6))
    assert [(item.title, item.link, item.guid) for item in feed.items] == [
        ("Paper", "https://example.org/1", "urn:1"),
        ("No link", "https://example.org/2", "https://example.org/2"),
    ]
    assert feed.items[0].published == datetime(2024, 1, 2, tzinfo=UTC)
    assert feed.items[0].categories == ("ML",)


@pytest.mark.parametrize(
    ("fields", "link"),
    [
        ("<link>/news/1</link>", "https://example.org/news/1"),
        ("<link>news/1</link>", "https://example.org/feeds/news/1"),
        ("<link>//cdn.example/1</link>", "https://cdn.example/1"),
        ("<link>\n  https://example.org/a\n/b </link>", "https://example.org/a/b"),
        ("<link>https://example.org/a b</link>", "https://example.org/a%20b"),
        ("<link>https://example.org/한글</link>", "https://example.org/한글"),
        ("<link>https://example.org/?a=1&b=2</link>", "https://example.org/?a=1&b=2"),
        (
            "<link><![CDATA[https://example.org/?a=1&amp;b=2]]></link>",
            "https://example.org/?a=1&b=2",
        ),
        ("<link/>https://example.org/tail", "https://example.org/tail"),
        ("<link></link>\nhttps://example.org/tail\n", "https://example.org/tail"),
        ("<link href='https://example.org/href'/>", "https://example.org/href"),
        ("<link></link><link>https://example.org/2</link>", "https://example.org/2"),
        ("<guid>https://example.org/g</guid>", "https://example.org/g"),
        ("<guid isPermaLink='true'>https://example.org/g</guid>", "https://example.org/g"),
        ("<guid isPermaLink='true'>/g</guid>", "https://example.org/g"),
        ("<link>https://example.org/\n    long/path</link>", "https://example.org/long/path"),
        ("<guid isPermaLink='false'>https://example.org/g</guid>", None),
        ("<guid>/g</guid>", None),
        ("<guid>tag:example.org,2024:1</guid>", None),
        (
            "<link>https://example.org/l</link><guid>https://example.org/g</guid>",
            "https://example.org/l",
        ),
        ("<link>javascript:alert(1)</link>", None),
        (
            "<link>javascript:alert(1)</link><guid>https://example.org/g</guid>",
            "https://example.org/g",
        ),
        ("<link>data:text/html,hello</link>", None),
        ("<link>no address at all</link>", None),
        ("<link>https://[broken/</link>", None),
        ("<link>http://</link>", None),
        ("<atom:link href='https://example.org/a'/>", "https://example.org/a"),
        ("<atom:link rel='standout' href='https://example.org/a'/>", None),
        ("<enclosure url='https://example.org/a.mp3'/>", None),
    ],
)
def test_the_link_of_an_item_of_rss(fields: str, link: str | None) -> None:
    assert rss_item(fields, 'xmlns:atom="http://www.w3.org/2005/Atom"').link == link


@pytest.mark.parametrize(
    ("fields", "link"),
    [
        ("<link rel='self' href='/s'/><link rel='related' href='/r'/>", None),
        ("<link href='/a'/>", "https://example.org/a"),
        ("<link rel='related' href='/r'/><link href='/a'/>", "https://example.org/a"),
        (
            "<link type='application/json' href='/j'/><link type='text/html' href='/h'/>",
            "https://example.org/h",
        ),
        (
            "<link rel='http://www.iana.org/assignments/relation/alternate' href='/a'/>",
            "https://example.org/a",
        ),
        ("<link href='tag:example.org,2024:1'/>", None),
        ("<id>https://example.org/id</id>", None),
        ("<link xml:base='https://other.example/x/' href='y'/>", "https://other.example/x/y"),
    ],
)
def test_the_link_of_an_entry_of_atom(fields: str, link: str | None) -> None:
    assert atom_entry(fields).link == link


def test_bases_add_up_from_the_outside_in() -> None:
    feed = atom(
        "<entry xml:base='b/'><link href='c'/></entry><entry><link href='c'/></entry>",
        f"{ATOM} xml:base='https://other.example/a/'",
    )
    fragment = atom("<entry><link href='c'/></entry>", f"{ATOM} xml:base='#part'")

    assert [item.link for item in feed.items] == [
        "https://other.example/a/b/c",
        "https://other.example/a/c",
    ]
    assert fragment.items[0].link == "https://example.org/feeds/c"


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ("<title>AT&amp;T</title>", "AT&T"),
        (
            "<title type='text'>Use of &lt;script> in C++ vector&lt;int></title>",
            "Use of <script> in C++ vector<int>",
        ),
        ("<title>&lt;b>Bold&lt;/b> all the same</title>", "Bold all the same"),
        ("<title type='html'>&lt;b>Bold&lt;/b> &amp;amp; more</title>", "Bold & more"),
        ("<title type='html'><![CDATA[Show <em>it</em> &lt;here&gt;]]></title>", "Show it <here>"),
        (
            "<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>A <b>b</b> &lt;c></div>",
            "A b <c>",
        ),
        ("<title>\n  Broken\n  over lines </title>", "Broken over lines"),
        (
            "<title/><media:title xmlns:media='http://search.yahoo.com/mrss/'>Video</media:title>",
            "Video",
        ),
        ("<summary>only this</summary>", None),
    ],
)
def test_the_title_of_an_entry_of_atom(fields: str, title: str | None) -> None:
    assert atom_entry(fields).title == title


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ("<title>A &lt;b&gt;bold&lt;/b&gt; claim</title>", "A bold claim"),
        ("<title>A <b>bold</b> claim</title>", "A bold claim"),
        ("<title>Tom &amp;apos;s &amp;quot;it&amp;quot;</title>", 'Tom \'s "it"'),
        ("<title>caf&eacute; &nbsp; &hellip;</title>", "café …"),
        ("<title>&lt;script&gt;alert(1)&lt;/script&gt;Hello</title>", "Hello"),
        ("<title><script>alert(1)</script>Hello</title>", "Hello"),
        ("<title></title><title>Second</title>", "Second"),
        ("<dc:title>Dublin</dc:title>", "Dublin"),
        ("<description>words</description>", None),
        ("<media:content><media:title>Caption</media:title></media:content>", None),
    ],
)
def test_the_title_of_an_item_of_rss(fields: str, title: str | None) -> None:
    assert rss_item(fields).title == title


@pytest.mark.parametrize(
    "fields",
    [
        "<pubDate>Tue, 02 Jan 2024 00:00:00 GMT</pubDate><dc:date>2020-01-01</dc:date>",
        "<pubDate>soon</pubDate><dc:date>2024-01-02</dc:date>",
        "<PUBDATE>2024-01-02</PUBDATE>",
        "<published>2024-01-02</published>",
        "<dcterms:issued>2024-01-02</dcterms:issued>",
        "<a10:updated>2024-01-02T00:00:00Z</a10:updated>",
        "<atom:published>2024-01-02</atom:published><atom:updated>2024-05-01</atom:updated>",
    ],
)
def test_the_date_of_an_item_stands_in_many_fields(fields: str) -> None:
    assert rss_item(fields).published == datetime(2024, 1, 2, tzinfo=UTC)


def test_atom_0_3_has_dates_of_its_own() -> None:
    entry = atom_entry(
        "<title mode='escaped' type='text/html'>Old &amp;lt;b&amp;gt;</title>"
        "<link rel='alternate' type='text/html' href='https://example.org/1'/>"
        "<modified>2004-05-01T00:00:00Z</modified><issued>2004-01-02T00:00:00Z</issued>",
        'version="0.3" xmlns="http://purl.org/atom/ns#"',
    )

    assert entry.published == datetime(2004, 1, 2, tzinfo=UTC)
    assert entry.link == "https://example.org/1"


def test_dates_that_could_be_either_way_round_are_told_by_the_others() -> None:
    feed = rss("".join(f"<item><pubDate>{day}/2024</pubDate></item>" for day in ("08/02", "26/01")))
    alone = rss_item("<pubDate>08/02/2024</pubDate>")

    assert [item.published for item in feed.items] == [
        datetime(2024, 2, 8, tzinfo=UTC),
        datetime(2024, 1, 26, tzinfo=UTC),
    ]
    assert alone.published is None


def test_a_korean_paper_without_guids_zones_and_a_root() -> None:
    feed = read(
        """
<channel><title>테크신문 - 전체기사</title><language>ko</language>
  <item><title>“AI 반도체” 양산</title>
    <link>https://news.example.kr/news/articleView.html?idxno=20486</link>
    <description><![CDATA[ 삼성이 양산을 시작했다. ]]></description>
    <author><![CDATA[ 김태훈 기자 ]]></author><pubDate>2024-01-02 15:04:05</pubDate></item>
</channel>""".encode(),
        zone=ZoneInfo("Asia/Seoul"),
    )

    assert (feed.title, feed.language) == ("테크신문 - 전체기사", "ko")
    assert feed.items == (
        Item(
            title="“AI 반도체” 양산",
            link="https://news.example.kr/news/articleView.html?idxno=20486",
            published=datetime(2024, 1, 2, 6, 4, 5, tzinfo=UTC),
            description="삼성이 양산을 시작했다.",
            authors=("김태훈 기자",),
        ),
    )


def test_a_video_has_its_description_and_picture_in_a_group() -> None:
    entry = atom_entry(
        "<title>Talk</title><media:group><media:title>Another title</media:title>"
        "<media:content url='https://example.org/v.swf' type='application/x-shockwave-flash'/>"
        "<media:thumbnail url='https://example.org/i?id=1'/>"
        "<media:description>About it</media:description></media:group>",
        f'{ATOM} xmlns:media="http://search.yahoo.com/mrss/"',
    )

    assert (entry.title, entry.description, entry.image) == (
        "Talk",
        "About it",
        "https://example.org/i?id=1",
    )


@pytest.mark.parametrize(
    ("fields", "image"),
    [
        ("<media:content url='/a.jpg' medium='image'/>", "https://example.org/a.jpg"),
        ("<media:content url='/a.mp4' type='video/mp4'/>", None),
        ("<enclosure url='/a.png' type='image/png'/>", "https://example.org/a.png"),
        ("<enclosure url='/a.mp3' type='audio/mpeg'/>", None),
        ("<itunes:image href='/cover'/>", "https://example.org/cover"),
        ("<image><url>/a.gif</url></image>", "https://example.org/a.gif"),
        ("<description>&lt;img src='/a.png'&gt;</description>", "https://example.org/a.png"),
        (
            "<description><![CDATA[<img src='/pixel' width='1'/><img src='/a'>]]></description>",
            "https://example.org/a",
        ),
        ("<media:thumbnail url='javascript:alert(1)'/>", None),
    ],
)
def test_the_picture_of_an_item(fields: str, image: str | None) -> None:
    assert rss_item(fields).image == image


@pytest.mark.parametrize(
    ("fields", "authors"),
    [
        ("<author>writer@example.org (Kim Minji)</author>", ("Kim Minji",)),
        ("<author>Kim Minji &lt;writer@example.org&gt;</author>", ("Kim Minji",)),
        ("<author>writer@example.org</author>", ()),
        ("<itunes:author>A show</itunes:author>", ("A show",)),
        ("<author><name>Kim</name><title>Editor</title></author>", ("Kim",)),
        ("<author>a@</author>" + f"<author>{'a' * 20_000}</author>", ("a@", "a" * 300)),
    ],
)
def test_the_authors_of_an_item_without_their_addresses(
    fields: str, authors: tuple[str, ...]
) -> None:
    assert rss_item(fields).authors == authors


def test_namespaces_count_by_their_address_and_undeclared_prefixes_by_name() -> None:
    declared = rss_item(
        "<x:date>2024-01-02</x:date><y:encoded>text</y:encoded>",
        'xmlns:x="https://purl.org/dc/elements/1.1" '
        'xmlns:y="http://purl.org/rss/1.0/modules/content/"',
    )
    undeclared = rss_item("<dc:date>2024-01-02</dc:date><content:encoded>text</content:encoded>")
    prefixed = read(
        b"<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:title>T</a:title><a:entry>"
        b"<a:id>1</a:id></a:entry></a:feed>"
    )
    plain = read(
        b"<feed><title>T</title><entry><id>1</id><link href='https://e.org/'/></entry></feed>"
    )
    shouted = read(b"<RSS><CHANNEL><TITLE>T</TITLE><ITEM><GUID>1</GUID></ITEM></CHANNEL></RSS>")

    assert declared == undeclared
    assert declared.description == "text"
    assert [feed.title for feed in (prefixed, plain, shouted)] == ["T"] * 3
    assert [feed.items[0].guid for feed in (prefixed, plain, shouted)] == ["1"] * 3
    assert plain.items[0].link == "https://e.org/"


def test_what_is_behind_a_counting_address_and_what_arxiv_announces() -> None:
    item = rss_item(
        "<link>http://feedproxy.example/~r/1</link>"
        "<feedburner:origLink>https://example.org/1</feedburner:origLink>"
        "<arxiv:announce_type>replace-cross</arxiv:announce_type>"
        "<guid isPermaLink='false'>oai:arXiv.org:2205.06398v2</guid>",
        'xmlns:arxiv="http://arxiv.org/schemas/atom"',
    )

    assert item.link == "http://feedproxy.example/~r/1"
    assert item.links == (FurtherLink("original", "https://example.org/1"),)
    assert item.announce_type == "replace-cross"


@pytest.mark.parametrize(
    ("fields", "refresh"),
    [
        ("<ttl>60</ttl>", timedelta(hours=1)),
        ("<ttl>often</ttl>", None),
        ("<ttl>0</ttl>", None),
        ("<sy:updatePeriod>\n hourly </sy:updatePeriod>", timedelta(hours=1)),
        (
            "<sy:updatePeriod>weekly</sy:updatePeriod><sy:updateFrequency>7</sy:updateFrequency>",
            timedelta(days=1),
        ),
        ("<sy:updatePeriod>sometimes</sy:updatePeriod>", None),
    ],
)
def test_how_long_a_feed_wants_to_be_left_alone(fields: str, refresh: timedelta | None) -> None:
    assert rss(fields).refresh == refresh
