"""--online: what a provider says against what the file says, and what is asked of whom."""

import json
import re
import socket
import ssl
import subprocess
import threading

import pytest

from harness import hostile
from harness.hostile import HostileProvider
from harness.process import free_port
from harness.tls import self_signed

from .conftest import GOOD, NAME, SECRET, program

pytestmark = pytest.mark.standins

CLIENT = "5f0c2b7a-xnat-example"


@pytest.fixture(scope="module")
def server():
    made = HostileProvider()
    yield made
    made.stop()


@pytest.fixture
def tenant(server, request):
    server.seen.clear()
    return server.tenant(re.sub(r"\W+", "-", request.node.name))


def lines(tenant, **keys):
    """A site with one provider; a key that is None is left out, underscores stand for nothing."""
    site = {"auth.method": "openid", "type": "openid", "provider.id": "lab", "visible": "true",
            "name": "Lab", "siteUrl": "https://xnat.example.edu.au",
            "preEstablishedRedirUri": "/openid-login"}
    block = {"clientId": CLIENT, "clientSecret": SECRET, "issuer": tenant.issuer,
             "userAuthUri": f"{tenant.issuer}/authorize", "accessTokenUri": f"{tenant.issuer}/token",
             "scopes": "openid,profile,email", "pkceEnabled": "true",
             "link": '<a href="/openid-login?providerId=lab">Sign in</a>',
             "shouldFilterEmailDomains": "false", "forceUserCreate": "true",
             "userAutoEnabled": "false", "userAutoVerified": "false", "emailProperty": "email",
             "givenNameProperty": "given_name", "familyNameProperty": "family_name"} | keys
    return "".join(f"{key}={value}\n" for key, value in
                   [*site.items(), *((f"openid.lab.{k}", v) for k, v in block.items() if v is not None)])


def ask(check, text, *arguments):
    return check.report(text, "--online", *arguments)


def codes(report):
    return {(f["code"], f["severity"], f["key"].rpartition(".")[2]) for f in report["findings"]}


def publish(**members):
    """A change to the discovery document; a member that is None is left out."""
    def change(document):
        return {k: v for k, v in (document | members).items() if v is not None}
    return change


def test_all_is_well(check, tenant):
    tenant.metadata = publish(scopes_supported=["openid", "profile", "email"])
    report = ask(check, lines(tenant))
    assert report["findings"] == []
    assert [(a["provider"], a["method"], a["url"].removeprefix(tenant.issuer), a["outcome"])
            for a in report["asked"]] == [
        ("lab", "GET", "/authorize", "400"), ("lab", "POST", "/token", "400"),
        ("lab", "GET", "/.well-known/openid-configuration", "200"), ("lab", "GET", "/jwks", "200"),
        ("lab", "GET", "/userinfo", "200")]


def test_nothing_of_the_site_is_sent(check, tenant, server):
    ask(check, lines(tenant))
    sent = "\n".join(server.seen)
    assert len(server.seen) == 5
    assert server.seen[1].startswith(f"POST /t/{tenant.name}/token ")
    for word in (CLIENT, SECRET, "xnat", "openid-login", "Authorization"):
        assert word.lower() not in sent.lower().replace(tenant.name, ""), word


# --- each rule, bad and good --------------------------------------------------------------------------

def answers(name, status):
    return lambda tenant: tenant.answers.__setitem__(
        name, lambda exchange: exchange.reply(status, b"{}"))


def says(**members):
    return lambda tenant: setattr(tenant, "metadata", publish(**members))


def nothing(_tenant):
    pass


def no_keys(tenant):
    tenant.keys = []


ENCRYPTED = {"idTokenEncryptionAlgorithm": "RSA-OAEP-256"}

# Code: what the provider does, keys of the file, what is found; then the same for no finding.
RULES = {
    "OC501": ((answers("discovery", 404), {}, ("error", "issuer")), (nothing, {})),
    "OC502": ((says(jwks_uri=None), {}, ("error", "issuer")),
              (says(jwks_uri=None), {"jwksUri": "{issuer}/jwks"})),
    "OC503": ((nothing, {"issuer": "{issuer}/"}, ("error", "issuer")), (nothing, {})),
    "OC504": ((nothing, {"accessTokenUri": "{other}/token"}, ("warning", "accessTokenUri")),
              (nothing, {})),
    "OC505": ((nothing, {"userAuthUri": "{dead}/authorize"}, ("error", "userAuthUri")),
              (nothing, {})),
    "OC507": ((nothing, {"userAuthUri": "{issuer}/authorise"}, ("error", "userAuthUri")),
              (nothing, {})),
    "OC508": ((answers("token", 503), {}, ("warning", "accessTokenUri")),
              (answers("token", 401), {})),
    "OC509": ((no_keys, {"jwksUri": "{issuer}/jwks"}, ("error", "jwksUri")), (nothing, {})),
    "OC510": ((says(scopes_supported=["openid", "profile"]), {}, ("warning", "scopes")),
              (says(scopes_supported=[]), {})),
    "OC511": ((says(id_token_signing_alg_values_supported=["HS256", "none"]), {},
               ("error", "issuer")),
              (says(id_token_signing_alg_values_supported=["HS256", "ES256"]), {})),
    "OC512": ((says(response_types_supported=["id_token"]), {}, ("error", "issuer")),
              (says(response_types_supported=["id_token", "code"]), {})),
    "OC513": ((says(token_endpoint_auth_methods_supported=["private_key_jwt"]), {},
               ("error", "clientSecret")),
              (says(token_endpoint_auth_methods_supported=["client_secret_post"]), {})),
    "OC514": ((says(code_challenge_methods_supported=["plain"]), {}, ("warning", "pkceEnabled")),
              (says(code_challenge_methods_supported=["plain", "S256"]), {})),
    "OC515": ((says(id_token_encryption_alg_values_supported=["RSA-OAEP", "RSA1_5"]),
               ENCRYPTED, ("error", "idTokenEncryptionAlgorithm")),
              (says(id_token_encryption_alg_values_supported=["RSA-OAEP", "RSA-OAEP-256"],
                    id_token_encryption_enc_values_supported=["XC20P", "A128CBC-HS256"]),
               ENCRYPTED)),
}


def fill(keys, tenant, other):
    places = {"issuer": tenant.issuer, "other": other.issuer,
              "dead": f"http://127.0.0.1:{free_port()}"}
    return {key: value.format(**places) for key, value in keys.items()}


def test_every_rule_is_here():
    done = subprocess.run([program(), "--list-rules", "--format", "json"], capture_output=True,
                          check=True)
    listed = {rule["code"] for rule in json.loads(done.stdout) if rule["code"] >= "OC500"}
    assert listed == {*RULES, "OC506"}  # that one is about TLS: below


@pytest.mark.parametrize("code", RULES)
def test_a_rule(check, tenant, server, code):
    other = server.tenant("other")
    (lie, keys, (severity, key)), (truth, good_keys) = RULES[code]
    lie(tenant)
    found = codes(ask(check, lines(tenant, **fill(keys, tenant, other))))
    assert found == {(code, severity, key)}
    tenant.behave()
    truth(tenant)
    assert codes(ask(check, lines(tenant, **fill(good_keys, tenant, other)))) == set()


# --- places and readers -------------------------------------------------------------------------------

def test_the_plugin_does_not_ask_for_keys(check, tenant):
    no_keys(tenant)
    assert codes(ask(check, lines(tenant), "--target", "plugin-1.6")) == set()
    assert codes(ask(check, lines(tenant), "--target", "sidecar")) == {
        ("OC509", "error", "issuer")}


def test_endpoints_that_only_the_document_names(check, tenant):
    tenant.metadata = publish(end_session_endpoint=f"{tenant.issuer}/gone")
    found = codes(ask(check, lines(tenant, userAuthUri=None, accessTokenUri=None), "--target",
                      "sidecar"))
    assert found == {("OC507", "error", "issuer")}
    assert codes(ask(check, lines(tenant), "--target", "plugin-1.6")) == set()


def test_a_file_without_an_issuer(check, tenant):
    """The issuer is guessed, and wrong; the sidecar wants it written."""
    report = ask(check, lines(tenant, issuer=None))
    assert codes(report) == {("OC501", "error", "userAuthUri")}
    assert "write openid.lab.issuer=" in report["findings"][0]["hint"]


def test_a_guess_that_finds_somebody_else(check, tmp_path):
    """What another provider publishes says nothing of this one."""
    home = "https://sso.example.edu.au"
    other = {"issuer": home, "authorization_endpoint": "https://elsewhere.example/authorize",
             "token_endpoint": "https://elsewhere.example/token",
             "jwks_uri": "https://elsewhere.example/jwks", "scopes_supported": ["openid"]}
    proxy = Proxy(tmp_path, "sso.example.edu.au", {
        "/.well-known/openid-configuration": (200, json.dumps(other).encode()),
        "/mine/authorize": (400, b""), "/mine/token": (400, b"")})
    text = GOOD.replace("https://central.aaf.edu.au/oidc", f"{home}/mine")
    done = check.run("--online", "--format", "json", "--ca-file", proxy.certificate,
                     check.write(text).name, https_proxy=proxy.url, no_proxy="")
    proxy.listener.close()
    found = [f["code"] for f in json.loads(done.stdout)["findings"] if f["code"] >= "OC500"]
    assert found == ["OC501"]


def test_a_guess_that_is_sent_elsewhere(check, tmp_path):
    """As during maintenance: it may be right, and the sidecar waits."""
    home = "https://sso.example.edu.au"
    proxy = Proxy(tmp_path, "sso.example.edu.au", {
        "/.well-known/openid-configuration": (302, b""), "/mine/.well-known/openid-configuration": (302, b""),
        "/mine/authorize": (400, b""), "/mine/token": (400, b"")})
    text = GOOD.replace("https://central.aaf.edu.au/oidc", f"{home}/mine")
    done = check.run("--online", "--format", "json", "--ca-file", proxy.certificate,
                     check.write(text).name, https_proxy=proxy.url, no_proxy="")
    proxy.listener.close()
    (found,) = [f for f in json.loads(done.stdout)["findings"] if f["code"] >= "OC500"]
    assert found["code"] == "OC501" and "does not start" not in found["message"], found
    assert "if it stays, write openid.aaf.issuer=" in found["hint"]


def test_a_long_page_is_a_page(check, tenant):
    tenant.answers["authorize"] = hostile.huge
    assert codes(ask(check, lines(tenant))) == set()


def test_mistakes_in_the_file_do_not_keep_it_from_asking(check, tenant):
    tenant.answers["token"] = lambda exchange: exchange.reply(404, b"")
    text = lines(tenant, clientSecret=None) + f"openid.lab.clientsecret={SECRET}\n"
    found = codes(ask(check, text))
    assert {("OC507", "error", "accessTokenUri"), ("OC303", "error", "clientsecret")} <= found


def test_a_mistake_that_is_known_is_not_told_again(check, tenant):
    assert codes(ask(check, lines(tenant, accessTokenUri=f"{tenant.issuer}/authorize"))) == {
        ("OC320", "error", "accessTokenUri")}


def test_a_worse_one_at_the_same_place_is(check, tenant):
    assert codes(ask(check, lines(tenant, userAuthUri=f"{tenant.issuer}/authorise/"))) == {
        ("OC507", "error", "userAuthUri"), ("OC329", "warning", "userAuthUri")}


def test_pkce_that_the_file_does_not_mention(check, tenant):
    tenant.metadata = publish(code_challenge_methods_supported=None)
    assert codes(ask(check, lines(tenant, pkceEnabled=None))) == {("OC514", "info", "issuer")}


@pytest.mark.parametrize("algorithms, contents, severity, words", [
    (["RSA-OAEP-256"], ["XC20P"], "error", "XC20P"),
    (["RSA-OAEP-256"], None, None, None),
    (None, None, "warning", "does not say"),
    (["RSA-OAEP"], ["A256GCM"], "error", "only: RSA-OAEP"),
], ids=["unknown content", "algorithm alone", "nothing", "another algorithm"])
def test_encryption(check, tenant, algorithms, contents, severity, words):
    tenant.metadata = publish(id_token_encryption_alg_values_supported=algorithms,
                              id_token_encryption_enc_values_supported=contents)
    report = ask(check, lines(tenant, **ENCRYPTED))
    expected = {("OC515", severity, "idTokenEncryptionAlgorithm")} if severity else set()
    assert codes(report) == expected
    assert not severity or words in report["findings"][0]["message"]
    # Where the file asks for none, none need be offered.
    assert codes(ask(check, lines(tenant))) == set()
    assert codes(ask(check, lines(tenant, **ENCRYPTED), "--target", "plugin-1.6")) == (
        {("OC515", "warning", "idTokenEncryptionAlgorithm")} if severity == "error" else set())


def test_queries_are_not_shown(check, tenant):
    report = ask(check, lines(tenant, userAuthUri=f"{tenant.issuer}/authorize?tenant=42"))
    assert report["asked"][0]["url"] == f"{tenant.issuer}/authorize"


class Proxy:
    """A proxy (CONNECT) behind which AAF is: one host name, its certificate, and some pages."""

    def __init__(self, folder, name, pages):
        self.pages, self.asked = pages, []
        self.certificate, key, _ = self_signed(folder, name)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.certificate, key)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=[connection], daemon=True).start()

    def serve(self, connection):
        with connection:
            head = self.read_head(connection)
            self.asked.append(head.split()[1].decode())
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            with self.context.wrap_socket(connection, server_side=True) as secure:
                while head := self.read_head(secure):
                    status, body = self.pages.get(head.split()[1].decode(), (404, b""))
                    secure.sendall(b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%b" %
                                   (status, len(body), body))

    @staticmethod
    def read_head(connection):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            more = connection.recv(1)
            if not more:
                return b""
            head += more
        return head


def test_aaf_behind_a_proxy(check, tmp_path):
    """AAF's older addresses still work and have been told of; its newer ones are published."""
    home = "https://central.aaf.edu.au"
    document = {"issuer": home, "authorization_endpoint": f"{home}/oidc/authorize",
                "token_endpoint": f"{home}/oidc/token", "jwks_uri": f"{home}/oidc/jwks",
                "response_types_supported": ["code"],
                "code_challenge_methods_supported": ["S256"]}
    proxy = Proxy(tmp_path, "central.aaf.edu.au", {
        "/.well-known/openid-configuration": (200, json.dumps(document).encode()),
        "/oidc/jwks": (200, json.dumps({"keys": [hostile.OWN_KEY.jwk()]}).encode()),
        "/providers/op/authorize": (400, b""), "/providers/op/token": (400, b"")})
    text = GOOD.replace("/oidc/authorize", "/providers/op/authorize").replace(
        "/oidc/token", "/providers/op/token")
    assert text != GOOD
    done = check.run("--online", "--format", "json", "--ca-file", proxy.certificate,
                     check.write(text).name, https_proxy=proxy.url, no_proxy="")
    proxy.listener.close()
    report = json.loads(done.stdout)
    assert {f["code"] for f in report["findings"] if f["severity"] != "info"} == set()
    assert {f["code"] for f in report["findings"]} == {"OC318"}  # older addresses
    assert [a["outcome"] for a in report["asked"]] == ["400", "400", "200", "200"]
    assert set(proxy.asked) == {"central.aaf.edu.au:443"}


# --- trouble -------------------------------------------------------------------------------------------

def test_a_dead_host_is_asked_once(check, tenant):
    dead = f"http://127.0.0.1:{free_port()}"
    report = ask(check, lines(tenant, issuer=dead, userAuthUri=f"{dead}/a",
                              accessTokenUri=f"{dead}/t"))
    assert codes(report) == {("OC505", "error", "userAuthUri")}
    assert [a["outcome"] for a in report["asked"]] == ["no connection"]


@pytest.mark.parametrize("lie", [
    hostile.endless, hostile.huge, hostile.huge_head, hostile.cut_short, hostile.cut_short_chunk],
    ids=lambda lie: lie.__name__)
@pytest.mark.parametrize("endpoint", ["discovery", "jwks"])
def test_answers_that_are_none(check, tenant, endpoint, lie):
    tenant.answers[endpoint] = lie
    report = ask(check, lines(tenant))
    assert [f["severity"] for f in report["findings"]] == ["error"]


@pytest.mark.parametrize("body", [
    b"", b"null", b"[]", b"{", b'{"issuer": 1}', b'{"issuer": "x", "issuer": "y"}', b"\xff\xfe",
    b"[" * 100000, b'{"jwks_uri": {}}'], ids=range(9))
def test_documents_that_are_none(check, tenant, body):
    tenant.answers["discovery"] = lambda exchange: exchange.reply(200, body)
    report = ask(check, lines(tenant))
    assert [f["severity"] for f in report["findings"]] == ["error"]


def test_words_of_a_provider_cannot_forge_a_line(check, tenant):
    evil = "x\nno problems\r\x1b[31m\u202e"
    tenant.metadata = publish(scopes_supported=[evil], issuer=f"{evil}{tenant.issuer}",
                              authorization_endpoint=f"https://{evil}/",
                              response_types_supported=[evil])
    done = check.run("--online", check.write(lines(tenant)).name)
    text = done.stdout.decode()
    assert done.returncode == 1
    assert "\nno problems" not in text and "\x1b" not in text and "\u202e" not in text


def test_a_provider_that_knows_the_secret(check, tenant):
    """Even then it is in no output."""
    tenant.metadata = publish(issuer=f"https://{SECRET}.example/", scopes_supported=[SECRET],
                              token_endpoint=f"https://a.example/{SECRET}?{SECRET}")
    path = check.write(lines(tenant)).name
    for form in ("text", "json", "sarif"):
        done = check.run("--online", "--format", form, path)
        assert SECRET.encode() not in done.stdout + done.stderr


def test_it_follows_no_redirect(check, tenant, server):
    target = server.tenant("target")
    tenant.answers["discovery"] = lambda exchange: exchange.reply(
        302, b"", headers=[("Location", f"{target.issuer}/.well-known/openid-configuration")])
    assert ("OC501", "error", "issuer") in codes(ask(check, lines(tenant)))
    assert target.counts["discovery"] == 0


@pytest.mark.parametrize("status, cure", [(404, "compare the issuer"), (500, "wait, and ask again"),
                                          (502, "wait, and ask again"), (499, "compare the issuer")])
def test_whose_fault_it_is(check, tenant, status, cure):
    """An outage of the provider's is no reason to change the file."""
    answers("discovery", status)(tenant)
    (found,) = [f for f in ask(check, lines(tenant))["findings"] if f["code"] == "OC501"]
    assert cure in found["hint"], found


def test_plain_http_elsewhere_is_not_asked(check, tenant):
    tenant.issuer = "http://provider.invalid"
    report = ask(check, lines(tenant))
    assert report["asked"] == []
    assert not [f for f in report["findings"] if f["code"] >= "OC500"]
    done = check.run("--online", check.write(lines(tenant)).name)
    assert "Nobody was asked" in done.stdout.decode()


# --- TLS ------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name, trusted, found", [
    ("localhost", True, set()),
    ("localhost", False, {("OC506", "error", "userAuthUri")}),
    ("other.example", True, {("OC506", "error", "userAuthUri")}),
])
def test_certificates(check, tmp_path, name, trusted, found):
    certificate, key, _ = self_signed(tmp_path, name)
    server = HostileProvider(tls=("localhost", certificate, key))
    try:
        tenant = server.tenant("secure")
        report = ask(check, lines(tenant), *(["--ca-file", certificate] if trusted else []))
        assert codes(report) == found
        if found:
            assert [a["outcome"] for a in report["asked"]] == ["no trusted connection"]
    finally:
        server.stop()


def test_the_summary_for_people(check, tenant):
    done = check.run("--online", check.write(lines(tenant)).name)
    assert done.returncode == 0
    text = done.stdout.decode()
    assert "Asked, without client id or secret:\n" in text
    assert re.search(rf"  GET  {tenant.issuer}/jwks\n       200 after \d+ ms\n", text)
    assert "no problems in 1 file\n" in text


@pytest.mark.parametrize("arguments, words", [
    (["--ca-file", "x"], "--ca-file is for --online"),
    (["--online", "--dump"], "--online adds to the findings"),
    (["--online", "--ca-file", "/nonexistent"], "No such file"),
])
def test_options_that_do_not_fit(check, tenant, arguments, words):
    done = check.run(*arguments, check.write(lines(tenant)).name)
    assert done.returncode == 2
    assert words in done.stderr.decode()
    assert done.stdout == b""
    assert NAME not in done.stderr.decode()
