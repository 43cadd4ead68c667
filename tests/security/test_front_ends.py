"""Landscape 3.14: what front ends got wrong, and what our examples inherit from them."""

import json
import re

import pytest

from harness.browser import NAVIGATION
from harness.process import ROOT
from harness.wire import Closed, exchange, request_bytes

EXAMPLES = ROOT / "examples"
NAMES = ("Username", "Subject", "Issuer", "Provider", "Email", "Given-Name", "Family-Name",
         "Auto-Enabled", "Auto-Verified", "Create-User", "Assertion")
UNDERSCORED = ["X_Forwarded_Uri", "X_Forwarded_Host", "X_Forwarded_For", "X_Forwarded_Proto",
               "X-Forwarded_Uri", "x_forwarded-uri", "X_FORWARDED_METHOD", "X_Original_URL"]


@pytest.fixture(scope="module")
def trusting(module_launch):
    return module_launch(options=["--trusted-proxy", "127.0.0.1", "--unauthenticated", "deny"])


@pytest.fixture(scope="module")
def cookie(site):
    return f"{site.session_cookie}={site.signed_in().jar.get(site.session_cookie).value}"


def status_of(made, target, headers=()):
    try:
        return exchange(made.port, request_bytes("GET", target, [*headers, ("Connection", "close")]))
    except (Closed, ConnectionError):
        return None


@pytest.mark.parametrize("name", UNDERSCORED)
@pytest.mark.parametrize("value", ["/stranger", "evil.example", "127.0.0.1", "https", "POST"])
def test_cve_2026_39858_underscored_forwarded_headers(trusting, name, value):
    """Even from a trusted proxy: only the exact name is the proxy's word."""
    for path in ("/oidc/auth", "/oidc/auth-redirect", "/oidc/auth-redirect/data/x"):
        plain = status_of(trusting, path, NAVIGATION.items())
        said = status_of(trusting, path, [*NAVIGATION.items(), (name, value)])
        assert said.status == plain.status in (302, 401)
        assert said.header("Location") == plain.header("Location")


@pytest.mark.parametrize("prefix", ["/evil", "//evil.example", "/oidc", "https://evil.example", "/../"])
def test_ghsa_6384_m2mw_rf54_forwarded_prefix(site, trusting, prefix):
    """It changes no decision, no address, and no cookie's path."""
    for made in (site, trusting):
        for path in ("/oidc/auth", "/oidc/auth-redirect/data/x", "/oidc/sign-in",
                     "/openid-login?providerId=aaf", "/oidc/sign-out"):
            plain = status_of(made, path, NAVIGATION.items())
            said = status_of(made, path, [*NAVIGATION.items(), ("X-Forwarded-Prefix", prefix)])
            assert said.status == plain.status
            assert "evil" not in (said.header("Location") or "") + said.body.decode()
            for line in said.all("Set-Cookie"):
                assert re.search(r"; *Path=/(;|$)", line), line


@pytest.mark.parametrize("target", ["/%6fidc/auth", "/oidc%2fauth", "/oidc/%61uth", "/%2foidc/auth",
                                    "/oidc/auth%2f", "/oidc/auth%00", "/oidc/auth%3f",
                                    "/oidc/auth%2fredirect", "/%6f%69%64%63%2f%61%75%74%68"])
def test_ghsa_6jwx_7vp4_9847_two_spellings_one_decision(site, cookie, target):
    """A spelling of the question is answered as the question is, or not at all; never by XNAT."""
    for headers in ([], [("Cookie", cookie)]):
        plain = status_of(site, "/oidc/auth", headers)
        since = site.xnat.mark()
        said = status_of(site, target, headers)
        assert said.status in (plain.status, 400, 404, 401)
        assert said.status != 200 or said.header("X-XNAT-OIDC-Username")
        assert not site.xnat.requests(since)


def test_cve_2026_30851_an_answer_has_the_whole_set(site):
    """A person without a given name: the answer says so with an empty header, which overwrites."""
    browser = site.signed_in("pertiwi")
    for path in ("/oidc/auth", "/oidc/auth-redirect/data/x"):
        answer = browser.request("GET", site.url + path, {"X-XNAT-OIDC-Given-Name": "forged"})
        assert answer.status == 200 and answer.all("X-XNAT-OIDC-Given-Name") == [""]
        for name in NAMES:
            assert len(answer.all(f"X-XNAT-OIDC-{name}")) == 1, name


def test_cve_2026_30851_every_example_passes_on_the_whole_set(site):
    """Each front end's example copies every header of the set, by name, whether it came or not."""
    text = (EXAMPLES / "nginx" / "auth-request.conf").read_text()
    for name in NAMES:
        variable = f"$upstream_http_x_xnat_oidc_{name.lower().replace('-', '_')}"
        assert variable in text, f"nginx does not take {name} from the answer"
        assert re.search(rf"proxy_set_header\s+X-XNAT-OIDC-{name}\s", text), f"nginx does not set {name}"


ALIASES = ["X_XNAT_OIDC_Username", "X-XNAT-OIDC_Username", "x_xnat_oidc_assertion", "X.XNAT.OIDC.Email"]


@pytest.mark.parametrize("alias", ALIASES)
def test_cve_2026_52845_alias_beside_the_set(site, cookie, alias):
    """On the way through an alias is gone; where one arrives all the same, XNAT's side refuses."""
    since = site.xnat.mark()
    answer = status_of(site, "/test/echo", [("Cookie", cookie), (alias, "forged")])
    (request,) = site.xnat.requests(since)
    assert answer.status == 200 and b"forged" not in request["head"]
    ours = [(name, value) for name, value in request["headers"]
            if name.startswith("X-XNAT-OIDC-")]
    direct = exchange(site.xnat.port, request_bytes("GET", "/data/x", [*ours, (alias, "forged")]))
    assert direct.status in (400, 401, 403), "the stand-in for XNAT's filter let an alias in"
    clean = exchange(site.xnat.port, request_bytes("GET", "/data/x", ours))
    assert clean.status == 200, "or this would pass a filter that refuses everything"


def test_cve_2026_44087_scrubbing_has_no_switch():
    """No option's name or help tells of a way to keep what the client sent."""
    table = (ROOT / "server" / "options_table.c").read_text()
    names = re.findall(r'\.name = "([a-z-]+)"', table)
    assert len(names) > 15
    for name in names:
        assert not re.search("scrub|strip|keep|trust-headers|preserve|pass-headers", name), name


@pytest.mark.parametrize("prefix", ["X-XNAT-OIDC-", "X-Other-", "Remote-"])
def test_cve_2026_44087_whatever_the_names_are(launch, prefix):
    made = launch(filter_on=False, options=["--header-prefix", prefix])
    since = made.xnat.mark()
    status_of(made, "/test/echo", [(f"{prefix}Username", "forged"),
                                   (prefix.replace("-", "_") + "Email", "forged")])
    (request,) = made.xnat.requests(since)
    assert b"forged" not in request["head"]


def test_cve_2025_1974_examples_use_no_snippets():
    """What an ingress controller pastes into its configuration is nothing of ours."""
    files = [file for file in EXAMPLES.rglob("*") if file.suffix in (".yaml", ".yml", ".tpl", ".md")]
    assert len(files) > 5
    for file in files:
        text = file.read_text()
        assert not re.search(r"(configuration|server|auth|location|stream)-snippet\s*:", text), file


def test_cve_2025_1974_the_chart_configures_no_ingress():
    """It renders one file of properties, which oidc-check reads before anybody else does."""
    templates = list((EXAMPLES / "helm" / "chart" / "templates").glob("*"))
    assert templates
    for file in templates:
        text = file.read_text()
        assert "kind: Secret" in text and "annotations" not in text and "Ingress" not in text
    assert "oidc-check -" in (EXAMPLES / "helm" / "check-chart.sh").read_text()


PEOPLE = {"u1": "User", "u2": "user", "s1": "a b", "s2": "a_b", "d1": "Jörg", "d2": "J_rg",
          "c1": "İ", "t1": "user."}


@pytest.mark.parametrize("first, second", [("u1", "u2"), ("u2", "u1"), ("s1", "s2"), ("s2", "s1"),
                                           ("d1", "d2")])
def test_cve_2025_24806_user_names_that_come_out_alike(launch, tmp_path, first, second):
    """Names that differ in case or in a replaced character only: never one account for two people."""
    people = tmp_path / "people.json"
    people.write_text(json.dumps([{"id": key, "organisation": "O", "claims": {
        "sub": f"sub-{key}", "name": name, "email": f"{key}@example.com", "given_name": "G",
        "family_name": "F"}} for key, name in PEOPLE.items()]))
    made = launch(provider_options=["--people", people], provider_keys={"usernamePattern": "[name]"},
                  filter_on=False)
    one = made.signed_in(first)
    other = made.browser()
    answer = other.sign_in(made.url, second)
    assert answer.status == 403 and "username_taken" in answer.text
    assert not other.jar.get(made.session_cookie)
    assert one.open(f"{made.url}/oidc/session").json()["subject"] == f"sub-{first}"
