"""Addresses that only hold another one: a search result, a mail's safe link, an archive's copy."""

from __future__ import annotations

import base64
import re
from functools import lru_cache
from urllib.parse import parse_qsl, unquote

from store.patterns import compiled_later

_QUERY_HOLDERS = tuple(
    (compiled_later(hosts), compiled_later(path, re.IGNORECASE), tuple(keys))
    for hosts, path, *keys in (
        (r"(?:news\.)?google\.[a-z.]{2,6}", r"/url", "q", "url"),
        (r"google\.[a-z.]{2,6}", r"/imgres", "imgrefurl"),
        (r"googleweblight\.com", r"/i|/", "u"),
        (r"translate\.google\.[a-z.]{2,6}", r"/translate.*", "u"),
        (r"(?:l|lm)\.(?:facebook|instagram|messenger|threads|workplace)\.(?:com|net)", r"/.*", "u"),
        (r"(?:m\.)?facebook\.com", r"/(?:l|flx/warn|sharer(?:/sharer)?)(?:\.php)?", "u"),
        (r"(?:x|twitter)\.com", r"/(?:intent/(?:tweet|post)|share|i/redirect)", "url"),
        (r"t(?:elegram)?\.me", r"/(?:iv|share/url|share)", "url"),
        (r"go\.bsky\.app", r"/redirect", "u"),
        (r"news\.ycombinator\.com", r"/submitlink", "u"),
        (r"(?:[\w-]+\.)?reddit\.com", r"/submit", "url"),
        (r"share\.naver\.com", r"/web/shareview", "url"),
        (r"social-plugins\.line\.me", r"/lineit/share", "url"),
        (r"(?:\w+\.)?weibo\.(?:com|cn)", r"/sinaurl", "u", "toasturl"),
        (r"medium\.com", r"/r", "url"),
        (r"inoreader\.com", r"/redirect", "url"),
        (r"deref-[\w-]+\.\w+", r"/.*", "redirecturl"),
        (r"linkprotect\.cudasvc\.com", r"/url", "a"),
        (r"out\.reddit\.com", r"/.*", "url"),
        (r"(?:t\.umblr|tumblr)\.com", r"/redirect", "z"),
        (r"(?:m\.)?youtube\.com", r"/redirect", "q"),
        (r"consent\.(?:youtube|google)\.[a-z.]{2,6}", r"/.*", "continue"),
        (r"publish\.(?:x|twitter)\.com", r"/", "query", "url"),
        (r"instagram\.com", r"/linkshim", "u"),
        (r"(?:[\w-]+\.)?medium\.com", r"/m/(?:global-identity(?:-2)?|signin)", "redirecturl"),
        (r"(?:www\.)?band\.us", r"/plugin/share", "route"),
        (r"story\.kakao\.com", r"/share", "url"),
        (r"steamcommunity\.com", r"/linkfilter", "u", "url"),
        (r"(?:(?:m|away)\.)?vk\.com", r"/away(?:\.php)?", "to"),
        (r"slack-redir\.net", r"/link", "url"),
        (r"duckduckgo\.com", r"/l", "uddg"),
        (r"(?:[\w-]+\.)*safelinks\.protection\.outlook\.com|statics\.teams\.cdn\.office\.net", r"/.*", "url"),
        (r"(?:[\w-]+\.)?linkedin\.com", r"/(?:safety/go|redir/redirect|redirect|authwall|sharing/share-offsite|sharearticle)", "url", "sessionredirect"),
        (r"link\.zhihu\.com|link\.juejin\.cn|link\.csdn\.net|jianshu\.com", r"/.*", "target", "url"),
        (r"getpocket\.com", r"/(?:redirect|save|edit)", "url"),
        (r"pinterest\.[a-z.]+", r"/offsite", "url"),
        (r"disq\.us", r"/url", "url"),
        (r"exit\.sc|gate\.sc|go\.redirectingat\.com", r"/.*", "url"),
        (r"redirect\.viglink\.com", r"/.*", "u"),
        (r"click\.linksynergy\.com", r"/.*", "murl"),
        (r"awin1\.com", r"/.*", "ued", "p"),
        (r"(?:m\.)?link\.naver\.com", r"/bridge", "url"),
        (r"12ft\.io", r"/proxy|/api/proxy", "q"),
        (r"(?:m\.)?search\.naver\.com|(?:cr\d?|adcr|cc)\.naver\.com", r"/(?:redirect|rd|adcr|cc|p/crd/rd)", "u", "url"),
        (r"bing\.com", r"/(?:news/)?apiclick\.aspx", "url"),
        (r"search\.yahoo\.com|r\.search\.yahoo\.com", r"/.*", "ru"),
    )
)  # fmt: skip
"""Sites that send a reader on to the address in their query: hosts, paths, keys."""

_ARCHIVES = (r"web\.archive\.org", r"archive\.(?:ph|today|is|li|md|vn|fo)")
_PATH_HOLDERS = tuple(
    (compiled_later(hosts), compiled_later(path, re.IGNORECASE))
    for hosts, path in (
        (_ARCHIVES[0], r"/web/[0-9*]+(?:[a-z]{2}_)?/(?P<held>.+)"),
        (_ARCHIVES[1], r"/(?:newest|oldest|[0-9.-]+|o/\w+)/(?P<held>https?:.+)"),
        (r"r\.jina\.ai|1?[12]ft\.io|freedium\.cfd|outline\.com|smry\.ai|removepaywalls?\.com|readmedium\.com", r"/(?:en/)?(?P<held>https?:.+)"),
        (r"google\.[a-z.]{2,6}", r"/amp/(?P<secure>s/)?(?P<bare>[\w.-]+\.\w+/.*)"),
        (r"[\w-]+\.cdn\.ampproject\.org", r"/[a-z]/(?P<secure>s/)?(?P<bare>[\w.-]+\.\w+/.*)"),
        (r"tracking\.tldrnewsletter\.com|click\.redditmail\.com|(?:[\w-]+\.)+awstrack\.me", r"/C?L0/(?P<held>https?:(?:%2F){2}[^/]+)/.*"),
        (r"r\.search\.yahoo\.com", r"/(?:.*/)?RU=(?P<held>https?%3a%2f%2f[^/]+)/.*"),
        (r"secure-web\.cisco\.com", r"/[^/]+/[^/]+/(?P<held>https?%3A%2F%2F.+)"),
        (r"(?:protect|[\w-]+\.protect)\.checkpoint\.com", r"/v2/(?:r\d\d/)?___(?P<held>https?:.+?)___\..*"),
        (r"via\.hypothes\.is|outgoing\.prod\.webservices\.mozgcp\.net", r"/(?:v1/\w+/)?(?P<held>https?(?::|%3A).+)"),
        (r"urldefense\.com", r"/v3/__(?P<held>https?:.+?)__;.*"),
    )
)  # fmt: skip
"""Sites that carry another address in their path."""

_WHOLE_QUERY = compiled_later(r"href\.li|nullrefer\.com|dereferer\.me|anonym\.to|hidereferrer\.net")
_TRANSLATED = compiled_later(r"(?P<name>[\w-]+)\.translate\.goog")
_PROOFPOINT = compiled_later(r"urldefense\.proofpoint\.com")
_LETTERS = compiled_later(
    r"substack\.com/redirect/2/(?P<json>[\w-]+)(?:\..*)?"
    r"|click\.(?:convertkit-mail\d*|kit-mail\d*)\.com/\w+/\w+/(?P<held>[\w-]+=*)"
)
"""Links in newsletters that hold the address in base 64: as JSON, or as it is."""

_E = compiled_later(r'.*"e":\s*"([^"]+)".*', re.DOTALL)
_ENCODED = compiled_later(r"https?(?::|%3A)(?:%2F){2}", re.IGNORECASE)
_WEB = compiled_later(r"https?:/{1,2}(?=[^/])", re.IGNORECASE)


@lru_cache(maxsize=2048)
def _in_query(site: str) -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    return tuple((paths, keys) for hosts, paths, keys in _QUERY_HOLDERS if hosts.fullmatch(site))


@lru_cache(maxsize=2048)
def _in_path(site: str) -> tuple[re.Pattern[str], ...]:
    return tuple(paths for hosts, paths in _PATH_HOLDERS if hosts.fullmatch(site))


def is_archive(site: str) -> bool:
    """Whether a site keeps copies of other sites' pages."""
    return any(re.fullmatch(archive, site) for archive in _ARCHIVES)


def held_address(site: str, path: str, query: str) -> str | None:  # noqa: C901, PLR0911 - one a way
    """Return the address that another one only leads to: a search result, a mail's safe link.

    `path` and `query` are as they are written.
    """
    if _WHOLE_QUERY.fullmatch(site):
        return _web(unquote(query))
    if translated := _TRANSLATED.fullmatch(site):
        name = translated["name"].replace("--", "\0").replace("-", ".").replace("\0", "-")
        return f"https://{name}{path}" if "." in name else None
    if _PROOFPOINT.fullmatch(site):
        held = dict(parse_qsl(query)).get("u", "")
        return _web(unquote(held.replace("-", "%").replace("_", "/")))
    if (found := _LETTERS.fullmatch(f"{site}{path}")) is not None:
        held = _of_base_64(found["json"] or found["held"])
        return _web(_E.sub(r"\1", held) if found["json"] else held)
    if site in {"youtube.com", "m.youtube.com"} and path == "/attribution_link":
        return _web(f"https://youtube.com{dict(parse_qsl(query)).get('u', '')}")
    if site == "bing.com" and path == "/ck/a":
        return _web(_of_base_64(dict(parse_qsl(query.replace("&&", "&"))).get("u", "")[2:]))
    for paths, keys in _in_query(site):
        if paths.fullmatch(path):
            values = {key.lower(): value for key, value in parse_qsl(query)}
            found_url = next((url for key in keys if (url := _web(values.get(key, "")))), None)
            if found_url is not None:
                return found_url
    for paths in _in_path(site):
        found = paths.fullmatch(f"{path}?{query}" if query else path)
        if found is not None:
            parts = found.groupdict()
            if parts.get("bare"):
                return f"https://{parts['bare']}"
            held = parts["held"]
            return _web(unquote(held) if _ENCODED.match(held) else held)
    return None


def _web(text: str) -> str | None:
    """Return an address of the web, its two slashes whole; None for what is none."""
    return (
        _WEB.sub(lambda start: f"{start[0].rstrip('/')}//", text, count=1)
        if _WEB.match(text)
        else None
    )


def _of_base_64(text: str) -> str:
    """Return what is written in base 64, as Bing and newsletters write addresses; "" for none."""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("utf-8")
    except ValueError:
        return ""
