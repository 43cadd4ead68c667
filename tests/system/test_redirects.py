"""No sign-in ends on another site: families of payloads, raw and encoded, generated here."""

import itertools
import urllib.parse

import pytest

from harness.browser import NAVIGATION
from harness.wire import exchange, request_bytes

EVIL = "evil.example"
SLASHES = ["//", "///", "/\\", "\\\\", "\\/", "/\t/", "/\n/", "/\r/", "/ /", "/\x0b/", "/\x00/",
           "/\u2028/", "/;/", "/./", "/../", "/.//", "/%2f", "/%5c", "/%09/", "/%0a/", "/%0d%0a/",
           "%2f%2f", "/%2f%2f", "////", "/\\/", "\t//", " //", "\n//", "/\u3000/", "/\xa0/"]
SCHEMES = ["http:", "https:", "HTTPS:", "http:/", "https:\\", "javascript:", "data:", "ftp:",
           "\thttps:", " https:", "https\t:", "\x01https:", "view-source:", "//https:"]


def payloads(site):
    host = urllib.parse.urlsplit(site).netloc
    yield from (slash + EVIL + tail for slash, tail in itertools.product(SLASHES, ("", "/", "/x")))
    for scheme, slash in itertools.product(SCHEMES, ("//", "/", "", "\\\\", "///")):
        yield f"{scheme}{slash}{EVIL}/"
    yield from (f"{site}@{EVIL}/", f"{site}.{EVIL}/", f"{site}%40{EVIL}/", f"{site}\\@{EVIL}",
                f"https://{EVIL}\\@{host}/", f"https://{EVIL}%5C@{host}/", f"//{EVIL}@{host}/",
                f"http://{EVIL}#@{host}/", f"http://{EVIL}?@{host}/", f"http://{EVIL};{host}/",
                f"http://x{host}/", f"http://{host}x/", f"http://{host}:1/", f"https://{host}/",
                f"http://user@{host}/", f"http://user:pw@{host}/", f"{site.upper()}.{EVIL}",
                f"{site}:80@{EVIL}", f"{site}\t.{EVIL}", "javascript:alert(1)//",
                "javascript:alert(1)", "data:text/html,x", f"{EVIL}", f"@{EVIL}", f"?//{EVIL}",
                f"#//{EVIL}", f"./{EVIL}", f"../{EVIL}", "", "/" * 2000, "a" * 5000,
                f"/x\r\nLocation: https://{EVIL}/", "/x\r\nSet-Cookie: a=b", f"/{chr(0)}//{EVIL}",
                f"/x y", f"\u2044{EVIL}", f"\uff0f\uff0f{EVIL}", f"http://[::1]@{EVIL}/",
                f"http://{EVIL}:80\\@{host}/")


def where_it_leads(location, site):
    """Where a browser goes: tabs and line ends vanish, backslashes are slashes (WHATWG URL)."""
    assert not set(location) & set("\t\r\n\\ ") and location.isprintable(), repr(location)
    return urllib.parse.urljoin(site + "/openid-login", location)


def assert_on_site(location, site):
    target = where_it_leads(location, site)
    assert target.startswith(site + "/"), f"leads to {target}"
    rest = target[len(site):]
    assert not rest.startswith("//"), f"leads to {target}"
    assert EVIL not in urllib.parse.urlsplit(target).netloc


def test_sign_in(site):
    """Through a whole sign-in each, because only its end redirects."""
    chosen = list(payloads(site.url))
    assert len(chosen) > 150
    browser = site.browser()
    for rd in chosen:
        first = browser.begin(site.url, rd=rd)
        if first.status == 400 and any(ord(character) < 0x20 for character in rd):
            continue  # refused at once is as good
        answer = browser.open(browser.at_provider(first))
        assert answer.status == 302, f"{rd!r}: {answer.status}"
        assert_on_site(answer.header("Location"), site.url)


@pytest.mark.parametrize("path", ["/openid-login?providerId=aaf&rd=", "/oidc/sign-in?rd=",
                                  "/oidc/sign-out?rd=", "/oidc/auth-redirect?rd="])
@pytest.mark.parametrize("encode", [1, 2])
def test_first_answers(site, path, encode):
    for rd in payloads(site.url):
        for _ in range(encode):
            rd = urllib.parse.quote(rd, safe="")
        if len(rd) > 6000:
            continue
        answer = exchange(site.port, request_bytes("GET", path + rd, list(NAVIGATION.items())))
        assert answer.status in (200, 302, 303, 400, 401, 404), f"{rd}: {answer.status}"
        location = answer.header("Location")
        if location and not location.startswith(site.provider.url):
            assert_on_site(location, site.url)
        for link in (part.partition('"')[0] for part in
                     answer.body.decode(errors="replace").split('href="')[1:]):
            assert link.startswith("/") and not link.startswith(("//", "/\\")), link


def test_rd_twice_lands_on_the_root(site):
    browser = site.browser()
    first = browser.open(f"{site.url}/openid-login?providerId=aaf&rd=/a&rd=//{EVIL}")
    if first.status == 302:
        answer = browser.open(browser.at_provider(first))
        assert_on_site(answer.header("Location"), site.url)


def test_forwarded_target(site):
    """What a front end says was asked for is no more trusted than rd."""
    for suffix in (f"//{EVIL}", f"/\\{EVIL}", f"/%5c{EVIL}", f"/%2f{EVIL}", f"/@{EVIL}"):
        answer = exchange(site.port, request_bytes("GET", f"/oidc/auth-redirect{suffix}",
                                                   list(NAVIGATION.items())))
        assert answer.status in (302, 400, 401, 403)
        if answer.status == 302:
            location = answer.header("Location")
            assert_on_site(location, site.url)
            rd = urllib.parse.parse_qs(urllib.parse.urlsplit(location).query).get("rd", ["/"])[0]
            assert not rd.startswith(("//", "/\\"))
