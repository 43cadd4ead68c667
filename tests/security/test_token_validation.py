"""Landscape 3.4: what others forgot to check in a token; the lies are rows of tests/hostile."""

import pytest

from harness import hostile
from harness.browser import Browser
from harness.court import Court
from harness.hostile import OWN_KEY, compact
from hostile import test_answers, test_bearer, test_id_tokens
from hostile.test_id_tokens import HEAD

TWENTY_MB = 20 * 1024 * 1024


def refused(court, liar, name):
    """The sign-in with the ID token of that row of LIES ends in its refusal."""
    changes, reason = test_id_tokens.LIES[name]
    for attribute, value in changes.items():
        setattr(liar, attribute, value)
    test_answers.judge(court, court.sign_in("liar"), reason, 502)


@pytest.mark.parametrize("lie", ["wrong aud", "aud that begins like us", "no aud", "wrong iss",
                                 "no iss", "no exp"])
def test_ghsa_wcvh_g65p_v576_token_of_another_client(court, liar, lie):
    refused(court, liar, lie)


@pytest.fixture(scope="module")
def api(tmp_path_factory):
    """A site that takes access tokens of the provider's."""
    with Court(tmp_path_factory.mktemp("api"), ["api", "busy"], keys={"api": test_bearer.ON}).sitting() as made:
        yield made


@pytest.mark.parametrize("changes", [
    {"aud": "client-of-another-site"}, {"aud": ["one", "two"]}, {"aud": None}, {"aud": []},
    {"aud": "client-of-the-site"}, {"iss": "https://evil.example"}, {"iss": None}, {"exp": None},
    {"exp": 1}, {"exp": -1}, {"exp": "4000000000"}, {"exp": True}, {"sub": None}],
    ids=lambda changes: str(changes))
def test_ghsa_wcvh_g65p_v576_access_token(api, changes):
    """The provider's own signature, and a token for somebody else, of somebody else, or for ever."""
    since = api.xnat.mark()
    test_bearer.assert_refused(api, test_bearer.ask(api, test_bearer.token_of(api, **changes)))
    assert not api.xnat.requests(since)
    assert test_bearer.ask(api, test_bearer.token_of(api), path="/test/echo").status != 401


@pytest.mark.parametrize("lie", ["no nonce", "wrong nonce", "empty nonce", "nonce cut short",
                                 "nonce that is a list"])
def test_liboauth2_cwe_294_nonce(court, liar, lie):
    refused(court, liar, lie)


def replay(court, liar):
    """Signs in, and again with the first sign-in's ID token."""
    kept = []

    def keep(given):
        kept.append(compact(HEAD, given, OWN_KEY.sign))
        return kept[0]
    liar.id_token = keep
    court.assert_signs_in("liar")
    return court.sign_in("liar")


def test_liboauth2_cwe_294_old_token_again(court, liar):
    attempt = replay(court, liar)
    court.assert_refused(attempt.answer, attempt.browser, "id_token_nonce", 502)


@pytest.mark.parametrize("lie", ["wrong iss", "iss of another tenant", "iss with a slash more",
                                 "wrong aud", "aud list without us", "empty aud list",
                                 "two audiences without azp", "wrong azp"])
def test_liboauth2_cwe_287_issuer_and_audience(court, liar, lie):
    refused(court, liar, lie)


@pytest.mark.parametrize("lie", ["no exp", "exp 1e300", "exp 1e400", "exp negative", "exp zero",
                                 "exp as text", "exp true", "exp null", "exp with thirty digits",
                                 "expired", "expired beyond the leeway"])
def test_liboauth2_cwe_613_expiry(court, liar, lie):
    refused(court, liar, lie)


def test_liboauth2_cwe_613_nothing_verified_is_remembered(court, liar):
    """An ID token that was good once is checked anew each time: nothing of it is kept."""
    attempt = replay(court, liar)
    assert attempt.answer.status == 502
    assert attempt.browser.jar.get("oidc-session") is None


@pytest.mark.parametrize("lie", ["alg none", "alg None", "alg NONE with a signature", "alg missing", "alg empty",
                                 "alg in lower case", "alg not in the metadata",
                                 "HS256 with the public key's PEM", "HS256 with the JWK",
                                 "HS256 with the modulus", "HS256 with nothing",
                                 "HS256 with the client secret", "ES256 header over RSA"])
def test_mao_2_4_20_algorithm(court, liar, lie):
    refused(court, liar, lie)


@pytest.mark.parametrize("alg", ["none", "None", "HS256", "RS1", None])
def test_mao_2_4_20_algorithm_when_nothing_is_pinned(unpinned, alg):
    """Metadata without a list of algorithms opens no door to others."""
    tenant = unpinned.tenants["unpinned"]
    tenant.behave()
    unpinned.assert_signs_in("unpinned")
    tenant.head = lambda head: {name: value for name, value in (head | {"alg": alg}).items() if value}
    attempt = unpinned.sign_in("unpinned")
    unpinned.assert_refused(attempt.answer, attempt.browser, "id_token_algorithm", 502)


@pytest.fixture(scope="module")
def unpinned(tmp_path_factory):
    made = Court(tmp_path_factory.mktemp("unpinned"), ["unpinned"])
    made.tenants["unpinned"].metadata = lambda document: {
        name: value for name, value in document.items() if not name.endswith("alg_values_supported")}
    with made.sitting():
        yield made


@pytest.mark.parametrize("lie", ["code twice", "state twice", "another code first", "iss twice"])
def test_mao_after_2_4_20_2_parameters_twice(court, liar, lie):
    liar.back, reason, status = test_answers.RETURN_LIES[lie]
    attempt = court.sign_in("liar")
    assert attempt.answer.status == (status if isinstance(status, int) else attempt.answer.status)
    assert attempt.answer.status == 400 and attempt.browser.jar.get("oidc-session") is None
    assert "response_" in attempt.answer.text


def twenty_megabytes(exchange):
    exchange.reply(200, b'{"sub": "%b", "padding": "%b"}' % (hostile.SUBJECT.encode(),
                                                              b"x" * TWENTY_MB))


USERINFO = {"a list": hostile.json_array, "a string": hostile.json_string,
            "20 MB": twenty_megabytes, "sub twice": test_answers.USERINFO_LIES["sub twice"][0],
            "sub of somebody else": test_answers.USERINFO_LIES["of somebody else"][0]}


@pytest.mark.parametrize("name", USERINFO)
def test_mao_after_2_4_20_2_userinfo(court, liar, name):
    liar.answers["userinfo"] = USERINFO[name]
    attempt = court.sign_in("liar")
    assert attempt.answer.status == 502 and attempt.browser.jar.get("oidc-session") is None
    assert court.sidecar.peak_memory() < 200 * 1024 * 1024


@pytest.mark.parametrize("lie", [
    "signature by a key that is not in the JWKS, under a kid that is",
    "signature by a key that is not in the JWKS, without kid", "kid that is not in the JWKS",
    "empty signature", "half a signature"])
def test_by_design_elsewhere_signature_never_verified(court, liar, lie):
    refused(court, liar, lie)


# --- every consumer of a sealed or signed value ------------------------------------------------------

def flip(text, at):
    """Another character of base64url in that place, with all six bits turned over."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    at %= len(text)
    return text[:at] + alphabet[alphabet.index(text[at]) ^ 63] + text[at + 1:]


@pytest.mark.parametrize("part", range(3))
def test_cve_2021_29652_id_token(court, liar, part):
    """Head, claims and signature: a flipped bit in each is seen."""
    def spoilt(given):
        parts = compact(HEAD, given, OWN_KEY.sign).split(".")
        parts[part] = flip(parts[part], 40)
        return ".".join(parts)
    liar.id_token = spoilt
    attempt = court.sign_in("liar")
    assert attempt.answer.status == 502 and "id_token_" in attempt.answer.text
    assert attempt.browser.jar.get("oidc-session") is None


@pytest.mark.parametrize("part", range(3))
def test_cve_2021_29652_signed_userinfo(court, liar, part):
    def answer(spoil):
        def reply(exchange):
            claims = {"sub": hostile.SUBJECT, "iss": liar.issuer, "aud": "client-of-the-site"}
            parts = compact(HEAD, claims, OWN_KEY.sign).split(".")
            if spoil:
                parts[part] = flip(parts[part], 20)
            exchange.reply(200, ".".join(parts).encode(), "application/jwt")
        return reply
    liar.answers["userinfo"] = answer(True)
    attempt = court.sign_in("liar")
    assert attempt.answer.status == 502 and attempt.browser.jar.get("oidc-session") is None
    liar.answers["userinfo"] = answer(False)
    court.assert_signs_in("liar")


@pytest.mark.parametrize("at", [0, 5, 20, 60, -2])
def test_cve_2021_29652_session_cookie(court, liar, at):
    browser = court.sign_in("liar").browser
    cookie = browser.jar.get("oidc-session")
    good, cookie.value = cookie.value, flip(cookie.value, at)
    for path in ("/oidc/session", "/oidc/auth", "/oidc/auth-redirect/x"):
        assert browser.request("GET", court.url + path).status == 401
    cookie.value = good
    assert browser.request("GET", f"{court.url}/oidc/auth").status == 200


@pytest.mark.parametrize("at", [0, 5, 20, 60, -2])
def test_cve_2021_29652_state_cookie(court, liar, at):
    browser = Browser()
    back = browser.open(browser.begin(court.url, "liar").location).location
    (cookie,) = browser.jar.named("oidc-state-")
    cookie.value = flip(cookie.value, at)
    court.assert_refused(browser.open(back), browser, "state_invalid", 400)


@pytest.mark.parametrize("part", range(3))
def test_cve_2021_29652_assertion(launch, part):
    """The receiver's side, as the stand-in for XNAT has it: a changed assertion is nobody's."""
    made = launch()
    headers = made.signed_in().open(f"{made.url}/oidc/auth").headers
    ours = {name: value for name, value in headers if name.lower().startswith("x-xnat-oidc-")}
    (name,) = [name for name in ours if name.lower().endswith("assertion")]
    direct = made.browser()
    accepted = direct.request("GET", f"{made.xnat.url}/data/x", {"User-Agent": "curl", **ours})
    parts = ours[name].split(".")
    parts[part] = flip(parts[part], 12)
    refused_ = made.browser().request("GET", f"{made.xnat.url}/data/x", {
        "User-Agent": "curl", **ours, name: ".".join(parts)})
    assert (accepted.status, refused_.status) == (200, 403)
