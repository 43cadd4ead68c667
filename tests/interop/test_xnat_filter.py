"""The XNAT-side filter on real Tomcat with real Spring Security, behind the sidecar and past it."""

import base64
import concurrent.futures
import http.server
import json
import re
import threading
import time
import zipfile

import pytest
from cryptography.hazmat.primitives import hashes

from conformance import guard
from guides import machine
from guides.test_guide_xnat_token import put_in
from harness import guide, properties
from harness.browser import Browser
from harness.hostile import b64url, hs256
from harness.process import Process, free_port
from harness.servers import Provider, Sidecar, fetch
from harness.wait import wait_until
from harness.xnat_filter import PREFIX, README, Signer, Trial, build, facts, reason, unpadded
from interop.fronts import SITE
from interop.mutations import MUTATIONS
from interop.providers.base import INSTALLED

ALICE = "alice.nguyen_example.com"
BASIC = ("Authorization", "Basic " + base64.b64encode(b"admin:admin").decode())
BY_ASSERTION, BY_PASSWORD = "AssertionAuthentication", "UsernamePasswordAuthenticationToken"
BY_NOBODY = "AnonymousAuthenticationToken"
GOOD = {"enabled": True, "verified": True}
ACCOUNTS = {
    "admin": GOOD | {"email": "admin@example.com", "administrator": True, "password": "admin"},
    ALICE: GOOD | {"email": "Alice.Nguyen@Example.com"},
    "bob_elsewhere.example": GOOD | {"email": "bob@elsewhere.example"},
    "alice": GOOD | {"email": "alice@example.com", "password": "local"},
    "carol": GOOD | {"email": "carol@example.com"},
    "limited": GOOD | {"email": "limited@example.com"},
    "boss": GOOD | {"email": "boss@example.com", "administrator": True},
    "disabled": {"email": "disabled@example.com", "enabled": False, "verified": True},
    "unverified": {"email": "unverified@example.com", "enabled": True, "verified": False},
    "other": GOOD | {"email": "somebody.else@example.com"},
    "silent": GOOD,
    "dave": GOOD | {"email": "d\u212aave@example.com"},
    "broken": {"unreachable": True},
}
NOBODY = {"user": "anonymousUser", "by": BY_NOBODY, "signedIn": None, "session": None, "left": None}


# --- what runs ------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def built():
    return build(INSTALLED / "xnat-filter")


class Site:
    """Provider, sidecar and Tomcat; `signer` has the sidecar's key."""

    def __init__(self, built, folder, accounts=None, pattern="[email]", **settings):
        self.built, self.folder, self.pattern = built, folder, pattern
        self.accounts, self.settings = ACCOUNTS if accounts is None else accounts, settings

    def start(self):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.signer = Signer(self.url)
        client = properties.Client()
        self.provider = Provider([(client.id, client.secret, f"{self.url}/openid-login")]).start()
        settings = {"siteUrl": self.url, "jwksUrl": f"{self.url}/oidc/jwks.json", "siteName": "Our XNAT",
                    "contact": "xnat-help@example.com"} | self.settings
        self.trial = Trial(self.built, self.folder, settings, self.accounts).start()
        config = self.folder / "openid-provider.properties"
        config.write_text(properties.site(self.url, [properties.ProviderBlock(
            self.provider.url, client, {"usernamePattern": self.pattern})]))
        key = self.signer.write(self.folder / "assertion.pem")
        self.new_sidecar = lambda options=("--assertion-key-file", key): Sidecar(
            [config], self.trial.url, options, port)
        self.sidecar = self.new_sidecar()
        self.sidecar.start()
        return self

    def stop(self):
        status = self.sidecar.stop()
        self.trial.stop()
        self.provider.stop()
        assert status == 0

    def signed_in(self, person="alice"):
        browser = Browser()
        assert browser.sign_in(self.url, person).status == 302
        return browser

    def handed(self, username="alice", **changes):
        return "X-XNAT-OIDC-Assertion", self.signer.assertion(username, **changes)


@pytest.fixture(scope="module")
def place(built, tmp_path_factory):
    made = Site(built, tmp_path_factory.mktemp("filter")).start()
    yield made
    made.stop()


@pytest.fixture
def own_place(built, tmp_path):
    """One of one's own, with what it is to have."""
    made = []

    def make(**settings):
        made.append(Site(built, tmp_path, **settings).start())
        return made[-1]
    yield make
    for each in made:
        each.stop()


def refused(answer, code, status=403, username="-"):
    """What the person is told, and the log of whom, under one reference."""
    assert answer.status == status, answer
    assert reason(answer) == code
    assert_told(answer, username)
    assert answer.header("Set-Cookie") is None
    assert answer.header("Cache-Control") == "no-store"
    return True


def assert_told(answer, username):
    code, reference, _ = facts(answer)
    line = answer.trial.logged(f"reference {reference}")
    assert line.endswith(f" A request is refused: {code}, user {username}, reference {reference}")
    page, settings = answer.body.decode(), answer.trial.settings
    name = settings.get("siteName", settings["siteUrl"].removesuffix("/"))
    assert f"\n\nThe administrators of {name} can find out why." in page
    assert re.findall(r"\nContact: (.*)\n", page) == [value for each, value in settings.items() if each == "contact"]


# --- behind the sidecar -----------------------------------------------------------------------------------

def test_sign_in(place):
    browser = place.signed_in()
    seen = browser.open(f"{place.url}/data/projects").json()
    assert seen == {"user": ALICE, "by": BY_ASSERTION, "signedIn": ALICE, "session": seen["session"],
                    "left": None}
    assert browser.open(f"{place.url}/app").json() == seen, "one session"


def test_a_name_beyond_ascii(own_place):
    """In headers it is percent-encoded, in the assertion it is not."""
    place = own_place(createUsers="true")
    browser = place.signed_in("guenther")
    assert browser.open(f"{place.url}/").json()["user"] == "guenther_example.com"
    made = place.trial.accounts()["guenther_example.com"]
    assert (made["firstName"], made["lastName"]) == ("Günther", "Größe")


def test_the_e_mail_address_changes_at_the_provider(own_place):
    """The name is the same, and the account was the person's: its address must be the new one first."""
    place = own_place(pattern="[providerId]_[sub]", createUsers="true")
    username = place.signed_in().open(f"{place.url}/").json()["user"]
    assert username in place.trial.accounts()
    place.provider.change("alice", email="alice.new@example.com")
    answer = place.signed_in().open(f"{place.url}/")
    assert answer.status == 403 and "Reason: account_other_email" in answer.text
    assert place.trial.logged("account_other_email").partition("user ")[2].startswith(f"{username}, ")


def test_nothing_is_created_unless_told(place):
    answer = place.signed_in("guenther").open(f"{place.url}/")
    assert answer.status == 403 and "Reason: no_account" in answer.text
    assert place.trial.accounts().keys() == ACCOUNTS.keys()


def test_own_credentials_pass(place):
    browser = Browser()
    local = browser.request("GET", f"{place.url}/data/x", dict([BASIC, ("User-Agent", "curl")])).json()
    assert (local["user"], local["by"]) == ("admin", BY_PASSWORD)
    assert browser.open(f"{place.url}/data/x").json() == local, "its session, too"


def test_sign_out_ends_the_session(place):
    browser = place.signed_in()
    old = browser.open(f"{place.url}/").json()["session"]
    page = browser.visit(f"{place.url}/oidc/sign-out")
    if "<form" in page.text:
        browser.follow(browser.submit(page))
    seen = Browser().request("GET", f"{place.url}/", {"Cookie": f"JSESSIONID={old}"}).json()
    assert seen == NOBODY
    assert place.trial.who(session=old)["session"] is None


def test_somebody_else_in_the_same_browser(place):
    browser = place.signed_in()
    old = browser.open(f"{place.url}/").json()["session"]
    cookie = browser.jar.get("JSESSIONID")
    assert browser.sign_in(place.url, "bob").status == 302
    browser.jar.put(cookie)  # as if it had been kept
    seen = browser.open(f"{place.url}/").json()
    assert seen["user"] == seen["signedIn"] == "bob_elsewhere.example"
    assert seen["session"] != old


# --- whose session ------------------------------------------------------------------------------------------

def test_a_planted_session_is_not_gone_on_with(place):
    """A guest's, which a stranger may know."""
    old = session_of(place, path="/leave")
    seen = place.trial.who(place.handed(), session=old)
    assert seen["user"] == "alice" and seen["session"] != old
    assert place.trial.who(session=old) == NOBODY


def session_of(place, *headers, path="/"):
    return place.trial.who(*headers, path=path)["session"]


def test_a_session_of_somebody_else_is_ended(place):
    old = session_of(place, place.handed("alice"), path="/leave")
    assert place.trial.who(place.handed("alice"), session=old)["left"] == "something"
    seen = place.trial.who(place.handed("carol"), session=old)
    assert seen["user"] == seen["signedIn"] == "carol"
    assert seen["session"] != old and seen["left"] is None
    assert place.trial.who(session=old)["user"] == "anonymousUser"


def test_a_local_session_of_somebody_else_is_ended(place):
    old = session_of(place, BASIC, path="/leave")
    seen = place.trial.who(place.handed("alice"), session=old)
    assert (seen["user"], seen["by"], seen["left"]) == ("alice", BY_ASSERTION, None)
    assert place.trial.who(session=old)["user"] == "anonymousUser"


def test_a_local_session_of_the_same_person_stays(place):
    basic = "Authorization", "Basic " + base64.b64encode(b"alice:local").decode()
    old = session_of(place, basic)
    seen = place.trial.who(place.handed("alice"), session=old)
    assert (seen["by"], seen["session"]) == (BY_PASSWORD, old)
    assert place.trial.who(session=old)["user"] == "alice", "it was not handed over"


def test_a_handed_session_is_nothing_without_an_assertion(place):
    old = session_of(place, place.handed())
    assert place.trial.who(session=old) == NOBODY
    assert place.trial.who(place.handed(), session=old)["session"] != old, "it was ended for good"


def test_a_local_login_does_not_make_a_handed_session_local(place):
    old = session_of(place, place.handed())
    form = place.trial.ask(place.handed(), ("Content-Type", "application/x-www-form-urlencoded"),
                           session=old, path="/login", method="POST",
                           body=b"username=admin&password=admin")
    assert form.status == 302 and "error" not in form.header("Location")
    now = re.search(r"JSESSIONID=(\w+)", form.header("Set-Cookie")).group(1)
    assert place.trial.who(place.handed(), session=now)["user"] == "alice"
    again = place.trial.ask(place.handed(), ("Content-Type", "application/x-www-form-urlencoded"),
                            session=session_of(place, place.handed()), path="/login", method="POST",
                            body=b"username=admin&password=admin")
    now = re.search(r"JSESSIONID=(\w+)", again.header("Set-Cookie")).group(1)
    assert place.trial.who(session=now)["user"] == "anonymousUser"


def test_a_refused_request_leaves_the_session(place):
    """A stranger's nonsense signs nobody out."""
    session = session_of(place, place.handed())
    assert refused(place.trial.ask(place.handed(aud="other"), session=session), "assertion_audience")
    assert place.trial.who(place.handed(), session=session)["session"] == session


def test_limit_of_sessions(place):
    limit = 100
    for _ in range(limit):
        assert place.trial.who(place.handed("limited"))["user"] == "limited"
    answer = place.trial.ask(place.handed("limited"))
    assert answer.status == 403 and reason(answer) == "session_limit"
    assert_told(answer, "limited")


# --- accounts -------------------------------------------------------------------------------------------

NOT_ATTACHED = {
    "administrator": ("boss", {}, "account_administrator", 403),
    "administrator with a password": ("admin", {}, "account_administrator", 403),
    "disabled": ("disabled", {}, "account_disabled", 403),
    "unverified": ("unverified", {}, "account_unverified", 403),
    "another e-mail": ("other", {}, "account_other_email", 403),
    "account without e-mail": ("silent", {}, "account_other_email", 403),
    "letter that Java folds": ("dave", {"email": "dkave@example.com"}, "account_other_email", 403),
    "name in other letters": ("ALICE", {"email": "alice@example.com"}, "account_other_name", 403),
    "no e-mail": ("alice", {"email": ""}, "identity_incomplete", 403),
    "two e-mails": ("alice", {"email": "alice@example.com, admin@example.com"},
                    "identity_incomplete", 403),
    "nobody": ("nobody", {}, "no_account", 403),
    "accounts out of reach": ("broken", {}, "accounts_unavailable", 503),
}


@pytest.mark.parametrize("name", NOT_ATTACHED)
def test_accounts_that_are_not_attached(place, name):
    username, changes, code, status = NOT_ATTACHED[name]
    assert refused(place.trial.ask(place.handed(username, **changes)), code, status, username)
    if status == 503:
        assert any("no database" in line for line in place.trial.stderr), "the log says why"


def test_no_two_references_are_alike(place):
    answers = [place.trial.ask(place.handed("disabled")) for _ in range(3)]
    assert len({facts(answer)[1] for answer in answers}) == 3


def test_creation(own_place):
    place = own_place(createUsers="true")
    for username, changes, code in (("eve", {"create_user": False}, "no_account"),
                                    ("eve", {"given_name": ""}, "identity_incomplete"),
                                    ("eve", {"given_name": "  "}, "identity_incomplete"),
                                    ("eve", {"family_name": "<b>"}, "identity_incomplete")):
        assert refused(place.trial.ask(place.handed(username, **changes)), code, username=username)
    assert place.trial.accounts().keys() == ACCOUNTS.keys()
    for username, changes, code in (("waits", {"auto_enabled": False}, "account_disabled"),
                                    ("mails", {"auto_verified": False}, "account_unverified")):
        assert refused(place.trial.ask(place.handed(username, **changes)), code, username=username)
        assert refused(place.trial.ask(place.handed(username)), code, username=username), \
            "later requests change nothing"
    assert refused(place.trial.ask(place.handed("boss")), "account_administrator", username="boss")
    made = place.trial.accounts()
    assert made.keys() == ACCOUNTS.keys() | {"waits", "mails"}
    assert made["waits"] == {"username": "waits", "email": "waits@example.com", "firstName": "Given",
                             "lastName": "Family", "enabled": False, "verified": True}


def test_first_requests_of_a_person_at_once(own_place):
    """Each finds the one account."""
    place = own_place(createUsers="true")
    place.trial.who(place.handed())  # the keys are there
    with concurrent.futures.ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda _: place.trial.ask(place.handed("newcomer")), range(16)))
    assert [answer.status for answer in answers] == [200] * 16, answers


# --- hostile assertions -----------------------------------------------------------------------------------

STRANGER = Signer("http://stranger.example")
ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551


def with_head(sign=None, **changes):
    return lambda good: good.sign(good.head(**changes), good.claims(), sign)


def with_claims(**changes):
    return lambda good: good.assertion(**changes)


def at(shift, life=60, **changes):
    """Issued so many seconds from now."""
    return lambda good: good.assertion(iat=int(time.time()) + shift,
                                       exp=int(time.time()) + shift + life, **changes)


def with_signature(change):
    return lambda good: good.sign(good.head(), good.claims(), lambda data: change(good, data))


def with_payload(payload):
    return lambda good: good.sign(good.head(), payload)


def text(change):
    return lambda good: change(good.assertion())


def scalars(*numbers):
    return with_signature(lambda *_: b"".join(each.to_bytes(32, "big") for each in numbers))


def other_payload(good):
    head, _, signature = good.assertion().split(".")
    return f"{head}.{b64url(json.dumps(good.claims('carol')).encode())}.{signature}"


def trailing_bits(good):
    """86 characters for 64 bytes leave four bits that no encoder sets."""
    whole = good.assertion()
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return whole[:-1] + alphabet[alphabet.index(whole[-1]) + 1]


HOSTILE = {
    # expired, and out of its time
    "expired": (at(-61), "assertion_expired"),
    "expired this second": (at(-60), "assertion_expired"),
    "from long ago": (at(-86400), "assertion_expired"),
    "issued in the future": (at(120), "assertion_early"),
    "lives longer than the sidecar's": (at(0, 61), "assertion_life"),
    "lives for ever": (at(0, 1 << 40), "assertion_life"),
    "ends before it begins": (at(0, -10), "assertion_life"),
    # foreign
    "of another site": (with_claims(iss="https://other.example"), "assertion_issuer"),
    "of our site with a slash": (lambda good: good.assertion(iss=good.issuer + "/"),
                                 "assertion_issuer"),
    "without issuer": (with_claims(iss=None), "assertion_issuer"),
    "for somebody else": (with_claims(aud="other"), "assertion_audience"),
    "for us among others": (with_claims(aud=["xnat", "other"]), "assertion_audience"),
    "for nobody": (with_claims(aud=None), "assertion_audience"),
    # forged
    "key of a stranger": (lambda good: STRANGER.sign(STRANGER.head(), good.claims()),
                          "assertion_key_unknown"),
    "key of a stranger under our kid": (lambda good: STRANGER.sign(good.head(), good.claims()),
                                        "assertion_signature"),
    "no kid": (with_head(kid=None), "assertion_header"),
    "kid that is a number": (with_head(kid=1), "assertion_header"),
    "alg none": (with_head(lambda data: b"", alg="none"), "assertion_header"),
    "alg none with a signature": (with_head(alg="none"), "assertion_header"),
    "alg in other letters": (with_head(alg="es256"), "assertion_header"),
    "HMAC with our public key": (lambda good: good.sign(
        good.head(alg="HS256"), good.claims(), hs256(unpadded(good.x))), "assertion_header"),
    "another ES alg": (with_head(alg="ES384"), "assertion_header"),
    "no typ": (with_head(typ=None), "assertion_header"),
    "another typ": (with_head(typ="at+jwt"), "assertion_header"),
    "crit": (with_head(crit=["b64"], b64=False), "assertion_header"),
    "brings its key": (lambda good: STRANGER.sign(
        good.head(jwk=STRANGER.jwk()), good.claims()), "assertion_header"),
    "names where its key is": (with_head(jku="http://127.0.0.1:1/jwks"), "assertion_header"),
    "no signature": (with_signature(lambda *_: b""), "assertion_signature"),
    "signature of zeros": (scalars(0, 0), "assertion_signature"),
    "signature of n and n": (scalars(ORDER, ORDER), "assertion_signature"),
    "signature of one and zero": (scalars(1, 0), "assertion_signature"),
    "signature in DER": (with_signature(lambda good, data: good.der(data)), "assertion_signature"),
    "signature cut": (with_signature(lambda good, data: good.raw(data)[:-1]), "assertion_signature"),
    "signature with a byte more": (with_signature(lambda good, data: good.raw(data) + b"\0"),
                                   "assertion_signature"),
    "signature with SHA-384": (with_signature(lambda good, data: good.raw(data, hashes.SHA384)),
                               "assertion_signature"),
    "signature of other claims": (other_payload, "assertion_signature"),
    # no compact JWS
    "one part": (text(lambda whole: "x"), "assertion_malformed"),
    "two parts": (text(lambda whole: whole.rpartition(".")[0]), "assertion_malformed"),
    "four parts": (text(lambda whole: whole + ".x"), "assertion_malformed"),
    "padding": (text(lambda whole: whole + "=="), "assertion_malformed"),
    "bits behind the signature": (trailing_bits, "assertion_malformed"),
    "blank within": (text(lambda whole: whole[:9] + " " + whole[9:]), "assertion_malformed"),
    "standard base64": (text(lambda whole: whole[:-4] + "+/+/"), "assertion_malformed"),
    "JSON serialization": (text(lambda whole: '{"payload":"x"}'), "assertion_malformed"),
    "head of another type": (lambda good: good.sign(b"[]", good.claims()), "assertion_malformed"),
    "head that does not end": (lambda good: good.sign(b"{" * 200, good.claims()),
                               "assertion_malformed"),
    "long head": (with_head(kid="k" * 600), "assertion_malformed"),
    "alg twice": (lambda good: good.sign(
        f'{{"alg":"none","alg":"ES256","kid":"{good.kid}","typ":"JWT"}}'.encode(), good.claims()),
        "assertion_malformed"),
    # claims that the sidecar does not write
    "subject twice": (lambda good: good.sign(
        good.head(), b'{"sub":"carol",' + json.dumps(good.claims()).encode()[1:]),
        "assertion_malformed"),
    "something behind the claims": (lambda good: good.sign(
        good.head(), json.dumps(good.claims()).encode() + b" {}"), "assertion_malformed"),
    "claims in UTF-16": (lambda good: good.sign(
        good.head(), json.dumps(good.claims()).encode("utf-16-be")), "assertion_malformed"),
    "claims that are no UTF-8": (lambda good: good.sign(
        good.head(), json.dumps(good.claims()).encode().replace(b"Given", b"\xff\xfe")),
        "assertion_malformed"),
    "claims that are a list": (with_payload(b"[]"), "assertion_malformed"),
    "no claims": (with_payload(b"{}"), "assertion_issuer"),
    **{f"no {name}": (with_claims(**{name: None}), "assertion_claims")
       for name in ("iat", "exp", "sub", "email", "given_name", "family_name", "provider",
                    "provider_sub", "auto_enabled", "auto_verified", "create_user")},
    "exp as text": (with_claims(exp="9999999999"), "assertion_claims"),
    "exp with a fraction": (lambda good: good.assertion(exp=time.time() + 30.5), "assertion_claims"),
    "exp beyond all numbers": (with_claims(exp=1 << 70), "assertion_claims"),
    "exp where differences overflow": (with_claims(iat=2 - (1 << 63), exp=(1 << 63) - 1),
                                       "assertion_claims"),
    "flag as text": (with_claims(create_user="true"), "assertion_claims"),
    "name as number": (with_claims(sub=1), "assertion_claims"),
    "name that is none of XNAT's": (with_claims(sub="alice/../admin"), "assertion_claims"),
    "no name": (with_claims(sub=""), "assertion_claims"),
    "name with a line end": (with_claims(sub="alice\n"), "assertion_claims"),
    "name of 65": (with_claims(sub="a" * 65), "assertion_claims"),
    "long text": (with_claims(given_name="x" * 2049), "assertion_claims"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_assertion(place, name):
    """Refused with and without a session of the person's, which it neither uses nor ends."""
    make, code = HOSTILE[name]
    session = session_of(place, place.handed())
    for brought in (None, session):
        answer = place.trial.ask(("X-XNAT-OIDC-Assertion", make(place.signer)), session=brought)
        assert refused(answer, code)
    assert place.trial.who(place.handed(), session=session)["session"] == session
    assert any(code in line for line in place.trial.stderr)


def test_the_sidecars_own_assertion(place):
    """What the hostile ones are made of is what the sidecar makes."""
    browser = place.signed_in()
    answer = browser.request("GET", f"{place.url}/oidc/auth")
    real = answer.header("X-XNAT-OIDC-Assertion")
    assert place.trial.who(("X-XNAT-OIDC-Assertion", real))["user"] == ALICE
    head, claims, _ = (unpadded(part) for part in real.split("."))
    assert json.loads(head) == place.signer.head()
    assert json.loads(claims).keys() == place.signer.claims().keys()


def test_replayed(place):
    """While it lives, for as long as it lives: the session that it opens is worth nothing without it."""
    real = place.signed_in().request("GET", f"{place.url}/oidc/auth").header("X-XNAT-OIDC-Assertion")
    replayed = "X-XNAT-OIDC-Assertion", real
    session = session_of(place, replayed)
    assert place.trial.who(replayed, session=session)["session"] == session
    assert place.trial.who(session=session)["user"] == "anonymousUser"
    claims = json.loads(unpadded(real.split(".")[1]))
    later = place.signer.sign(place.signer.head(), claims | {
        name: claims[name] - 60 for name in ("iat", "exp")})  # as a minute later
    assert refused(place.trial.ask(("X-XNAT-OIDC-Assertion", later)), "assertion_expired")


def test_clock_of_the_sidecar_a_little_ahead(place):
    assert place.trial.who(place.handed(iat=int(time.time()) + 25))["user"] == "alice"


# --- headers ------------------------------------------------------------------------------------------------

def whole_set(place, **changes):
    """As the sidecar sends them."""
    names = {"Username": "alice", "Subject": "subject", "Issuer": "https://provider.example",
             "Provider": "aaf", "Email": "alice@example.com", "Given-Name": "Given",
             "Family-Name": "Family", "Auto-Enabled": "true", "Auto-Verified": "true",
             "Create-User": "true", "Assertion": place.signer.assertion()} | changes
    return [(PREFIX + name, value) for name, value in names.items() if value is not None]


def test_the_whole_set(place):
    assert place.trial.who(*whole_set(place))["user"] == "alice"
    lower = [(name.lower(), value) for name, value in whole_set(place)]
    assert place.trial.who(*lower)["user"] == "alice", "as HTTP/2 front ends write them"
    assert place.trial.who(*whole_set(place, **{"Family-Name": "F%61mily"}))["user"] == "alice"


def test_stripped(place):
    """All but the assertion."""
    headers = whole_set(place, Assertion=None)
    assert refused(place.trial.ask(*headers), "no_assertion")
    assert refused(place.trial.ask(*headers, (PREFIX + "Assertion", "")), "no_assertion")
    session = session_of(place, place.handed())
    assert refused(place.trial.ask(*headers, session=session), "no_assertion")
    for header in headers:
        assert refused(place.trial.ask(header), "no_assertion"), header


def test_empty_headers_are_none(place):
    """As forward-auth front ends send them where there is no value."""
    headers = [(name, "") for name, _ in whole_set(place)]
    assert place.trial.who(*headers)["user"] == "anonymousUser"


@pytest.mark.parametrize("name, value", [
    ("Username", "admin"), ("Username", "Alice"), ("Subject", "other"), ("Provider", "other"),
    ("Email", "admin@example.com"), ("Given-Name", "Other"), ("Family-Name", "Other"),
    ("Auto-Enabled", "false"), ("Auto-Verified", "TRUE"), ("Create-User", "false"),
    ("Given-Name", "Given%"), ("Given-Name", "Given%4"), ("Given-Name", "%ff"), ("Given-Name", "Given%zz"),
    ("Given-Name", "G\xefven"),
])
def test_headers_that_say_something_else(place, name, value):
    assert refused(place.trial.ask(*whole_set(place, **{name: value})), "headers_disagree")


ALIASES = ["X_XNAT_OIDC_Username", "X-XNAT_OIDC-Username", "x_xnat_oidc_assertion", "X.XNAT.OIDC.Username",
           "X-XNAT-OIDC-Given_Name", "X-XNAT-OIDC-User-Name", "XXNATOIDCUSERNAME", "X-XNAT-OIDC--Username",
           "X-XNAT-OIDC-Role", "X-XNAT-OIDC-Assertion-", "X-XNAT-OIDC", "X-Xnat-Oidc-Create*User"]


@pytest.mark.parametrize("alias", ALIASES)
def test_aliases(place, alias):
    assert refused(place.trial.ask((alias, "admin")), "identity_header_alias", 400)
    assert refused(place.trial.ask((alias, "alice"), place.handed()), "identity_header_alias", 400)
    assert refused(place.trial.ask((alias, "")), "identity_header_alias", 400)


@pytest.mark.parametrize("name", ["Username", "Assertion", "Issuer"])
@pytest.mark.parametrize("spell", [str, str.lower, str.upper])
def test_twice(place, name, spell):
    headers = whole_set(place)
    again = spell(PREFIX + name), dict(headers)[PREFIX + name]
    for more in ([*headers, again], [again, *headers], [*headers, (again[0], "")]):
        assert refused(place.trial.ask(*more), "identity_header_twice", 400)


def test_two_credentials(place):
    """The sidecar hands nobody over who brings some of their own."""
    for header in (BASIC, ("Authorization", "Bearer x"), ("Authorization", "")):
        assert refused(place.trial.ask(place.handed(), header), "two_credentials", 400)


# --- keys ---------------------------------------------------------------------------------------------------

class Keys:
    """Somebody who publishes keys, or does not."""

    def __init__(self):
        self.asked, self.answer = 0, None
        keys = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path == "/jwks":
                    keys.asked += 1
                keys.answer(self)

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/jwks"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def document(body, status=200, **headers):
    """An answer to whoever asks for keys."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()

    def answer(handler):
        handler.send_response(status)
        for name, value in ({"Content-Length": str(len(data))} | headers).items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(data)
    return answer


def elsewhere(good):
    """A redirect to good keys."""
    def answer(handler):
        if handler.path == "/jwks":
            return document(b"", 302, Location="/others")(handler)
        return document({"keys": [good]})(handler)
    return answer


@pytest.fixture
def keyed(built, tmp_path):
    """Tomcat alone, with keys of ours."""
    made = []

    def make(pause, **settings):
        keys, signer = Keys(), Signer("https://site.example")
        trial = Trial(built, tmp_path, {"siteUrl": signer.issuer, "jwksUrl": keys.url,
                                        "secondsBetweenFetches": pause} | settings, ACCOUNTS)
        made.extend((keys, trial))
        return keys, signer, trial.start()
    yield make
    for each in made:
        each.stop()


def assertion(signer, **changes):
    return "X-XNAT-OIDC-Assertion", signer.assertion(**changes)


def test_strangers_cause_no_fetches(keyed):
    keys, signer, trial = keyed(3600, secondsOfTrust=7200)
    keys.answer = document({"keys": [signer.jwk()]})
    assert trial.who(assertion(signer))["user"] == "alice"
    for _ in range(20):
        assert refused(trial.ask(assertion(Signer(signer.issuer))), "assertion_key_unknown")
    assert trial.who(assertion(signer))["user"] == "alice"
    assert keys.asked == 1


def test_keys_that_are_not_taken(keyed):
    """Nobody gets in, and the next good answer is taken."""
    keys, signer, trial = keyed(1)
    good = signer.jwk()
    strange = b64url((int.from_bytes(unpadded(signer.y), "big") ^ 1).to_bytes(32, "big"))
    answers = {
        "an error": document({"keys": [good]}, 500),
        "not there": document(b"", 404),
        "elsewhere": elsewhere(good),
        "no JSON": document(b"<html>"),
        "a list": document([good]),
        "no keys": document({"keys": []}),
        "keys twice": document(b'{"keys":[],"keys":[' + json.dumps(good).encode() + b"]}"),
        "a kid twice": document({"keys": [good, Signer("x").jwk(kid=signer.kid)]}),
        "too large": document({"keys": [good], "x": "x" * 70000}),
        "too many": document({"keys": [good] + [{"kty": "RSA"}] * 40}),
        "for encryption": document({"keys": [good | {"use": "enc"}]}),
        "for another algorithm": document({"keys": [good | {"alg": "ES384"}]}),
        "on another curve": document({"keys": [good | {"crv": "P-384"}]}),
        "on no curve": document({"keys": [good | {"y": strange}]}),
        "of another size": document({"keys": [good | {"x": b64url(unpadded(signer.x)[1:])}]}),
        "padded": document({"keys": [good | {"x": signer.x + "="}]}),
    }
    for name, answer in answers.items():
        keys.answer, before = answer, keys.asked

        def asked():
            answer = trial.ask(assertion(signer))
            return refused(answer, "keys_unavailable", 503) and keys.asked > before
        wait_until(asked, f"keys to be asked for: {name}", 20, trial.evidence)
    assert any("keys of the sidecar cannot be fetched: " in line and "status 500" in line
               for line in trial.stderr), "the log says why"
    keys.answer = document({"keys": [{"kty": "RSA", "kid": "x"}, good]})
    wait_until(lambda: trial.ask(assertion(signer)).status == 200, "good keys to be taken", 20)


def test_a_withdrawn_key(keyed):
    """It counts no longer, nor do the others when nobody answers any more."""
    keys, signer, trial = keyed(1, secondsOfTrust=2)
    other = Signer(signer.issuer)
    keys.answer = document({"keys": [signer.jwk(), other.jwk()]})
    session = trial.who(assertion(signer))["session"]  # one for all that is asked

    def until(who, status):
        def reached():
            return trial.ask(assertion(who), session=session).status == status
        wait_until(reached, f"an answer with {status}", 20, trial.evidence)
    keys.answer = document({"keys": [other.jwk()]})
    until(signer, 403)
    assert refused(trial.ask(assertion(signer), session=session), "assertion_key_unknown")
    until(other, 200)
    keys.answer = document(b"", 500)
    until(other, 503)


def test_new_key_of_the_sidecar(own_place):
    """As after a restart without --assertion-key-file."""
    place = own_place(secondsBetweenFetches="1")
    browser = place.signed_in()
    assert browser.open(f"{place.url}/").json()["user"] == ALICE
    place.sidecar.stop()
    place.sidecar = place.new_sidecar(())
    place.sidecar.start()
    again = place.signed_in()
    wait_until(lambda: again.open(f"{place.url}/").status == 200, "the new key to be taken", 20)
    assert refused(place.trial.ask(place.handed()), "assertion_key_unknown"), "the old one is gone"


# --- settings -------------------------------------------------------------------------------------------

KEYS_URL = "http://127.0.0.1:8081/oidc/jwks.json"


@pytest.mark.parametrize("settings, words", [
    ({"jwksUrl": KEYS_URL}, "siteUrl is missing"),
    ({"siteUrl": "", "jwksUrl": KEYS_URL}, "siteUrl is missing"),
    ({"siteUrl": "https://x"}, "jwksUrl is missing"),
    ({"siteUrl": "https://x", "jwksUrl": "http://sidecar:8081/oidc/jwks.json"}, "jwksUrl must be https"),
    ({"siteUrl": "https://x", "jwksUrl": "http://127.0.0.1.evil.example/"}, "jwksUrl must be https"),
    ({"siteUrl": "https://x", "jwksUrl": "file:///etc/jwks.json"}, "jwksUrl must be https"),
    ({"siteUrl": "https://x", "jwksUrl": "https://u:p@x/"}, "jwksUrl must be without"),
    ({"siteUrl": "https://x", "jwksUrl": KEYS_URL, "createUser": "true"}, "createUser is no setting"),
    ({"siteUrl": "https://x", "jwksUrl": KEYS_URL, "createUsers": "yes"}, "createUsers must be"),
    ({"siteUrl": "https://x", "jwksUrl": KEYS_URL, "headerPrefix": "X"}, "headerPrefix must be"),
    ({"siteUrl": "https://x", "jwksUrl": KEYS_URL, "secondsBetweenFetches": "0"},
     "secondsBetweenFetches must be"),
    ({"siteUrl": "https://x", "jwksUrl": KEYS_URL, "secondsOfTrust": "5m"}, "secondsOfTrust must be a whole"),
    ({"siteUrl": "https://x", "jwksUrl": KEYS_URL, "secondsOfTrust": "10"}, "secondsOfTrust must be more"),
    ({"siteUrl": "https://x", "jwksUrl": KEYS_URL, "siteName": "Our\\nXNAT"}, "siteName must be one line"),
    ({"siteUrl": "https://x", "jwksUrl": KEYS_URL, "contact": "x" * 201}, "contact must be one line"),
])
def test_settings_that_stop_the_start(built, tmp_path, settings, words):
    trial = Trial(built, tmp_path, settings, {})
    Process.start(trial)
    assert trial.wait_exit(60) == 1
    assert words in "\n".join(trial.stderr) and str(trial.settings_file) in "\n".join(trial.stderr)


def test_the_site_with_a_slash(keyed):
    """As in a provider file, of which the sidecar drops it as well: but in the settings alone."""
    keys, signer, trial = keyed(1, siteUrl="https://site.example/")
    keys.answer = document({"keys": [signer.jwk()]})
    assert trial.who(assertion(signer))["user"] == "alice"
    assert refused(trial.ask(assertion(signer, iss="https://site.example/")), "assertion_issuer")


def test_another_header_prefix(own_place):
    place = own_place(headerPrefix="X-Site-")
    assert place.trial.who(place.handed())["user"] == "anonymousUser", "those are not its headers"
    assert place.trial.who(("X-Site-Assertion", place.signer.assertion()))["user"] == "alice"
    assert refused(place.trial.ask(("X_Site_Username", "admin")), "identity_header_alias", 400)


# --- what is shipped, and the README --------------------------------------------------------------------

def test_the_jar(built):
    """The filter alone, for Java 8, and where XNAT looks for plugins."""
    (jar,) = (built / "filter" / "target").glob("oidc-xnat-filter-*.jar")
    with zipfile.ZipFile(jar) as archive:
        classes = [name for name in archive.namelist() if name.endswith(".class")]
        assert classes and all(name.startswith("oidc/handoff/") for name in classes)
        assert {archive.read(name)[7] for name in classes} == {52}
        plugin = dict(line.split("=", 1) for line in archive.read(
            "META-INF/xnat/oidcHandOff-plugin.properties").decode().splitlines())
        assert plugin["class"].replace(".", "/") + ".class" in classes


def test_what_was_written_from_the_contract_says_so():
    files = list((README.parent / "contract").rglob("*.java"))
    assert files and all("Written from the contract" in file.read_text() for file in files)


class Around(machine.Around):
    """A provider, and the trial in XNAT's place: it starts when there is what it reads."""

    def __init__(self, built, folder):
        self.provider = Provider([(*machine.CLIENT, f"{SITE}/openid-login")])
        self.xnat = Trial(built, folder, {}, {})

    def start(self):
        self.provider.start()
        return self


@pytest.fixture
def computer(built, tmp_path):
    around = Around(built, tmp_path).start()
    made = machine.Machine(tmp_path, around)
    yield made
    made.stop()
    around.stop()


def look_at_it(command, built):
    """As it stands, on a port of this machine's."""
    port = free_port()
    assert "8080" in command
    trial = Process("readme", ["sh", "-euc", "exec " + command.replace("8080", str(port))], directory=built)
    trial.start()
    assert trial.wait_line("listening on ", 60) == f"http://127.0.0.1:{port}"
    assert fetch(f"http://127.0.0.1:{port}/")[0] == 200
    trial.stop()


def test_readme_from_top_to_bottom(computer, built):
    """By somebody who has an XNAT and nothing else of ours, to Alice, who is in it."""
    trial = computer.around.xnat
    with guide.walk(README) as take:
        take("mvn ")  # which built it for all these tests
        look_at_it(take("java "), built)
        computer.run(take("install -m 644 filter/target/"), built)
        (jar,) = computer.file("/data/xnat/home/plugins").iterdir()
        assert jar.read_bytes() == next((built / "filter/target").glob("oidc-*.jar")).read_bytes()

        sample = take("install -d -m 700 ")
        computer.run(sample, "xnat-filter")
        put_in(computer)
        computer.run(sample, "xnat-filter")  # keeps what was put in
        prepare, fine, written = take("test -s "), take("The configuration is fine."), []
        keys = [computer.file(f"/etc/oidc-sidecar/{name}") for name in ("session.key", "assertion.pem")]
        for _ in range(2):
            assert computer.run(prepare, "xnat-filter").endswith(f"{fine}\n")
            written.append([key.read_bytes() for key in keys])
        assert written[0] == written[1], "keys that are there are kept"
        assert [path.stat().st_mode & 0o077 for path in (*keys, keys[0].parent)] == [0, 0, 0]
        assert '"ready":true' in computer.run(take("install -m 644 ../systemd/"), "xnat-filter")

        computer.run(guide.block(machine.EXAMPLES / "nginx/README.md", "install "), "nginx")
        browser = computer.browser()
        assert browser.sign_in(SITE).status == 302
        username = computer.sidecar.wait_event("login_succeeded")["username"]

        settings = computer.file("/data/xnat/home/config/oidc-filter.properties").read_text()
        trial.settings_file.write_text(computer.within(settings))  # the sidecar's port
        trial.accounts_file.write_text(json.dumps({username: GOOD | {"email": "Alice.Nguyen@Example.com"}}))
        trial.start()
        seen = browser.open(f"{SITE}/data/projects").json()
        assert (seen["user"], seen["by"]) == (username, BY_ASSERTION)
        assert trial.logged("is signed in by assertion").endswith(f" {username} is signed in by assertion")
        published = fetch(f"{computer.sidecar.url}/oidc/jwks.json")
        computer.run("systemctl restart oidc-sidecar", "xnat-filter")
        computer.sidecar.wait_ready()
        assert fetch(f"{computer.sidecar.url}/oidc/jwks.json")[1] == published[1], "the key outlasts a restart"
        assert browser.open(f"{SITE}/data/projects").json() == seen


def test_readme_settings_are_the_filters():
    """The table names every setting."""
    source = (README.parent / "filter/src/main/java/oidc/handoff/Settings.java").read_text()
    names = re.search(r"asList\((.*?)\)\)", source, re.DOTALL).group(1)
    table = README.read_text().partition("| setting |")[2].partition("\n\n")[0]
    assert sorted(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == sorted(re.findall(r'"(\w+)"', names))


def test_readme_reasons_are_the_filters():
    source = (README.parent / "filter/src/main/java/oidc/handoff/Reason.java").read_text()
    codes = {name.lower() for name in re.findall(r"^    ([A-Z_]+)\(", source, re.MULTILINE)}
    section = README.read_text().partition("## When somebody is refused")[2]
    table = "\n".join(line for line in section.splitlines() if line.startswith("|"))
    assert set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", table)) == codes


def test_tests_of_the_mutations_exist():
    assert not list(guard.missing_tests({test for mutation in MUTATIONS for test in mutation.tests}))
