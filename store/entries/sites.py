"""What sites do with their addresses: the forms under which one story stands, a table a site.

Each row is from the addresses that the site, or a mirror of it, itself gives out. What a row does
not name stays as it is: two stories made one is the worse mistake.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from store.patterns import compiled_later as _later

_ID = r"(?P<id>[^/]+)"
_DIGITS = r"(?P<id>[0-9]+)"
_VIDEO = r"(?P<id>[A-Za-z0-9_-]{11})"
_ARTICLE = r"(?P<oid>[0-9]{3})/(?P<aid>[0-9]{6,})"
_REPOSITORY = r"(?P<owner>[\w.-]+)/(?P<name>[\w.-]+?)"


@dataclass(frozen=True, slots=True)
class _Form:
    """One form. `hosts` and `path` are matched whole, a host without `www.`.

    `keys` are those of the query that must be there; their values fill places of `story`, as the
    groups of the patterns do.
    """

    hosts: re.Pattern[str]
    path: re.Pattern[str]
    story: str
    keys: tuple[str, ...] = ()
    lower: bool = False
    plain: bool = False


def _forms(
    hosts: str, *rows: tuple[str, ...], lower: bool = False, plain: bool = False
) -> tuple[_Form, ...]:
    """Return the forms of a site: each row is a path, the story, and keys of the query.

    `lower`: letter case means nothing there. `plain`: a query makes it another page.
    """
    return tuple(
        _Form(_later(hosts), _later(path, re.IGNORECASE), story, tuple(keys), lower, plain)
        for path, story, *keys in rows
    )


_IN_ANY_CASE = ("owner", "name", "handle")
"""Places in which letter case means nothing."""

_X = (
    r"(?:(?:mobile|m|d|g|t)\.)?(?:x|twitter|fxtwitter|vxtwitter|fixupx|fixvx|twittpr|xcancel)\.com"
    r"|(?:[\w-]+\.)*nitter\.[\w.]+"
)
_STORIES = (
    # Videos
    *_forms(
        r"(?:(?:m|music|gaming|tv)\.)?youtube(?:-nocookie)?\.com|youtube\.googleapis\.com|yewtu\.be|(?:piped|invidious|inv)\.[\w.]+",
        (r"/watch", "youtube.com/watch?v={v}", "v"),
        (rf"/(?:embed|v|e|shorts|live|watch)/{_VIDEO}", "youtube.com/watch?v={id}"),
    ),
    *_forms(
        r"(?:(?:m|player|clips)\.)?twitch\.tv",
        (rf"/(?:[^/]+/)?(?:videos|v)/{_DIGITS}", "twitch.tv/videos/{id}"),
    ),
    *_forms(r"youtu\.be", (rf"/{_VIDEO}", "youtube.com/watch?v={id}")),
    *_forms(
        r"(?:player\.)?vimeo\.com",
        (rf"/(?:video/|channels/[^/]+/|groups/[^/]+/videos/)?{_DIGITS}(?:/[0-9a-f]+)?", "vimeo.com/{id}"),
    ),
    *_forms(r"(?:m\.)?tv\.naver\.com", (rf"/(?:v|embed)/{_DIGITS}", "tv.naver.com/v/{id}")),
    *_forms(
        r"(?:m\.)?tiktok\.com",
        (rf"/@[^/]*/video/{_DIGITS}", "tiktok.com/video/{id}"),
        (rf"/(?:embed(?:/v[0-9])?|v|video)/{_DIGITS}(?:\.html)?", "tiktok.com/video/{id}"),
    ),
    *_forms(
        r"(?:geo\.)?dailymotion\.com|dai\.ly",
        (r"/(?:(?:embed/)?video/)?(?P<id>x[0-9a-z]{5,7})", "dailymotion.com/video/{id}"),
    ),
    *_forms(r"embed\.ted\.com|ted\.com", (rf"/talks/(?:lang/\w+/)?{_ID}", "ted.com/talks/{id}")),
    *_forms(
        r"(?:m\.)?bilibili\.com", (r"/video/(?P<id>BV\w{10})", "bilibili.com/video/{id}")
    ),
    *_forms(
        r"tv\.kakao\.com",
        (rf"/(?:v|m/v|channel/[0-9]+/cliplink|embed/player/cliplink)/{_DIGITS}", "tv.kakao.com/v/{id}"),
    ),
    *_forms(r"loom\.com", (r"/(?:share|embed)/(?P<id>[0-9a-f]{32})", "loom.com/share/{id}")),
    # Posts
    *_forms(
        _X,
        (rf"/(?:[^/]+|i/web)/status(?:es)?/{_DIGITS}(?:/.*)?", "x.com/i/status/{id}"),
        lower=True,
    ),
    *_forms(_X, (r"/(?P<id>\w{1,15})", "x.com/{id}"), lower=True, plain=True),
    *_forms(r"platform\.(?:x|twitter)\.com", (r"/embed/tweet\.html", "x.com/i/status/{id}", "id")),
    *_forms(r"threadreaderapp\.com", (rf"/thread/{_DIGITS}(?:\.html)?", "x.com/i/status/{id}")),
    *_forms(r"unrollthread\.com|twitter-thread\.com", (rf"/t/{_DIGITS}", "x.com/i/status/{id}")),
    *_forms(
        r"(?:fix|vx)?threads\.(?:net|com)",
        (r"/(?:@[^/]+/post|t)/(?P<id>[\w-]+)(?:/.*)?", "threads.com/t/{id}"),
    ),
    *_forms(
        r"(?:fx|vx)?bsky\.app|bskyx\.app|bskx\.app",
        (r"/profile/(?P<handle>[^/]+)/post/(?P<id>\w+)", "bsky.app/profile/{handle}/post/{id}"),
    ),
    *_forms(
        r"(?P<host>[\w.-]+)",
        (r"/(?:web/|deck/)?@(?P<who>\w+)/(?P<id>[0-9]{15,20})", "{host}/@{who}/{id}"),
        (r"/users/(?P<who>\w+)/statuses/(?P<id>[0-9]{15,20})", "{host}/@{who}/{id}"),
    ),
    *_forms(
        r"(?:[\w-]+\.)?(?:reddit|rxddit|vxreddit|safereddit)\.com|(?:redlib|libreddit)\.[\w.]+|libredd\.it",
        (
            r"(?:/(?:r|user|u)/[^/]+)?/comments/(?P<id>\w+)/[^/]*/(?P<part>\w+)",
            "reddit.com/comments/{id}/_/{part}",
        ),
        (r"(?:/(?:r|user|u)/[^/]+)?/(?:comments|gallery)/(?P<id>\w+)(?:/[^/]*|\.json)?", "reddit.com/comments/{id}"),
    ),
    *_forms(r"redd\.it", (r"/(?P<id>\w{5,8})", "reddit.com/comments/{id}")),
    *_forms(
        r"(?:[\w-]+\.)?linkedin\.com",
        (r"/(?:feed/update|embed/feed/update)/urn:li:\w+:(?P<id>[0-9]+)", "linkedin.com/feed/update/{id}"),
        (r"/posts/.*-(?:activity|share|ugcpost)-(?P<id>[0-9]+)(?:-[\w-]+)?", "linkedin.com/feed/update/{id}"),
    ),
    *_forms(
        r"(?:(?:m|mbasic|web|touch)\.)?facebook\.com",
        (r"/(?:story|permalink)\.php", "facebook.com/{id}/posts/{story_fbid}", "story_fbid", "id"),
        (r"/(?P<id>[0-9]+)/posts/(?P<post>[0-9]+)", "facebook.com/{id}/posts/{post}"),
        (r"/watch", "facebook.com/watch?v={v}", "v"),
        (rf"/(?:[^/]+/videos(?:/[^/]+)?|reel|video/embed)/{_DIGITS}", "facebook.com/watch?v={{id}}"),
    ),
    *_forms(
        r"(?:dd|kk|vx)?instagram\.com",
        (r"/(?:[\w.]+/)?(?:p|reels?|tv)/(?P<id>[\w-]+)(?:/.*)?", "instagram.com/p/{id}"),
    ),
    *_forms(
        r"(?:[\w-]+\.)?medium\.com|scribe\.rip|freedium\.cfd",
        (r"/(?:.*[/-])?(?P<id>[0-9a-f]{11,12})", "medium.com/p/{id}"),
    ),
    *_forms(
        r"open\.substack\.com",
        (r"/pub/(?P<who>[\w-]+)/p/(?P<id>[\w-]+)(?:/comments)?", "{who}.substack.com/p/{id}"),
    ),
    *_forms(
        r"(?P<who>[\w-]+)\.substack\.com",
        (r"/p/(?P<id>[\w-]+)(?:/comments)?", "{who}.substack.com/p/{id}"),
    ),
    *_forms(
        r"news\.ycombinator\.com|hn\.svelte\.dev|hn\.algolia\.com",
        (r"/item", "news.ycombinator.com/item?id={id}", "id"),
        (rf"/(?:api/v1/items|item)/{_DIGITS}", "news.ycombinator.com/item?id={id}"),
    ),
    # Papers; those of arXiv are in `paper_of`
    *_forms(r"openreview\.net", (r"/(?:forum|pdf|attachment|revisions)", "openreview.net/forum?id={id}", "id")),
    *_forms(
        r"(?:preview\.)?aclanthology\.(?:org|info)|aclweb\.org",
        (r"/(?:anthology/|papers/)?(?P<id>[\w.]+-[\w.]+?)(?:\.pdf|\.bib|v[0-9]\.pdf)?", "aclanthology.org/{id}"),
    ),
    *_forms(
        r"(?P<host>biorxiv|medrxiv)\.org",
        (r"/content/(?:biorxiv/early/[0-9/]+/)?(?P<id>10\.[0-9]+/[\d.]+)(?:v[0-9]+)?(?:\..*)?", "{host}.org/content/{id}"),
    ),
    *_forms(
        r"(?:proceedings\.neurips|papers\.nips|papers\.neurips)\.cc",
        (r"/(?:paper_files/)?paper/(?P<year>[0-9]{4})/(?:hash|file)/(?P<id>[0-9a-f]{32})-.*", "neurips.cc/{year}/{id}"),
    ),
    *_forms(
        r"openaccess\.thecvf\.com",
        (r"/(?P<at>content/?\w+?)/(?:w\w+/)?(?:html|papers)/(?P<id>[\w.-]+?)\.(?:html|pdf)", "openaccess.thecvf.com/{at}/{id}"),
    ),
    *_forms(
        r"proceedings\.mlr\.press",
        (r"/(?P<at>v[0-9]+)/(?P<id>[\w-]+)(?:\.html|/(?P=id)\.pdf)", "proceedings.mlr.press/{at}/{id}"),
    ),
    *_forms(r"nature\.com", (r"/articles/(?P<id>[\w.-]+?)(?:\.pdf|_reference\.pdf)?", "nature.com/articles/{id}")),
    *_forms(
        r"dl\.acm\.org",
        (r"/doi/(?:(?:abs|pdf|epdf|full|fullhtml)/)?(?P<id>10\.[0-9]+/[\w.]+)", "dl.acm.org/doi/{id}"),
    ),
    *_forms(
        r"ieeexplore\.ieee\.org",
        (rf"/(?:abstract/|iel[0-9]+/.*/)?(?:document/)?{_DIGITS}(?:\.pdf)?", "ieeexplore.ieee.org/document/{id}"),
        (r"/stamp(?:pdf)?/(?:stamp|getpdf)\.jsp", "ieeexplore.ieee.org/document/{arnumber}", "arnumber"),
    ),
    *_forms(
        r"sciencedirect\.com",
        (r"/science/article/(?:abs/|am/)?pii/(?P<id>\w+)(?:/.*)?", "sciencedirect.com/science/article/pii/{id}"),
    ),
    *_forms(r"(?:dx\.)?doi\.org", (r"/10\.1038/(?P<id>[\w.-]+)", "nature.com/articles/{id}"), lower=True),
    *_forms(r"(?:dx\.)?doi\.org", (r"/10\.18653/v1/(?P<id>[\w.-]+)", "aclanthology.org/{id}"), lower=True),
    *_forms(r"(?:dx\.)?doi\.org", (r"/(?P<id>10\.1145/[\w.]+)", "dl.acm.org/doi/{id}"), lower=True),
    *_forms(r"(?:dx\.)?doi\.org", (r"/(?P<id>10\.[0-9.]+/.+)", "doi.org/{id}"), lower=True),
    # Code and models
    *_forms(
        r"github\.com",
        (rf"/{_REPOSITORY}(?:\.git)?(?:/tree/(?:main|master|HEAD)|/blob/(?:main|master|HEAD)/README(?:\.\w+)?)?", "github.com/{owner}/{name}"),
        (rf"/{_REPOSITORY}/(?P<kind>pull|issues|discussions)/(?P<id>[0-9]+)(?:/.*)?", "github.com/{owner}/{name}/{kind}/{id}"),
        (rf"/{_REPOSITORY}/releases/(?:tag|expanded_assets)/(?P<id>.+)", "github.com/{owner}/{name}/releases/tag/{id}"),
        (rf"/{_REPOSITORY}/(?:blob|raw|blame)/(?:refs/heads/)?(?P<id>.+)", "github.com/{owner}/{name}/blob/{id}"),
        plain=True,
    ),
    *_forms(r"github\.dev", (rf"/{_REPOSITORY}", "github.com/{owner}/{name}"), plain=True),
    *_forms(r"api\.github\.com", (rf"/repos/{_REPOSITORY}", "github.com/{owner}/{name}"), plain=True),
    *_forms(
        r"raw\.githubusercontent\.com",
        (rf"/{_REPOSITORY}/(?:refs/heads/)?(?P<id>.+/.+)", "github.com/{owner}/{name}/blob/{id}"),
    ),
    *_forms(
        r"huggingface\.co|hf\.co",
        (r"/(?P<id>.+?)(?:/tree/main|/blob/main/README\.md)?", "huggingface.co/{id}"),
        plain=True,
    ),
    # Korea
    *_forms(
        r"(?:n|m)\.news\.naver\.com|(?:news|media)\.naver\.com|(?:m\.)?(?:sports|entertain)(?:\.news)?\.naver\.com",
        (rf"/(?:.*/)?article/(?:(?:comment|newspaper|print)/)?{_ARTICLE}", "n.news.naver.com/article/{oid}/{aid}"),
        (r"/(?:.*/)?(?:hotissue/)?(?:read|main/read|list/read)(?:\.naver|\.nhn)?", "n.news.naver.com/article/{oid}/{aid}", "oid", "aid"),
    ),
    *_forms(
        r"(?:m\.)?blog\.naver\.com",
        (r"/(?:PostView|PostList|NBlogTop)(?:\.naver|\.nhn)?", "blog.naver.com/{blogid}/{logno}", "blogid", "logno"),
        (r"/(?P<who>[\w-]+)", "blog.naver.com/{who}/{logno}", "logno"),
        (r"/(?P<who>[\w-]+)/(?P<id>[0-9]+)", "blog.naver.com/{who}/{id}"),
        lower=True,
    ),
    *_forms(r"(?P<who>[\w-]+)\.blog\.me", (rf"/{_DIGITS}", "blog.naver.com/{who}/{id}"), lower=True),
    *_forms(
        r"(?:m\.)?cafe\.naver\.com",
        (rf"/(?:(?:ca-fe|f-e)/)?(?:web/)?cafes/(?P<club>[0-9]+)/articles/{_DIGITS}", "cafe.naver.com/{club}/{id}"),
        (r"/ArticleRead(?:\.naver|\.nhn)?", "cafe.naver.com/{clubid}/{articleid}", "clubid", "articleid"),
        (rf"/(?P<club>[\w-]+)/{_DIGITS}", "cafe.naver.com/{club}/{id}"),
        lower=True,
    ),
    *_forms(
        r"(?:m\.)?post\.naver\.com",
        (r"/viewer/postView(?:\.naver|\.nhn)?", "post.naver.com/{volumeno}", "volumeno"),
    ),
    *_forms(
        r"(?:m\.)?contents\.premium\.naver\.com",
        (rf"/(?P<who>[\w/-]+)/contents/{_ID}", "contents.premium.naver.com/{who}/contents/{id}"),
    ),
    *_forms(
        r"(?:[\w-]+\.)*daum\.net",
        (r"/v/(?P<id>[0-9]{14,})", "v.daum.net/v/{id}"),
        (r"/.*newsview.*", "v.daum.net/v/{newsid}", "newsid"),
    ),
    *_forms(r"(?:m\.)?news\.hada\.io", (r"/topic", "news.hada.io/topic?id={id}", "id")),
    *_forms(r"(?:m\.)?brunch\.co\.kr", (r"/@(?P<who>[\w-]+)/(?P<id>[0-9]+)", "brunch.co.kr/@{who}/{id}")),
    *_forms(r"(?P<host>[\w-]+\.tistory\.com)", (r"/m/(?P<id>.+)", "{host}/{id}"), plain=True),
    *_forms(
        r"(?:m\.)?(?P<host>[\w.-]+)",  # the system behind hundreds of Korean papers (NDsoft)
        (r"/news/article(?:View|ViewAmp|Print)\.(?:html|php)", "{host}/news/articleView.html?idxno={idxno}", "idxno"),
    ),
    *_forms(
        r"(?:m\.)?donga\.com",
        (rf"/news/(?:\w+/)?(?:article|amp)/\w+/(?P<day>[0-9]{{8}})/{_DIGITS}(?:/[0-9]+)?", "donga.com/news/{day}/{id}"),
    ),
    *_forms(r"(?:m\.)?khan\.co\.kr", (r"/(?:[\w-]+/)*article/(?P<id>[0-9]{15})", "khan.co.kr/article/{id}")),
    *_forms(
        r"(?:m\.)?mk\.co\.kr",
        (r"/(?:amp/)?news/[\w-]+/(?P<id>[0-9]{7,})", "mk.co.kr/news/{id}"),
        (r"/news/[\w-]+/view/(?P<year>[0-9]{4})/[0-9]{2}/(?P<id>[0-9]+)", "mk.co.kr/news/{year}/{id}"),
    ),
    *_forms(
        r"(?:m\.)?(?P<host>(?:biz\.)?chosun\.com|hani\.co\.kr|kmib\.co\.kr|mt\.co\.kr|seoul\.co\.kr|aitimes\.kr|bloter\.net)",
        (r"/(?P<id>.+)", "{host}/{id}"),
        plain=True,
    ),
    *_forms(r"(?:m\.)?bbc\.(?:com|co\.uk)", (r"/(?P<id>(?:news|korean)/.+)", "bbc.com/{id}")),
    *_forms(r"(?:m\.)?(?:yna|yonhapnews)\.co\.kr", (r"/(?:amp/)?view/(?P<id>\w+)", "yna.co.kr/view/{id}")),
    *_forms(r"yna\.kr", (r"/(?P<id>[A-Z]{3}[0-9]{17})", "yna.co.kr/view/{id}")),
    *_forms(r"(?:m\.|amp\.)?etnews\.com", (rf"/{_DIGITS}", "etnews.com/{id}")),
    *_forms(
        r"(?:m\.)?zdnet\.co\.kr",
        (r"/(?:amp/)?view", "zdnet.co.kr/view?no={no}", "no"),
        (r"/news_view\.asp", "zdnet.co.kr/view?no={article_id}", "article_id"),
    ),
    *_forms(r"(?:m\.)?joongang\.co\.kr|m?news\.joins\.com", (rf"/(?:amp)?article/{_DIGITS}", "joongang.co.kr/article/{id}")),
    *_forms(r"(?:m\.)?hankyung\.com", (r"/(?:article|amp|\w+/article)/(?P<id>\w+)", "hankyung.com/article/{id}")),
    *_forms(r"(?:m\.)?sedaily\.com", (r"/NewsView/(?:AMP/)?(?P<id>\w+)", "sedaily.com/NewsView/{id}")),
    # Reference
    *_forms(
        r"(?P<host>[a-z-]+)(?:\.m)?\.wikipedia\.org",
        (r"/w/index\.php", "{host}.wikipedia.org/wiki/{title}", "title"),
        (r"/(?:wiki|zh-\w+)/(?P<id>.+)", "{host}.wikipedia.org/wiki/{id}"),
    ),
    *_forms(r"apps\.apple\.com", (r"/(?:[a-z]{2}/)?(?P<kind>app|story)/(?:[^/]+/)?(?P<id>id[0-9]+)", "apps.apple.com/{kind}/{id}")),
    *_forms(r"play\.google\.com", (r"/store/apps/details", "play.google.com/store/apps/details?id={id}", "id")),
    *_forms(r"open\.spotify\.com", (r"/(?:intl-\w+/)?(?:embed/)?(?P<kind>episode|show|track|album)/(?P<id>\w+)", "open.spotify.com/{kind}/{id}")),
)  # fmt: skip

_PAPER_ID = (
    r"(?:(?P<new>[0-9]{4}\.[0-9]{4,5})"
    r"|(?P<archive>[a-z-]+)(?:\.[a-z-]+)?/(?P<old>[0-9]{7}))(?:v[0-9]+)?"
)
_PAPERS = tuple(
    (_later(hosts), _later(path.format(id=_PAPER_ID), re.IGNORECASE))
    for hosts, path in (
        (
            r"(?:[a-z0-9]+\.)*arxiv\.org|ar5iv\.org|xxx\.lanl\.gov",
            r"/(?:(?:abs|pdf|html|ps|format|src|e-print|tb)/(?:arxiv:)?|ftp/arxiv/papers/[0-9]+/){id}(?:\.pdf)?",
        ),
        (r"talk2arxiv\.org", r"/(?:abs|pdf)/{id}(?:\.pdf)?"),
        (r"(?:dx\.)?doi\.org", r"/10\.48550/arxiv\.{id}"),
        (r"huggingface\.co|hf\.co", r"/papers/{id}"),
        (r"alphaxiv\.org", r"/(?:\w\w/)?(?:abs|pdf|html|overview|explained)/{id}"),
        (r"arxiv-vanity\.com", r"/papers/{id}"),
        (r"semanticscholar\.org|api\.semanticscholar\.org", r"/(?:arxiv/|paper/arxiv:|arxiv:){id}"),
        (r"papers\.cool|scirate\.com|inspirehep\.net", r"/arxiv/{id}"),
        (r"catalyzex\.com", r"/paper/arxiv:{id}"),
        (r"tldr\.takara\.ai", r"/p/{id}"),
        (r"fugumt\.com", r"/fugumt/paper_check/{id}"),
        (r"bytez\.com", r"/docs/arxiv/{id}(?:/.*)?"),
        (r"emergentmind\.com|arxiv\.deeppaper\.ai", r"/papers/{id}"),
        (r"ui\.adsabs\.harvard\.edu", r"/abs/arxiv:{id}(?:/.*)?"),
    )
)
"""Where papers of arXiv stand: its own pages and mirrors, and pages of others about one paper."""

_AMP_PATH = _later(r"(?P<path>/.*[0-9-].*?)(?:/amp(?:\.html)?|\.amp(?:\.html)?)")
_AMP_KEYS = frozenset({("amp", ""), ("amp", "1"), ("amp", "true"), ("outputtype", "amp")})


@lru_cache(maxsize=2048)
def _forms_at(site: str) -> tuple[tuple[_Form, Mapping[str, str]], ...]:
    """Return the forms of a site, each with what its host fills in."""
    found = ((form, form.hosts.fullmatch(site)) for form in _STORIES)
    return tuple((form, host.groupdict()) for form, host in found if host)


@lru_cache(maxsize=2048)
def _papers(site: str) -> tuple[re.Pattern[str], ...]:
    """Return where papers stand on a site: of a feed's links, most are of one site."""
    return tuple(paths for hosts, paths in _PAPERS if hosts.fullmatch(site))


def story(site: str, path: str, query: Mapping[str, str]) -> str | None:
    """Return host, path and query under which a story stands for all of its forms; None: its own.

    `site` is lower case and without `www.`; `path` has no slash at its end; `query` is decoded,
    its keys in lower case.
    """
    for form, places in _forms_at(site):
        at = form.path.fullmatch(path)
        if at and all(query.get(key) for key in form.keys) and not (form.plain and query):
            values = {**query, **places, **at.groupdict()}
            values |= {name: values[name].lower() for name in _IN_ANY_CASE if name in values}
            if any("/" in query[key] or "?" in query[key] for key in form.keys):
                continue
            found = form.story.replace("{{", "{").replace("}}", "}").format_map(values)
            return found.lower() if form.lower else found
    return None


def paper_of(site: str, path: str) -> re.Match[str] | None:
    """Return arXiv's number of the paper that an address stands for: groups new, archive, old."""
    found = (paths.fullmatch(path) for paths in _papers(site))
    return next((paper for paper in found if paper), None)


def without_amp(path: str) -> str:
    """Return the path of the page whose mobile copy (AMP) an address is."""
    found = _AMP_PATH.fullmatch(path)
    return found["path"] if found else path


def is_amp(key: str, value: str) -> bool:
    """Whether a part of a query asks for the mobile copy (AMP) of the same page."""
    return (key.lower(), value.lower()) in _AMP_KEYS
