"""A person signs in through the provider and stands in XNAT as themselves."""

import json
import re
import time
import urllib.parse

import pytest
from jwcrypto import jwk, jws

from harness.browser import NAVIGATION
from harness.properties import Client
from harness.servers import fetch

HEADERS = {"Username", "Subject", "Issuer", "Provider", "Email", "Given-Name", "Family-Name",
           "Auto-Enabled", "Auto-Verified", "Create-User", "Assertion"}
PREFIX = "X-XNAT-OIDC-"


def handed(site, since):
    """Identity headers of the last request that reached XNAT after a mark."""
    request = site.xnat.requests(since)[-1]
    found = [(name, value) for name, value in request["headers"]
             if name.lower().startswith(PREFIX.lower())]
    headers = {name[len(PREFIX):]: value for name, value in found}
    assert len(headers) == len(found), f"a header came twice: {found}"
    return headers


def claims_of(site, assertion):
    """Claims of an assertion that verifies with the published key."""
    (key,) = json.loads(fetch(f"{site.own_url}/oidc/jwks.json")[1])["keys"]
    assert set(key) >= {"kty", "crv", "x", "y", "kid"} and "d" not in key
    public = jwk.JWK(**key)
    assert public.thumbprint() == key["kid"], "kid is the RFC 7638 thumbprint"
    token = jws.JWS()
    token.deserialize(assertion)
    token.verify(public, alg="ES256")
    head = json.loads(token.objects["protected"])
    assert head == {"alg": "ES256", "kid": key["kid"], "typ": "JWT"}
    return json.loads(token.payload)


def test_from_the_sign_in_page_to_xnat(site):
    browser = site.browser()
    page = browser.open(f"{site.url}/oidc/sign-in")
    assert page.status == 200
    (button,) = [link for link in page.links() if "providerId=aaf" in link]
    back = browser.at_provider(browser.open(button), "alice")
    landed = browser.follow(browser.open(back))
    assert landed.status == 200 and landed.url == f"{site.url}/"
    assert "Signed in as Alice Nguyen" in landed.text


def test_all_eleven_headers(site):
    since = site.xnat.mark()
    browser = site.signed_in("guenther")
    assert browser.visit(f"{site.url}/").status == 200
    headers = handed(site, since)
    assert set(headers) == HEADERS
    subject = headers["Subject"]
    assert headers | {"Assertion": ""} == {
        "Username": f"aaf_{subject}", "Subject": subject, "Issuer": site.provider.url,
        "Provider": "aaf", "Email": "guenther@example.com", "Given-Name": "G%C3%BCnther",
        "Family-Name": "Gr%C3%B6%C3%9Fe", "Auto-Enabled": "true", "Auto-Verified": "true",
        "Create-User": "true", "Assertion": ""}
    claims = claims_of(site, headers["Assertion"])
    now = time.time()
    assert claims["iat"] <= now + 1 and claims["exp"] == claims["iat"] + 60
    assert {name: claims[name] for name in (
        "iss", "aud", "sub", "email", "given_name", "family_name", "provider", "provider_sub",
        "auto_enabled", "auto_verified", "create_user")} == {
            "iss": site.url, "aud": "xnat", "sub": headers["Username"],
            "email": "guenther@example.com", "given_name": "Günther", "family_name": "Größe",
            "provider": "aaf", "provider_sub": subject, "auto_enabled": True,
            "auto_verified": True, "create_user": True}


def test_missing_name_is_handed_over_empty(site):
    since = site.xnat.mark()
    site.signed_in("pertiwi").visit(f"{site.url}/")
    headers = handed(site, since)
    assert set(headers) == HEADERS and headers["Given-Name"] == ""
    assert headers["Family-Name"] == "Pertiwi"


def test_assertion_is_cached_per_session(site):
    browser = site.signed_in()
    since = site.xnat.mark()
    for _ in range(5):
        browser.open(f"{site.url}/")
    assertions = {dict(map(tuple, request["headers"]))[PREFIX + "Assertion"]
                  for request in site.xnat.requests(since)}
    assert len(assertions) <= 2, "one for each worker at most"


@pytest.mark.parametrize("rd", ["/data/projects?format=json&q=a%20b", "/app/template/Index.vm",
                                "/a/b?x=1&y=%C3%BC"])
def test_deep_link(site, rd):
    answer = site.browser().sign_in(site.url, rd=rd)
    assert answer.status == 302 and answer.header("Location") == site.url + rd


def test_deep_link_by_absolute_url_of_this_site(site):
    answer = site.browser().sign_in(site.url, rd=f"{site.url}/data/x?y=1")
    assert answer.header("Location") == f"{site.url}/data/x?y=1"


def test_sign_in_page_passes_the_deep_link_on(site):
    browser = site.browser()
    page = browser.open(f"{site.url}/oidc/sign-in?rd=%2Fdata%2Fprojects%3Fa%3Db%26c%3Dd")
    (button,) = [link for link in page.links() if "providerId=aaf" in link]
    answer = browser.open(browser.at_provider(browser.open(button)))
    assert answer.header("Location") == f"{site.url}/data/projects?a=b&c=d"


def test_parallel_tabs(site):
    """Tabs opened together all end well, in whatever order."""
    browser = site.browser()
    tabs = [browser.tab() for _ in range(4)]
    legs = [tab.begin(site.url, rd=f"/tab{number}") for number, tab in enumerate(tabs)]
    backs = [tab.at_provider(leg) for tab, leg in zip(tabs, legs)]
    for number in (2, 0, 3, 1):
        answer = tabs[number].open(backs[number])
        assert answer.header("Location") == f"{site.url}/tab{number}"
    assert not browser.jar.named(site.state_prefix)


def test_at_most_five_state_cookies(site):
    browser = site.browser()
    legs = [browser.begin(site.url) for _ in range(8)]
    assert len(browser.jar.named(site.state_prefix)) <= 5
    answer = browser.open(browser.at_provider(legs[-1]))
    assert answer.status == 302, "the newest is kept"


def test_state_cookie_shape(site):
    browser = site.browser()
    leg = browser.begin(site.url)
    (cookie,) = browser.jar.named(site.state_prefix)
    state = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(leg.location).query))["state"]
    assert cookie.name == site.state_prefix + state[:8]
    assert cookie.http_only and cookie.same_site.lower() == "lax" and cookie.path == "/"
    assert 540 < cookie.expires - time.monotonic() <= 600
    assert state not in leg.all("Set-Cookie")[0].partition("=")[2]


def test_session_cookie_shape(site):
    cookie = site.signed_in().jar.get(site.session_cookie)
    assert cookie.http_only and cookie.same_site.lower() == "lax" and cookie.path == "/"
    assert not cookie.secure
    assert len(cookie.name) + len(cookie.value) < 4000
    assert re.fullmatch(r"[A-Za-z0-9._-]+", cookie.value)


def test_denied(site):
    browser = site.browser()
    answer = browser.sign_in(site.url, decision="decline")
    assert answer.status == 403 and "access_denied" in answer.text
    assert browser.jar.get(site.session_cookie) is None
    assert not browser.jar.named(site.state_prefix)


def test_pages_have_a_strict_policy_and_no_script_but_one(site):
    """The sign-in page's, which the policy names by its digest."""
    for path in ("/oidc/sign-in", "/openid-login?providerId=nobody", "/openid-login?code=a&state=b"):
        page = site.browser().open(site.url + path)
        policy = page.header("Content-Security-Policy")
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy
        scripts = re.findall("<script.*?</script>", page.text.lower(), re.S)
        assert len(scripts) == ("script-src 'sha256-" in policy) == (path == "/oidc/sign-in")
        assert "<script" not in re.sub("<script>.*?</script>", "", page.text, 1, re.S)
        assert "style=" not in page.text
        assert page.header("X-Content-Type-Options") == "nosniff"
        assert page.header("Cache-Control") == "no-store"
        assert page.header("Referrer-Policy") == "no-referrer"
        assert 'lang="en"' in page.text and 'name="viewport"' in page.text


def test_unknown_provider(site):
    answer = site.browser().begin(site.url, "nobody")
    assert answer.status == 404 and "provider_unknown" in answer.text


def test_login_path_without_parameters(site):
    """Neither leg: the sign-in page or a clear refusal, never a redirect to a provider."""
    answer = site.browser().open(f"{site.url}/openid-login")
    assert answer.status in (302, 400)
    assert answer.status == 400 or answer.location.startswith(f"{site.url}/oidc/sign-in")


def test_another_person_in_the_same_browser(site):
    """Nothing of the first person remains."""
    browser = site.signed_in("alice")
    browser.visit(f"{site.url}/")
    before = browser.jar.get(site.session_cookie).value
    xnat_before = browser.jar.get("JSESSIONID").value
    assert browser.sign_in(site.url, "pertiwi").status == 302
    assert browser.jar.get(site.session_cookie).value != before
    page = browser.visit(f"{site.url}/")
    assert "Pertiwi" in page.text and "Alice" not in page.text
    assert browser.jar.get("JSESSIONID").value != xnat_before
    browser.jar.get(site.session_cookie).value = before
    assert browser.open(f"{site.url}/oidc/session").status == 401, "the first session is over"


def test_planted_session_cookie_is_replaced(site):
    browser = site.browser()
    other = site.signed_in("bob").jar.get(site.session_cookie)
    browser.jar.put(other)
    planted = other.value
    browser.sign_in(site.url, "alice")
    assert browser.jar.get(site.session_cookie).value != planted


def test_sealed_twice_is_two_texts(site):
    values = {site.signed_in("alice").jar.get(site.session_cookie).value[:24] for _ in range(4)}
    assert len(values) == 4


def test_host_header_shapes_nothing(site):
    """URLs come from siteUrl, never from the request."""
    browser = site.browser()
    evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example",
            "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/evil", "Forwarded": "host=evil"}
    leg = browser.request("GET", f"{site.url}/openid-login?providerId=aaf&rd=/x",
                          NAVIGATION | evil)
    assert leg.status in (302, 400)
    if leg.status == 302:
        assert "evil" not in leg.location
        assert urllib.parse.quote(f"{site.url}/openid-login", safe="") in leg.location


def test_https_site(launch):
    """Behind TLS that ends elsewhere: __Host- cookies with Secure, URLs from siteUrl."""
    made = launch(site_url="https://xnat.example.com")
    browser = made.signed_in("alice")
    cookie = browser.jar.get("__Host-oidc-session")
    assert cookie.secure and cookie.http_only
    page = browser.visit("https://xnat.example.com/")
    assert "Signed in as Alice" in page.text


def test_userinfo_when_the_id_token_lacks_claims(launch):
    made = launch(provider_options=["--claims", "userinfo"])
    page = made.signed_in("guenther").visit(f"{made.url}/")
    assert "Signed in as Günther Größe" in page.text


def test_signed_userinfo(launch):
    made = launch(provider_options=["--claims", "userinfo", "--userinfo-jwt"])
    page = made.signed_in("guenther").visit(f"{made.url}/")
    assert "Signed in as Günther Größe" in page.text


def test_client_secret_post_where_basic_is_not_offered(launch):
    made = launch(provider_options=["--token-auth", "client_secret_post", "--require-pkce"])
    made.signed_in()


def test_awkward_client_secret(launch):
    """RFC 6749 section 2.3.1: identifier and secret are form-encoded before Basic joins them."""
    client = Client(secret="a:b/c=d&e+f%20g h")
    launch(clients=[client], provider_keys={"clientSecret": client.secret}).signed_in()
