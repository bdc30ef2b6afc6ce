"""Pages of one version are kept, those asked for last, up to so many bytes."""

from __future__ import annotations

from adapters.web.cache import PageCache, SentPage


def test_a_page_is_kept_until_the_version_rises() -> None:
    cache, page = PageCache(), SentPage.of("page")
    cache.put(1, "a", page)
    cache.put(1, "a", page)
    assert cache.get(1, "a") is page
    assert cache.get(2, "a") is None
    cache.put(2, "b", page)
    cache.put(1, "late", page)
    assert cache.get(1, "a") is cache.get(2, "late") is None
    assert cache.get(2, "b") is page


def test_the_page_that_nobody_asked_for_longest_goes_first() -> None:
    cache = PageCache(most=25)
    for name in "ab":
        cache.put(1, name, SentPage(b"0123456789"))
    cache.get(1, "a")
    cache.put(1, "c", SentPage(b"0123456789"))
    assert cache.get(1, "b") is None
    assert None not in (cache.get(1, "a"), cache.get(1, "c"))
    cache.put(1, "large", SentPage(bytes(26)))
    assert cache.get(1, "large") is None
