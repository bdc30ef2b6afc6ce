"""Which addresses are the same story, and which are refused."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.entries.links import MAXIMUM_LENGTH, Fault, arxiv_month, canonical, host
from store.model import PublishedDate

SAME = [
    ("http://example.com/a", "https://example.com/a"),
    ("HTTPS://Example.COM/a", "https://example.com/a"),
    ("https://www.example.com/a", "https://example.com/a"),
    ("https://www.www.example.com/a", "https://example.com/a"),
    ("https://example.com.", "https://example.com/"),
    ("https://example.com", "https://example.com/"),
    ("https://example.com?", "https://example.com/"),
    ("https://example.com:443/a", "https://example.com/a"),
    ("http://example.com:80/a", "https://example.com/a"),
    ("https://example.com/a/", "https://example.com/a"),
    ("https://example.com/a//", "https://example.com/a"),
    ("https://example.com/b/../a/./", "https://example.com/a"),
    ("https://example.com/b/%2e%2E/a", "https://example.com/a"),
    ("https://example.com/a#why", "https://example.com/a"),
    ("https://example.com/a#:~:text=why", "https://example.com/a"),
    ("https://example.com/#/", "https://example.com/"),
    ("https://example.com/%7Ekim/%ea%b0%80", "https://example.com/~kim/가"),
    ("https://example.com/\u1100\u1161", "https://example.com/가"),
    ("https://example.com/100%", "https://example.com/100%25"),
    ("https://example.com/C%2B%2B_%28language%29", "https://example.com/C++_(language)"),
    ("https://example.com/?b=2&a=1", "https://example.com/?a=1&b=2"),
    ("https://example.com/?q=a+b", "https://example.com/?q=a%20b"),
    ("https://example.com/?&a=1&&", "https://example.com/?a=1"),
    ("https://한국.kr/뉴스", "https://xn--3e0b707e.kr/%EB%89%B4%EC%8A%A4"),
    ("https://ｅｘａｍｐｌｅ.com/", "https://example.com/"),
    ("https://[::0001]/a", "https://[::1]/a"),
    (
        "https://example.com/a?utm_source=x&UTM_Campaign=y&fbclid=1&gclid=2&mc_cid=3&igshid=4",
        "https://example.com/a",
    ),
    (
        "https://news.example.com/articleView.html?idxno=135460&utm_source=kakao",
        "https://news.example.com/articleView.html?idxno=135460",
    ),
    ("https://twitter.com/ai/status/1?s=20&t=Ab", "https://x.com/ai/status/1"),
    ("https://mobile.twitter.com/ai/status/1", "https://x.com/ai/status/1"),
    ("https://m.blog.naver.com/kim/2231", "https://blog.naver.com/kim/2231"),
    ("https://ko.m.wikipedia.org/wiki/GPT-3", "https://ko.wikipedia.org/wiki/GPT-3"),
    ("https://github.com/a/b?tab=readme-ov-file#usage", "https://github.com/a/b"),
    ("https://youtu.be/dQw4w9WgXcQ?si=abc", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
    ("https://youtube.com/shorts/dQw4w9WgXcQ", "https://m.youtube.com/watch?v=dQw4w9WgXcQ&t=10s"),
]

# A family of addresses between two blank lines, without https:// before them.
SAME_STORY = """
youtube.com/watch?v=dQw4w9WgXcQ
youtube.com/embed/dQw4w9WgXcQ
youtube.com/v/dQw4w9WgXcQ
youtube-nocookie.com/embed/dQw4w9WgXcQ?start=3
music.youtube.com/watch?v=dQw4w9WgXcQ
youtube.com/live/dQw4w9WgXcQ
youtube.com/watch?v=dQw4w9WgXcQ&list=PL1
youtu.be/dQw4w9WgXcQ?t=9

vimeo.com/123456
player.vimeo.com/video/123456
vimeo.com/channels/staff/123456

tv.naver.com/v/123
m.tv.naver.com/v/123
tv.naver.com/embed/123

x.com/Some_One/status/11
twitter.com/some_one/status/11?s=20
fxtwitter.com/some_one/status/11
vxtwitter.com/a/status/11
fixupx.com/i/status/11
x.com/i/web/status/11
nitter.net/a/status/11
x.com/a/status/11/photo/1
mobile.twitter.com/a/status/11/video/1
x.com/a/statuses/11

threads.net/@a/post/Cx1
threads.com/@b/post/Cx1?hl=ko
threads.net/t/Cx1

bsky.app/profile/a.b/post/3k
fxbsky.app/profile/a.b/post/3k

reddit.com/r/LocalLLaMA/comments/1abc23/some_title
old.reddit.com/comments/1abc23
redd.it/1abc23
np.reddit.com/r/a/comments/1abc23/x?sort=new

linkedin.com/feed/update/urn:li:activity:71234
kr.linkedin.com/posts/kim_x-activity-71234-Ab1c

instagram.com/p/Cx1
instagram.com/reel/Cx1/?igsh=a
instagram.com/kim/p/Cx1

openreview.net/forum?id=a1
openreview.net/pdf?id=a1
openreview.net/forum?id=a1&noteId=b

aclanthology.org/2023.acl-long.1
aclanthology.org/2023.acl-long.1.pdf
aclweb.org/anthology/2023.acl-long.1

biorxiv.org/content/10.1101/2024.01.02.3v1
biorxiv.org/content/10.1101/2024.01.02.3v2.full.pdf

dl.acm.org/doi/10.1145/1.2
dl.acm.org/doi/pdf/10.1145/1.2
dl.acm.org/doi/abs/10.1145/1.2

nature.com/articles/s41586-1
nature.com/articles/s41586-1.pdf

doi.org/10.1038/S41586-1
dx.doi.org/10.1038/s41586-1

n.news.naver.com/article/001/0012345678
n.news.naver.com/mnews/article/001/0012345678?sid=105
news.naver.com/main/read.naver?mode=LSD&mid=sec&oid=001&aid=0012345678
news.naver.com/main/read.nhn?oid=001&aid=0012345678
m.news.naver.com/read.naver?oid=001&aid=0012345678
n.news.naver.com/article/comment/001/0012345678

blog.naver.com/Kim/22300
m.blog.naver.com/kim/22300
blog.naver.com/PostView.naver?blogId=kim&logNo=22300&proxyReferer=x
blog.naver.com/PostView.nhn?logNo=22300&blogId=kim
blog.naver.com/kim?Redirect=Log&logNo=22300

cafe.naver.com/ai/12
m.cafe.naver.com/ai/12

v.daum.net/v/20240102030405678
news.v.daum.net/v/20240102030405678?from=x

news.hada.io/topic?id=12
news.hada.io/topic?id=12&go=comments

aitimes.com/news/articleView.html?idxno=9
aitimes.com/news/articleViewAmp.html?idxno=9
m.aitimes.com/news/articleView.html?idxno=9&page=2

yna.co.kr/view/AKR2024
m.yna.co.kr/view/AKR2024
yna.co.kr/amp/view/AKR2024

brunch.co.kr/@kim/3
m.brunch.co.kr/@kim/3

github.com/a/b
github.com/A/B.git
github.com/a/b/tree/main
github.com/a/b/blob/main/README.md

github.com/a/b/pull/3
github.com/a/b/pull/3/files

github.com/a/b/blob/main/x.py
raw.githubusercontent.com/a/b/main/x.py

huggingface.co/a/b
hf.co/a/b
huggingface.co/a/b/tree/main

a.example/news/2024-01-02-x
a.example/news/2024-01-02-x/amp
a.example/news/2024-01-02-x?amp=1

a.example/t4?a=1
google.com/url?q=https://a.example/t4%3Fa%3D1&sa=D&ust=1
google.co.kr/url?rct=j&url=https://a.example/t4%3Fa%3D1&ct=ga
l.facebook.com/l.php?u=https%3A%2F%2Fa.example%2Ft4%3Fa%3D1&h=AT1
youtube.com/redirect?event=d&q=https%3A%2F%2Fa.example%2Ft4%3Fa%3D1
duckduckgo.com/l/?uddg=https%3A%2F%2Fa.example%2Ft4%3Fa%3D1
nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example%2Ft4%3Fa%3D1&data=05
out.reddit.com/t3_1?url=https%3A%2F%2Fa.example%2Ft4%3Fa%3D1&token=x
slack-redir.net/link?url=https%3A%2F%2Fa.example%2Ft4%3Fa%3D1
linkedin.com/safety/go?url=https%3A%2F%2Fa.example%2Ft4%3Fa%3D1
bing.com/ck/a?!&&p=1&u=a1aHR0cHM6Ly9hLmV4YW1wbGUvdDQ_YT0x&ntb=1
web.archive.org/web/20240102030405/https://a.example/t4?a=1
archive.ph/newest/https://a.example/t4?a=1
r.jina.ai/https://a.example/t4?a=1
href.li/?https://a.example/t4?a=1
urldefense.com/v3/__https://a.example/t4?a=1__;!!Ab
google.com/url?q=https://l.facebook.com/l.php?u%3Dhttps%253A%252F%252Fa.example%252Ft4%253Fa%253D1

a-b.example.com/x
a--b-example-com.translate.goog/x?_x_tr_sl=en

a.example/t5
tracking.tldrnewsletter.com/CL0/https:%2F%2Fa.example%2Ft5/1/0100-x/abc=1
x1.r.us-east-1.awstrack.me/L0/https:%2F%2Fa.example%2Ft5/1/01/x=3
r.search.yahoo.com/_ylt=A;_ylu=Y/RV=2/RU=https%3a%2f%2fa.example%2ft5/RK=2/RS=z-
click.convertkit-mail2.com/abc/def/aHR0cHM6Ly9hLmV4YW1wbGUvdDU=
substack.com/redirect/2/eyJlIjoiaHR0cHM6Ly9hLmV4YW1wbGUvdDUifQ.abc
facebook.com/sharer/sharer.php?u=https%3A%2F%2Fa.example%2Ft5
x.com/intent/post?text=A&url=https%3A%2F%2Fa.example%2Ft5
t.me/share/url?url=https://a.example/t5
go.bsky.app/redirect?u=https%3A%2F%2Fa.example%2Ft5
google.com/imgres?imgurl=x&imgrefurl=https://a.example/t5
via.hypothes.is/https://a.example/t5
cr.naver.com/rd?m=1&u=https%3A%2F%2Fa.example%2Ft5
linkprotect.cudasvc.com/url?a=https%3A%2F%2Fa.example%2Ft5&c=E

a.substack.com/p/x
a.substack.com/p/x/comments?open=false
open.substack.com/pub/a/p/x?r=1

news.ycombinator.com/item?id=12
hn.svelte.dev/item/12
hn.algolia.com/api/v1/items/12

donga.com/news/article/all/20240101/12345/1
donga.com/news/amp/all/20240101/12345/1
donga.com/news/It/article/all/20240101/12345/1

mk.co.kr/news/it/10000001
m.mk.co.kr/news/economy/10000001

hani.co.kr/arti/science/1.html
m.hani.co.kr/arti/science/1.html

khan.co.kr/article/202401010000001
m.khan.co.kr/it/article/202401010000001/amp

bbc.com/news/articles/c1
bbc.co.uk/news/articles/c1

nature.com/articles/s41586-021-1
doi.org/10.1038/s41586-021-1

dl.acm.org/doi/10.1145/1.2
doi.org/10.1145/1.2

twitch.tv/videos/123
m.twitch.tv/videos/123

youtube.com/watch?v=dQw4w9WgXcQ
youtube.googleapis.com/v/dQw4w9WgXcQ
youtube.com/attribution_link?a=x&u=%2Fwatch%3Fv%3DdQw4w9WgXcQ%26feature%3Dshare
consent.youtube.com/m?continue=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3DdQw4w9WgXcQ&gl=DE

x.com/a/status/11
unrollthread.com/t/11
publish.twitter.com/?query=https%3A%2F%2Ftwitter.com%2Fa%2Fstatus%2F11

bsky.app/profile/kim.example/post/3k
bsky.app/profile/KIM.example/post/3k

reddit.com/r/a/comments/1abc23/t
reddit.com/r/a/comments/1abc23.json
safereddit.com/r/a/comments/1abc23/t

blog.naver.com/kim/22300
blog.naver.com/NBlogTop.naver?isHttpsRedirect=true&blogId=kim&logNo=22300

n.news.naver.com/article/001/0012345678
n.news.naver.com/article/print/001/0012345678
media.naver.com/article/001/0012345678

cafe.naver.com/ca-fe/cafes/9/articles/12
cafe.naver.com/f-e/cafes/9/articles/12

v.daum.net/v/20240102030405678
auto.v.daum.net/v/20240102030405678

yna.co.kr/view/AKR20240101000100017
yna.kr/AKR20240101000100017
yonhapnews.co.kr/view/AKR20240101000100017

joongang.co.kr/article/25000001
news.joins.com/article/25000001

kim.tistory.com/12
kim.tistory.com/m/12?category=3

medium.com/@kim/one-0123456789ab
medium.com/m/global-identity-2?redirectUrl=https%3A%2F%2Fmedium.com%2F%40kim%2Fone-0123456789ab

huggingface.co/a/b
huggingface.co/a/b?library=transformers

a.example/t5
instagram.com/linkshim/?u=https%3A%2F%2Fa.example%2Ft5
band.us/plugin/share?body=x&route=https%3A%2F%2Fa.example%2Ft5
story.kakao.com/share?url=https%3A%2F%2Fa.example%2Ft5
a.example/t5?__twitter_impression=true&guccounter=1&guce_referrer=aHR0
a.example/t5?WT.mc_id=1&at_medium=RSS&_branch_match_id=2
""".strip().split("\n\n")

OTHER_STORY = """
youtube.com/watch?v=dQw4w9WgXcQ
youtube.com/watch?v=dQw4w9WgXcR
youtube.com/playlist?list=PL1

x.com/a/status/11
x.com/a/status/12
x.com/a
x.com/search?q=1
x.com/search?q=2

reddit.com/r/a/comments/1abc23/t
reddit.com/r/a/comments/1abc24/t
reddit.com/r/a/comments/1abc23/t/k9

n.news.naver.com/article/001/0012345678
n.news.naver.com/article/002/0012345678

blog.naver.com/kim/22300
blog.naver.com/kim/22301
blog.naver.com/lee/22300

news.hada.io/topic?id=12
news.hada.io/topic?id=13
news.hada.io/comment?id=12

aitimes.com/news/articleView.html?idxno=9
aitimes.com/news/articleView.html?idxno=10
other.com/news/articleView.html?idxno=9

github.com/a/b
github.com/a/c
github.com/a/b/releases/tag/v1
github.com/a/b/releases/tag/v2
github.com/a/b/issues/3
github.com/a/b/pull/3

huggingface.co/a/b
huggingface.co/a/c
huggingface.co/papers
huggingface.co/datasets/a/b

openreview.net/forum?id=a1
openreview.net/forum?id=a2
openreview.net/group?id=a1

google.com/url?q=https://a.example/1
google.com/url?q=https://a.example/2
google.com/search?q=1

a.example/learn/amp
a.example/learn

medium.com/@kim/one-0123456789ab
medium.com/@kim/two-0123456789ac
medium.com/@kim

doi.org/10.1/a
doi.org/10.1/b

a.substack.com/p/x
a.substack.com/p/y
b.substack.com/p/x
a.substack.com/archive

news.ycombinator.com/item?id=12
news.ycombinator.com/item?id=13
news.ycombinator.com/user?id=12

news.daum.net/v/20240102030405678
news.daum.net/v/20240102030405679
news.daum.net/breakingnews

kim.tistory.com/12
kim.tistory.com/13
kim.tistory.com/category/12

blog.naver.com/PostList.naver?blogId=kim
blog.naver.com/PostList.naver?blogId=lee

medium.com/m/signin
youtube.com/attribution_link?u=x

a.example/redirect?url=https://b.example/t5
b.example/t5

t.me/share
t.me/channel/5
x.com/intent/post?text=A

hani.co.kr/arti/science/1.html
hani.co.kr/arti/science/2.html
""".strip().split("\n\n")

PAPER = [
    "https://arxiv.org/abs/2104.00298",
    "http://arxiv.org/abs/2104.00298",
    "https://www.arxiv.org/abs/2104.00298",
    "https://export.arxiv.org/abs/2104.00298",
    "https://arxiv.org/abs/2104.00298v3",
    "https://arxiv.org/pdf/2104.00298",
    "https://arxiv.org/pdf/2104.00298v1.pdf",
    "https://arxiv.org/pdf/2104.00298.pdf#page=3",
    "https://arxiv.org/html/2104.00298v1/",
    "https://arxiv.org/abs/2104.00298?context=cs.CV",
    "https://arxiv.org/abs/arXiv:2104.00298",
    "https://ar5iv.labs.arxiv.org/html/2104.00298",
    "https://ar5iv.org/abs/2104.00298",
    "https://doi.org/10.48550/arXiv.2104.00298",
    "https://huggingface.co/papers/2104.00298",
    "https://www.alphaxiv.org/overview/2104.00298v2",
    "https://www.semanticscholar.org/arxiv/2104.00298",
    "https://arxiv.org/tb/2104.00298",
    "https://arxiv.org/ftp/arxiv/papers/2104/2104.00298.pdf",
    "https://talk2arxiv.org/pdf/2104.00298.pdf",
    "https://www.google.com/url?q=https://arxiv.org/pdf/2104.00298",
]

OLD_PAPER = [
    "https://arxiv.org/abs/math/0309136",
    "https://arxiv.org/abs/math.GT/0309136",
    "https://arxiv.org/pdf/math/0309136v1.pdf",
    "https://xxx.lanl.gov/abs/math/0309136",
]

OTHER = [
    ("https://example.com/a", "https://example.com/A"),
    ("https://example.com/a?idxno=1", "https://example.com/a?idxno=2"),
    ("https://example.com/a?v=1", "https://example.com/a?v=2"),
    ("https://example.com/a?id=1", "https://example.com/a?id=2"),
    ("https://example.com/a?id=1", "https://example.com/a"),
    ("https://example.com/a?ref=1", "https://example.com/a?ref=2"),
    ("https://example.com/a?a=1&a=2", "https://example.com/a?a=2&a=1"),
    ("https://example.com/a?x&y", "https://example.com/a?y&x"),
    ("https://example.com/a?q=c%2B%2B", "https://example.com/a?q=c++"),
    ("https://example.com/a%2Fb", "https://example.com/a/b"),
    ("https://example.com/a?b=1%262", "https://example.com/a?b=1&2"),
    ("https://example.com:8080/a", "https://example.com/a"),
    ("https://m.example.com/a", "https://example.com/a"),
    ("https://app.example.com/#/news/1", "https://app.example.com/#/news/2"),
    ("https://app.example.com/#!news/1", "https://app.example.com/"),
    ("https://arxiv.org/abs/2104.00298", "https://arxiv.org/abs/2104.00299"),
    ("https://arxiv.org/abs/math/0309136", "https://arxiv.org/abs/hep-th/0309136"),
    ("https://arxiv.org/list/cs.CV/recent", "https://arxiv.org/list/cs.CL/recent"),
    ("https://youtu.be/dQw4w9WgXcQ", "https://youtu.be/dQw4w9WgXcR"),
    ("https://youtube.com/live/live_stream?channel=a", "https://youtube.com/watch?v=b"),
    ("https://www.kr/", "https://kr/"),
    ("https://github.com/a/b?tab=repositories", "https://github.com/a/b"),
]

REFUSED = [
    ("", Fault.EMPTY),
    ("example.com", Fault.SCHEME),
    ("ftp://example.com/a", Fault.SCHEME),
    ("javascript:alert(1)", Fault.SCHEME),
    ("mailto:kim@example.com", Fault.SCHEME),
    ("/images/a.jpg", Fault.SCHEME),
    ("https:example.com", Fault.SCHEME),
    ("https://", Fault.HOST_MISSING),
    ("https:///a", Fault.HOST_MISSING),
    ("https://:80/", Fault.HOST_MISSING),
    ("https://kim@example.com/", Fault.CREDENTIALS),
    ("https://kim:secret@example.com/", Fault.CREDENTIALS),
    ("https://example.com\\@evil.example/", Fault.CREDENTIALS),
    ("https://exa mple.com/", Fault.BLANK),
    ("https://example.com/a b", Fault.BLANK),
    ("https://example.com/a\u3000b", Fault.BLANK),
    ("https://example.com/a\nb", Fault.HIDDEN),
    ("https://example.com/\x00", Fault.HIDDEN),
    ("https://example.com/\u202eb", Fault.HIDDEN),
    ("https://example.com/\u200b", Fault.HIDDEN),
    ("https://example.com/\ud800", Fault.HIDDEN),
    ("https://example.com:99999/", Fault.PORT),
    ("https://example.com:news/", Fault.PORT),
    ("https://example..com/", Fault.HOST),
    ("https://exa<mple.com/", Fault.HOST),
    ("https://ex%61mple.com/", Fault.HOST),
    ("https://[::1/", Fault.HOST),
    ("https://[fe80::1%25eth0]/", Fault.HOST),
    ("https://" + "a" * 254 + "/", Fault.HOST),
    ("https://" + "가" * 100 + "/", Fault.HOST),
    ("https://example.com/" + "a" * MAXIMUM_LENGTH, Fault.TOO_LONG),
    ("https://example.com/" + "가" * 300, Fault.TOO_LONG),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_addresses_of_the_same_story_are_one(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize("family", SAME_STORY)
def test_the_forms_that_a_site_gives_to_a_story_are_one(family: str) -> None:
    forms = {url: canonical(f"https://{url}") for url in family.split()}

    assert len(set(forms.values())) == 1, forms
    assert all(canonical(form) == form for form in forms.values())


@pytest.mark.parametrize("family", OTHER_STORY)
def test_stories_of_one_site_stay_different(family: str) -> None:
    forms = {url: canonical(f"https://www.{url}") for url in family.split()}

    assert len(set(forms.values())) == len(forms), forms


@pytest.mark.parametrize("family", [PAPER, OLD_PAPER])
def test_all_addresses_of_a_paper_are_one(family: list[str]) -> None:
    assert {canonical(url) for url in family} == {family[0]}


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_different_stories_stay_different(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(("url", "fault"), REFUSED)
def test_what_is_no_address_is_refused_in_one_sentence(url: str, fault: Fault) -> None:
    with pytest.raises(ValueError, match=r"^The address .*\.$") as caught:
        canonical(url)
    assert str(caught.value) == fault.value


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.Example.com:8080/a", "example.com"),
        ("https://news.example.co.kr/a", "news.example.co.kr"),
        ("https://twitter.com/ai", "twitter.com"),
        ("https://[::1]/", "[::1]"),
        ("/images/a.jpg", ""),
    ],
)
def test_a_site_is_named_as_people_know_it(url: str, site: str) -> None:
    assert host(url) == site


@pytest.mark.parametrize(
    ("url", "month"),
    [
        ("https://arxiv.org/pdf/2104.00298v1.pdf", PublishedDate(2021, 4)),
        ("https://arxiv.org/abs/0704.0001", PublishedDate(2007, 4)),
        ("https://arxiv.org/abs/hep-th/9901001", PublishedDate(1999, 1)),
        ("https://arxiv.org/abs/2113.00298", None),
        ("https://huggingface.co/papers/2104.00298", PublishedDate(2021, 4)),
        ("https://www.google.com/url?url=https://arxiv.org/abs/2104.00298", PublishedDate(2021, 4)),
        ("https://arxiv.org/list/cs.CV/2104", None),
        ("https://example.com/abs/2104.00298", None),
        ("not an address", None),
    ],
)
def test_the_number_of_a_paper_tells_its_month(url: str, month: PublishedDate | None) -> None:
    assert arxiv_month(url) == month


ADDRESSES = st.builds(
    "".join,
    st.lists(
        st.one_of(
            st.sampled_from(
                [
                    *"/?#&=+%.:@[]!~;,|\\",
                    "%2F",
                    "%2e",
                    "%zz",
                    "%%34",
                    "..",
                    "utm_a=1",
                    "#/",
                    "#!",
                    "가",
                    "www.",
                    "abs/2104.00298v2",
                    "shorts/dQw4w9WgXcQ",
                    "?v=1",
                ]
            ),
            st.text(string.ascii_letters + string.digits, max_size=3),
            st.characters(),
        ),
        max_size=12,
    ),
)
STARTS = st.sampled_from(
    ["", "https://", "http://example.com", "https://arxiv.org/", "https://youtube.com/"]
)


@settings(deadline=None)
@given(STARTS, ADDRESSES)
def test_the_canonical_form_of_a_canonical_form_is_itself(start: str, rest: str) -> None:
    fault = None
    try:
        once = canonical(start + rest)
    except ValueError as refused:
        once, fault = "", str(refused)
    if fault is None:
        assert canonical(once) == once
        assert once.isascii()
        assert len(once) <= MAXIMUM_LENGTH
    else:
        assert fault in set(Fault)


@settings(deadline=None)
@given(st.text())
def test_no_text_breaks_the_helpers(text: str) -> None:
    assert host(text) == "" or host(text) in text.lower()
    arxiv_month(text)
