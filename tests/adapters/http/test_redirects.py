"""What goes with a redirect, and what stays."""

from __future__ import annotations

import pytest
from yarl import URL

from adapters.http.addresses import followed
from bot.port.fetch import AddressRefused

SECRET = {"Authorization": "Bearer x", "Accept": "*/*"}


def test_secrets_stay_with_their_own_origin() -> None:
    here = URL("https://me:pw@example.com/a")

    assert followed(here, "/b", SECRET) == (URL("https://me:pw@example.com/b"), SECRET)
    assert followed(here, "https://example.com/b", {}) == (URL("https://me:pw@example.com/b"), {})
    for other in ("https://other.example/", "https://example.com:8443/"):
        assert followed(here, other, SECRET) == (URL(other), {"Accept": "*/*"})
    assert followed(here, "https://you:too@example.com/", {})[0].user == "you"


def test_secrets_never_go_from_https_to_http() -> None:
    plain = "http://example.com/"

    for url, headers in (("https://me:pw@example.com/", {}), ("https://example.com/", SECRET)):
        with pytest.raises(AddressRefused, match="in the open") as refused:
            followed(URL(url), plain, headers)
        assert "pw" not in str(refused.value)
    assert followed(URL("https://example.com/"), plain, {"Accept": "*/*"})[0] == URL(plain)
