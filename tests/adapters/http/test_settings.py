"""What the operator sets for the fetcher, and what is said of what cannot be used."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from yarl import URL

from adapters.http.settings import SETTINGS, Proxies, read_fetch_settings
from bot.port.settings_error import SettingsError


def test_nothing_is_set_usually_whatever_the_environment_says() -> None:
    settings = read_fetch_settings({"HTTPS_PROXY": "http://proxy.example/"})

    assert not settings.proxies
    assert not settings.allowed.admits(ip_address("10.0.0.1"))
    assert settings.contact == ""


def test_hosts_and_networks_stand_side_by_side() -> None:
    text = "Wiki.example, 10.1.2.3/16 192.168.0.7,[fd00::1], 위키.example"
    allowed = read_fetch_settings({"AINEWS_FETCH_ALLOW": text}).allowed

    assert allowed.hosts == {"wiki.example", "xn--9q5b29o.example"}
    for address in ("10.1.0.0", "192.168.0.7", "fd00::1"):
        assert allowed.admits(ip_address(address))
    assert not allowed.admits(ip_address("192.168.0.8"))


def test_a_proxy_is_used_for_both_schemes() -> None:
    proxies = read_fetch_settings({"AINEWS_FETCH_PROXY": "me:pw@proxy.example:3128"}).proxies

    for url in ("http://a.example/", "https://b.example/"):
        assert proxies.of(URL(url)) == "http://me:pw@proxy.example:3128"
    assert proxies.names == "proxy.example"
    assert "pw" not in repr(proxies)


def test_the_proxies_of_the_environment_are_used_where_that_is_asked_for() -> None:
    proxies = read_fetch_settings(
        {
            "AINEWS_FETCH_PROXY": "Environment",
            "http_proxy": "plain.example:80",
            "HTTPS_PROXY": "http://secure.example:3128",
            "NO_PROXY": "intern.example, .corp.example,*.lab.example",
        }
    ).proxies

    assert proxies.of(URL("http://a.example/")) == "http://plain.example"
    assert proxies.of(URL("https://a.example/")) == "http://secure.example:3128"
    for host in ("intern.example", "a.intern.example", "b.corp.example", "c.lab.example"):
        assert proxies.of(URL(f"https://{host}/")) is None, host
    assert proxies.of(URL("https://notintern.example/")) is not None
    assert Proxies("http://p/", "http://p/", "*").of(URL("http://a.example/")) is None


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("AINEWS_FETCH_ALLOW", "10.0.0.0/33"),
        ("AINEWS_FETCH_ALLOW", "wiki.example:8080"),
        ("AINEWS_FETCH_ALLOW", "https://wiki.example/"),
        ("AINEWS_FETCH_ALLOW", "me@wiki.example"),
        ("AINEWS_FETCH_PROXY", "socks5://me:secret@proxy.example"),
        ("AINEWS_FETCH_PROXY", "http://"),
        ("AINEWS_FETCH_CONTACT", "news@example.com"),
        ("AINEWS_FETCH_CONTACT", "https://example.com/)\r\nX: y"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_remedy(variable: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_fetch_settings({variable: value})

    assert refused.value.variable == variable
    assert "Write" in refused.value.remedy
    assert "secret" not in str(refused.value)
    reader = next(each.read for each in SETTINGS if each.variable == variable)
    with pytest.raises(SettingsError):
        reader(value)
