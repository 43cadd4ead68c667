"""Landscape 3.1: no sign-in, no sign-out and no question of a front end leads to another site."""

import urllib.parse

import pytest

from harness.browser import NAVIGATION, Browser
from harness.wire import exchange, request_bytes
from security.redirect_shapes import EVIL, assert_on_site, shapes, where_a_browser_goes

HEAD_MAX = 6000


def quoted(text):
    return urllib.parse.quote(text, safe="")


def land(court, rd):
    """Through a whole sign-in, whose end alone redirects: its Location."""
    browser = Browser()
    first = browser.open(f"{court.url}/openid-login?providerId=honest&rd={rd}")
    assert first.status == 302, f"{rd}: {first.status}"
    answer = browser.open(browser.open(first.location).location)
    assert answer.status == 302 and browser.jar.get("oidc-session"), f"{rd}: {answer.status}"
    return answer.header("Location")


def ask(court, target):
    """A first answer; what of it leads anywhere must stay here."""
    answer = exchange(court.sidecar.port, request_bytes("GET", target, list(NAVIGATION.items())))
    assert answer.status in (200, 302, 303, 400, 401, 403, 404), f"{target}: {answer.status}"
    location = answer.header("Location")
    if location and not location.startswith(court.hostile.url):
        assert_on_site(location, court.url)
    for part in answer.body.decode().split('href="')[1:]:
        assert_on_site(part.partition('"')[0].replace("&amp;", "&"), court.url)
    return answer


def test_the_judge_can_say_no(court):
    """A site that redirected to whatever it is told would be found out, hundreds of times."""
    chosen = shapes(court.url)
    assert len(chosen) > 834
    away = [rd for rd in chosen if where_a_browser_goes(rd, court.url) != court.url]
    assert len(away) > 400
    for rd in away:
        with pytest.raises(AssertionError):
            assert_on_site(rd, court.url)


def test_cve_2017_1000070_two_slashes(court):
    assert land(court, f"//{EVIL}/") in ("/", f"{court.url}/")


@pytest.mark.parametrize("rd", ["/%5C", "/%5C%5C", "%5C%5C", "%5C/"])
def test_cve_2020_5233_backslash_after_slash(court, rd):
    assert land(court, f"{rd}{EVIL}") in ("/", f"{court.url}/")


@pytest.mark.parametrize("space", ["09", "0a", "0b", "0c", "0d", "20", "0d%0a"])
def test_cve_2020_11053_white_space_between_slashes(court, space):
    assert land(court, f"/%{space}/{EVIL}") in ("/", f"{court.url}/")


@pytest.mark.parametrize("encode", ["raw", "once more"])
def test_cve_2020_4037_further_shapes(court, encode):
    """Every shape through a whole sign-in."""
    for rd in shapes(court.url):
        text = quoted(rd) if encode == "raw" else quoted(quoted(rd))
        if len(text) < HEAD_MAX:
            assert_on_site(land(court, text), court.url)


@pytest.mark.parametrize("encode", ["raw", "once more"])
@pytest.mark.parametrize("path", ["/oidc/sign-in?rd=", "/oidc/sign-out?rd=",
                                  "/oidc/auth-redirect?rd=", "/oidc/auth-redirect/x?rd=",
                                  "/oidc/auth-redirect"])
def test_cve_2020_4037_shapes_at_the_other_doors(court, path, encode):
    """Every shape in what is answered at once; the last door takes it as the path itself."""
    for rd in shapes(court.url):
        text = quoted(rd) if encode == "raw" else quoted(quoted(rd))
        ask(court, path + ("" if path.endswith("=") else "/") + text)


@pytest.mark.parametrize("host", [EVIL, "badexample.com", "xnat.example.com", "x{own}", "{own}x",
                                  "{own}.evil.example", "evil.{own}", "localhost", "[::1]"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_cve_2021_21291_absolute_urls_of_any_host(court, scheme, host):
    """There is no list of hosts to get wrong."""
    own = urllib.parse.urlsplit(court.url).netloc
    rd = quoted(f"{scheme}://{host.format(own=own)}/data")
    assert land(court, rd) in ("/", f"{court.url}/")


@pytest.mark.parametrize("rd", ["https:///", "http:////", "///", "////", "https:/", "https:"])
def test_cve_2019_14857_slashes_at_sign_out(court, rd):
    answer = ask(court, f"/oidc/sign-out?rd={quoted(rd + EVIL)}")
    assert f"//{EVIL}" not in (answer.header("Location") or "")


@pytest.mark.parametrize("rd", ["/%5C", "/%5C/", "%5C%5C"])
def test_cve_2019_20479_backslash_at_sign_out(court, rd):
    ask(court, f"/oidc/sign-out?rd={rd}{EVIL}")


@pytest.mark.parametrize("shape", ["https://{evil}\\@{own}/", "http://{evil}\\@{own}/",
                                   "http://{evil}%5C@{own}/", "http://{own}\\@{evil}/",
                                   "http://{own}@{evil}/", "http://{own}%40{evil}/",
                                   "http://{own}:x@{evil}/"])
def test_cve_2021_32786_our_reader_and_the_browsers_disagree(court, shape):
    own = urllib.parse.urlsplit(court.url).netloc
    assert_on_site(land(court, quoted(shape.format(evil=EVIL, own=own))), court.url)


@pytest.mark.parametrize("to", [f"https://{EVIL}/", "/data"], ids=["away", "here"])
@pytest.mark.parametrize("name", ["iss", "login_hint", "target_link_uri"])
def test_cve_2021_39191_third_party_parameters(court, name, to):
    """Third-party initiation is not offered: its parameters change nothing."""
    browser = Browser()
    first = browser.open(f"{court.url}/openid-login?providerId=honest&{name}=" + quoted(to))
    assert first.location.startswith(court.tenants["honest"].issuer) and EVIL not in first.location
    answer = browser.open(browser.open(first.location).location)
    assert answer.header("Location") in ("/", f"{court.url}/")


@pytest.mark.parametrize("space", ["%09", "%0a", "%0d", "%09%09", "%2509"])
@pytest.mark.parametrize("path", ["/oidc/sign-out?rd=", "/oidc/sign-in?rd="])
def test_cve_2022_23527_tab_at_every_door(court, path, space):
    ask(court, f"{path}/{space}/{EVIL}")


@pytest.mark.parametrize("shape", ["evil-{own}", "evil{own}", "{own}.evil.example", "{own}evil"])
def test_mao_2_4_19_3_host_that_ends_like_ours(court, shape):
    own = urllib.parse.urlsplit(court.url).netloc
    assert land(court, quoted(f"http://{shape.format(own=own)}/")) in ("/", f"{court.url}/")


def test_own_addresses_still_lead_where_they_say(court):
    """Or the tests above would pass a sidecar that forgets every rd."""
    assert land(court, quoted("/data/projects?x=1")).endswith("/data/projects?x=1")
    assert land(court, quoted(f"{court.url}/data")).endswith("/data")
